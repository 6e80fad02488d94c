#include "widgets/views/watches_view.h"

#include "widgets/models/value_text.h"
#include "widgets/models/watches_model.h"
#include "widgets/parts/toned_text.h"
#include "widgets/parts/value_tree.h"

#include <QAction>
#include <QFontDatabase>
#include <QHeaderView>
#include <QLineEdit>
#include <QTreeView>
#include <QVBoxLayout>

namespace widgets {

namespace {

// With the empty row alone, a word on what it is for.
class WatchesTable final : public QTreeView {
public:
    explicit WatchesTable(const Theme& theme) : m_theme(theme) { }

protected:
    void paintEvent(QPaintEvent* event) override
    {
        QTreeView::paintEvent(event);
        if (model()->rowCount() == 1)
            paintHint(*this, m_theme, WatchesView::tr("Type an expression into the first row to watch it."));
    }

private:
    const Theme& m_theme;
};

} // namespace

WatchesView::WatchesView(const Theme& theme, QWidget* parent)
    : QWidget(parent), m_watches(new WatchesModel(this)), m_table(new WatchesTable(theme)), m_code(new QLineEdit),
      m_answer(new TonedLabel(theme))
{
    m_table->setObjectName(QStringLiteral("watchesTable"));
    m_table->setAccessibleName(tr("Watches"));
    m_table->setModel(m_watches);
    m_table->setRootIsDecorated(false);
    m_table->setAlternatingRowColors(true);
    m_table->setEditTriggers(
        QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed | QAbstractItemView::AnyKeyPressed);
    m_table->header()->setDefaultSectionSize(fontMetrics().averageCharWidth() * 18);
    auto* remove = new QAction(tr("Remove watch"), m_table);
    remove->setShortcut(QKeySequence::Delete);
    remove->setShortcutContext(Qt::WidgetShortcut);
    connect(remove, &QAction::triggered, this, [this] { m_watches->removeWatch(m_table->currentIndex().row()); });
    m_table->addAction(remove);
    m_table->setContextMenuPolicy(Qt::ActionsContextMenu);

    m_code->setObjectName(QStringLiteral("evaluateLine"));
    m_code->setAccessibleName(tr("Evaluate"));
    m_code->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_code->setPlaceholderText(tr("Evaluate Lua at the stop"));
    m_code->setToolTip(tr("Sees the locals of the function that is shown. What it changes is thrown away."));
    m_answer->setObjectName(QStringLiteral("evaluateAnswer"));
    m_answer->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_answer->setWordWrap(true);
    m_answer->setTextFormat(Qt::PlainText);
    m_answer->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_answer->hide();
    connect(m_code, &QLineEdit::returnPressed, this, [this] {
        if (!m_code->text().trimmed().isEmpty())
            Q_EMIT evaluateWanted(m_code->text());
    });

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    layout->addWidget(m_table, 1);
    layout->addWidget(m_answer);
    layout->addWidget(m_code);
    setStopped(false);
}

void WatchesView::addWatch(const QString& expression)
{
    QStringList expressions = m_watches->expressions();
    if (!expressions.contains(expression))
        m_watches->setExpressions(expressions << expression);
}

void WatchesView::showEvaluated(const debugger::Evaluated& result)
{
    QStringList texts;
    for (const engine::LuaValue& value : result.values)
        texts += QString::fromStdString(value.text);
    const bool failed = !result.error.empty();
    m_answer->setText(failed  ? textOf(result.error)
            : texts.isEmpty() ? tr("no value")
                              : texts.join(QLatin1String(", ")));
    m_answer->setRole(failed ? Role::Error : Role::Text);
    m_answer->show();
}

void WatchesView::setStopped(bool stopped)
{
    m_code->setEnabled(stopped);
    if (!stopped) {
        m_watches->setValues({});
        m_answer->hide();
    }
}

} // namespace widgets
