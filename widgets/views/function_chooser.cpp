#include "widgets/views/function_chooser.h"

#include "engine/script/function_store.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QRegularExpression>
#include <QSignalBlocker>

namespace widgets {

FunctionChooser::FunctionChooser(QWidget* parent) : QWidget(parent), m_library(new QLabel), m_box(new QComboBox)
{
    m_library->setObjectName(QStringLiteral("libraryName"));
    m_library->setTextFormat(Qt::PlainText);
    m_box->setObjectName(QStringLiteral("functionBox"));
    m_box->setAccessibleName(tr("Function to run and debug"));
    m_box->setToolTip(tr("The function that Run and Debug call, as FCALL would, with the keys and arguments below"));
    m_box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_box->setMinimumContentsLength(20);
    m_box->setPlaceholderText(tr("Choose a function"));
    auto* label = new QLabel(tr("F&unction"));
    label->setBuddy(m_box);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(6, 4, 6, 0);
    layout->addWidget(label);
    layout->addWidget(m_box);
    layout->addWidget(m_library, 1);
    connect(m_box, &QComboBox::activated, this, [this](int row) {
        m_chosen = m_functions.value(row);
        Q_EMIT chosenChanged();
    });
    setVisible(false);
}

void FunctionChooser::readScript(const QByteArray& script)
{
    const auto header = engine::readLibraryHeader(script.left(script.indexOf('\n') + 1).toStdString());
    m_isLibrary = header.ok();
    setVisible(m_isLibrary);
    if (!m_isLibrary)
        return;
    m_library->setText(
        tr("of the library “%1”, which each debug session loads afresh").arg(QString::fromStdString(header->name)));
    m_functions = registeredNames(script);
    fill();
}

void FunctionChooser::setFunctions(const QStringList& functions)
{
    m_functions = functions;
    fill();
}

void FunctionChooser::choose(const QString& function)
{
    m_chosen = function;
    fill();
}

void FunctionChooser::fill()
{
    // One that is being typed is missing for a while: it stays chosen.
    const QSignalBlocker quiet(m_box);
    m_box->clear();
    m_box->addItems(m_functions);
    m_box->setCurrentIndex(static_cast<int>(m_functions.indexOf(m_chosen)));
}

void FunctionChooser::ask(const QString& question)
{
    auto* menu = new QMenu(this);
    menu->setObjectName(QStringLiteral("functionMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addSection(question);
    for (const QString& function : m_functions) {
        QAction* action = menu->addAction(function);
        connect(action, &QAction::triggered, this, [this, function] {
            choose(function);
            Q_EMIT chosenChanged();
            Q_EMIT picked();
        });
    }
    menu->popup(m_box->mapToGlobal(QPoint(0, m_box->height())));
    if (menu->actions().size() > 1)
        menu->setActiveAction(menu->actions().at(1));
}

QStringList registeredNames(const QByteArray& script)
{
    // register_function('name', …), register_function{ function_name = 'name', … }
    static const QRegularExpression call(QStringLiteral(
        "register_function\\s*(?:\\(\\s*|\\(?\\s*\\{[^}]*?function_name\\s*=\\s*)([\"'])([A-Za-z0-9_]+)\\1"));
    QStringList names;
    auto found = call.globalMatch(QString::fromUtf8(script));
    while (found.hasNext()) {
        const QString name = found.next().captured(2);
        if (!names.contains(name))
            names.append(name);
    }
    return names;
}

} // namespace widgets
