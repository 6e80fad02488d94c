#include "widgets/editor/script_page.h"

#include "engine/base/sha1.h"
#include "widgets/editor/lua_editor.h"
#include "widgets/views/arguments_panel.h"
#include "widgets/views/function_chooser.h"

#include <QApplication>
#include <QClipboard>
#include <QFile>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QSaveFile>
#include <QToolButton>
#include <QToolTip>
#include <QVBoxLayout>

namespace widgets {

namespace {

// Redis takes scripts of up to half a gigabyte; nobody edits those, and the window would stand still.
constexpr qint64 kLargestFile = 16 * 1024 * 1024;

} // namespace

ScriptPage::ScriptPage(const Theme& theme, QWidget* parent)
    : QWidget(parent), m_editor(new LuaEditor(theme)), m_arguments(new ArgumentsPanel), m_function(new FunctionChooser),
      m_sha1(new QToolButton), m_lineEnds(new QLabel), m_message(new QLabel), m_title(tr("Untitled"))
{
    m_sha1->setObjectName(QStringLiteral("sha1Button"));
    m_sha1->setAutoRaise(true);
    m_sha1->setToolTip(tr("The script's SHA-1, as EVALSHA takes it. Click to copy."));
    m_lineEnds->setToolTip(tr("How lines end. It is kept as it is: the SHA-1 depends on every byte."));
    m_message->setObjectName(QStringLiteral("pageMessage"));
    m_message->setWordWrap(true);
    m_message->setTextFormat(Qt::PlainText);
    m_message->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_message->setMargin(6);
    m_message->hide();

    auto* identity = new QHBoxLayout;
    identity->setContentsMargins(6, 0, 6, 2);
    identity->addWidget(m_sha1);
    identity->addStretch();
    identity->addWidget(m_lineEnds);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_function);
    layout->addWidget(m_arguments);
    layout->addWidget(m_message);
    layout->addWidget(m_editor, 1);
    layout->addLayout(identity);

    connect(m_editor, &LuaEditor::bytesChanged, this, &ScriptPage::onBytesChanged);
    connect(m_editor, &LuaEditor::modificationChanged, this, &ScriptPage::titleChanged);
    connect(m_sha1, &QToolButton::clicked, this, &ScriptPage::copySha1);
    onBytesChanged();
}

void ScriptPage::setScript(const QString& title, const QByteArray& bytes)
{
    m_path.clear();
    m_title = title;
    m_editor->setBytes(bytes);
    onBytesChanged();
    Q_EMIT titleChanged();
}

bool ScriptPage::load(const QString& path, QString* error)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        *error = tr("Could not open %1: %2. Check that the file exists and may be read.").arg(path, file.errorString());
        return false;
    }
    if (QFileInfo(file).isDir() || file.size() > kLargestFile) {
        *error = tr("Could not open %1: scripts of up to %2 MiB can be edited here.")
                     .arg(path)
                     .arg(kLargestFile / (1024 * 1024));
        return false;
    }
    const QByteArray bytes = file.readAll();
    m_path = QFileInfo(path).absoluteFilePath();
    m_editor->setBytes(bytes);
    onBytesChanged();
    Q_EMIT titleChanged();
    return true;
}

bool ScriptPage::save(const QString& path, QString* error)
{
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes()) < 0 || !file.commit()) {
        *error = tr("Could not save %1: %2. Nothing was written; save it under another name or in another folder.")
                     .arg(path, file.errorString());
        return false;
    }
    m_path = QFileInfo(path).absoluteFilePath();
    m_editor->setModified(false);
    Q_EMIT titleChanged();
    return true;
}

QString ScriptPage::title() const
{
    return m_path.isEmpty() ? m_title : QFileInfo(m_path).fileName();
}

bool ScriptPage::isModified() const
{
    return m_editor->isModified();
}

QByteArray ScriptPage::bytes() const
{
    return m_editor->bytes();
}

QString ScriptPage::sha1() const
{
    return QString::fromStdString(engine::sha1Hex(bytes().toStdString()));
}

ScriptPageState ScriptPage::state() const
{
    ScriptPageState state{.path = m_path,
        .title = m_title,
        .bytes = {},
        .hasBytes = m_path.isEmpty() || isModified(),
        .breakpoints = m_editor->breakpoints(),
        .keys = m_arguments->keys(),
        .argv = m_arguments->argv(),
        .function = m_function->chosen(),
        .caretLine = m_editor->caretLine()};
    if (state.hasBytes)
        state.bytes = bytes();
    return state;
}

void ScriptPage::restore(const ScriptPageState& state)
{
    QString error;
    m_title = state.title;
    const bool loaded = state.path.isEmpty() || load(state.path, &error);
    if (!loaded) {
        m_path = state.path;
        showMessage(error);
    }
    if (state.hasBytes && state.bytes != bytes()) {
        if (state.path.isEmpty())
            m_editor->setBytes(state.bytes);
        else
            m_editor->replaceBytes(state.bytes); // still not what the file holds
    }
    m_editor->setBreakpoints(state.breakpoints);
    m_arguments->setArguments(state.keys, state.argv);
    m_function->choose(state.function);
    m_editor->goToLine(state.caretLine);
    onBytesChanged();
    Q_EMIT titleChanged();
}

void ScriptPage::showMessage(const QString& text)
{
    m_message->setText(text);
    m_message->setVisible(!text.isEmpty());
}

void ScriptPage::onBytesChanged()
{
    const QByteArray content = bytes();
    m_arguments->readNames(content);
    m_function->readScript(content);
    m_sha1->setText(sha1());
    m_lineEnds->setText(content.contains("\r\n") ? tr("CRLF") : tr("LF"));
}

void ScriptPage::copySha1()
{
    QApplication::clipboard()->setText(m_sha1->text());
    QToolTip::showText(m_sha1->mapToGlobal(QPoint(0, 0)), tr("Copied"), m_sha1);
}

} // namespace widgets
