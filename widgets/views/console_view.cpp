#include "widgets/views/console_view.h"

#include "engine/command/command_table.h"
#include "engine/resp/reply_text.h"
#include "engine/resp/request_parser.h"
#include "widgets/parts/toned_text.h"

#include <QCompleter>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QStringListModel>
#include <QVBoxLayout>

namespace widgets {

namespace {

constexpr int kMostLines = 10'000; // of output; older ones go
constexpr int kMostHistory = 1'000; // lines

QString qstring(engine::BytesView text)
{
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

QStringList namesOf(const engine::CommandTable& table)
{
    QStringList names;
    for (const engine::Command& command : table.commands()) {
        const QString name = qstring(command.fullName).toUpper();
        names += name;
        for (const engine::Command& sub : command.subcommands)
            names += QString(name + QLatin1Char(' ') + qstring(sub.spec->name).toUpper());
    }
    return names;
}

} // namespace

ConsoleView::ConsoleView(const Theme& theme, const engine::CommandTable& commands, QWidget* parent)
    : QWidget(parent), m_theme(theme), m_commands(commands), m_output(new QPlainTextEdit), m_prompt(new QLabel),
      m_hint(new TonedLabel(theme, Role::MutedText)), m_input(new QLineEdit)
{
    const QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    m_output->setObjectName(QStringLiteral("consoleOutput"));
    m_output->setAccessibleName(tr("Console output"));
    m_output->setReadOnly(true);
    m_output->setFont(fixed);
    m_output->setMaximumBlockCount(kMostLines);
    m_output->setPlaceholderText(tr("Commands of Redis run here, on the engine inside: SET greeting hello"));
    m_prompt->setFont(fixed);
    m_prompt->setText(QStringLiteral("ferrite>"));
    m_input->setObjectName(QStringLiteral("consoleInput"));
    m_input->setAccessibleName(tr("Command"));
    m_input->setFont(fixed);
    m_input->installEventFilter(this);
    auto* completer = new QCompleter(namesOf(commands), this);
    completer->setCaseSensitivity(Qt::CaseInsensitive);
    completer->setMaxVisibleItems(12);
    m_input->setCompleter(completer);
    m_hint->setObjectName(QStringLiteral("consoleHint"));
    m_hint->setTextFormat(Qt::PlainText);
    // A long syntax is cut, never the window widened by it.
    m_hint->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);

    auto* line = new QHBoxLayout;
    line->addWidget(m_prompt);
    line->addWidget(m_input, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 2, 4, 2);
    layout->setSpacing(2);
    layout->addWidget(m_output, 1);
    layout->addWidget(m_hint);
    layout->addLayout(line);
    setFocusProxy(m_input);

    connect(m_input, &QLineEdit::returnPressed, this, &ConsoleView::submit);
    connect(m_input, &QLineEdit::textChanged, this, &ConsoleView::showHint);
    connect(&theme, &Theme::changed, this, [this] { recolorToned(*m_output, m_theme); });
    showHint();
}

void ConsoleView::setHistory(const QStringList& lines)
{
    m_history = lines;
    m_recalled = static_cast<int>(m_history.size());
}

void ConsoleView::submit()
{
    const QString line = m_input->text();
    if (line.trimmed().isEmpty())
        return;
    append(m_prompt->text() + QLatin1Char(' ') + line, true);
    if (m_history.isEmpty() || m_history.last() != line)
        m_history.append(line);
    while (m_history.size() > kMostHistory)
        m_history.removeFirst();
    m_recalled = static_cast<int>(m_history.size());
    m_input->clear();
    std::vector<engine::Bytes> argv;
    if (!engine::splitQuoted(line.toStdString(), argv))
        return append(tr("The quotes do not match: close each one, and leave a blank behind it."), false);
    Q_EMIT submitted(argv);
}

void ConsoleView::showReply(const engine::Reply& reply, int database)
{
    constexpr qsizetype kLongestReply = 200'000; // characters
    QString text = QString::fromStdString(engine::formatReplyForPeople(reply)).trimmed();
    if (text.size() > kLongestReply)
        text = text.left(kLongestReply) + QChar(0x2026);
    append(text, false);
    m_database = database;
    m_prompt->setText(database == 0 ? QStringLiteral("ferrite>") : QStringLiteral("ferrite[%1]>").arg(database));
}

bool ConsoleView::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_input && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Up || key == Qt::Key_Down) {
            recall(key == Qt::Key_Up ? -1 : 1);
            return true;
        }
        if (key == Qt::Key_L && static_cast<QKeyEvent*>(event)->modifiers() == Qt::ControlModifier) {
            m_output->clear();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void ConsoleView::recall(int by)
{
    const int wanted = m_recalled + by;
    if (wanted < 0 || wanted > m_history.size())
        return;
    m_recalled = wanted;
    m_input->setText(wanted == m_history.size() ? QString() : m_history[wanted]);
}

void ConsoleView::showHint()
{
    // What the command that is being written takes.
    const QStringList words = m_input->text().simplified().split(QLatin1Char(' '), Qt::SkipEmptyParts);
    const engine::Command* command = words.isEmpty() ? nullptr : m_commands.find(words[0].toStdString());
    if (command && command->isContainer() && words.size() > 1)
        command = command->subcommand(words[1].toStdString());
    m_hint->setText(command
            ? qstring(command->fullName).toUpper().replace(QLatin1Char('|'), QLatin1Char(' ')) + QLatin1String("  ")
                + qstring(command->spec->syntax) + QLatin1String("   ") + qstring(command->spec->summary)
            : tr("Up and Down recall earlier commands."));
}

void ConsoleView::append(const QString& text, bool isInput)
{
    appendToned(*m_output, m_theme,
        isInput                                         ? Role::MutedText
            : text.startsWith(QLatin1String("(error)")) ? Role::Error
                                                        : Role::Text,
        text);
}

} // namespace widgets
