#include "widgets/views/result_view.h"

#include "widgets/models/counted_text.h"
#include "widgets/models/value_text.h"
#include "widgets/models/value_tree_model.h"
#include "widgets/parts/toned_text.h"
#include "widgets/parts/value_tree.h"

#include <QLocale>
#include <QSplitter>
#include <QTabWidget>
#include <QVBoxLayout>

namespace widgets {

namespace {

constexpr int kLongestError = 2000; // characters

QWidget* titled(const QString& title, ValueTree* tree)
{
    auto* box = new QWidget;
    auto* label = new QLabel(title);
    label->setBuddy(tree);
    tree->setAccessibleName(title);
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    layout->addWidget(label);
    layout->addWidget(tree);
    return box;
}

ValueNode callNode(const debugger::RecordedCall& call)
{
    ValueNode node{.name = call.line > 0 ? ResultView::tr("line %1").arg(call.line) : QString(),
        .value = commandLine(call.argv),
        .note = {},
        .tone = ValueTone::Plain,
        .children = {}};
    if (call.reply) {
        node.note = replyLine(*call.reply);
        if (call.reply->isError())
            node.tone = ValueTone::Error;
    }
    return node;
}

QString durationText(std::chrono::microseconds took)
{
    const QLocale locale;
    if (took.count() < 1000)
        return ResultView::tr("%1 µs").arg(locale.toString(qlonglong(took.count())));
    return ResultView::tr("%1 ms").arg(locale.toString(double(took.count()) / 1000.0, 'f', 2));
}

} // namespace

ResultView::ResultView(const Theme& theme, QWidget* parent)
    : QWidget(parent), m_headline(new TonedLabel(theme)), m_losses(new TonedLabel(theme, Role::Warning)),
      m_lua(new ValueTreeModel({tr("Key"), tr("Lua value"), tr("What is lost")}, this)),
      m_reply(new ValueTreeModel({tr("Type"), tr("Reply")}, this)),
      m_calls(new ValueTreeModel({tr("Where"), tr("Command"), tr("Reply")}, this)),
      m_changes(new ValueTreeModel({tr("Key"), tr("Change"), tr("Type")}, this)), m_luaTree(new ValueTree(theme)),
      m_replyTree(new ValueTree(theme)), m_callsTree(new ValueTree(theme)), m_changesTree(new ValueTree(theme)),
      m_details(new QTabWidget)
{
    m_headline->setObjectName(QStringLiteral("resultHeadline"));
    m_headline->setTextInteractionFlags(Qt::TextBrowserInteraction | Qt::TextSelectableByKeyboard);
    m_headline->setWordWrap(true);
    // Never judged by its content: what a script returns may look like markup.
    m_headline->setTextFormat(Qt::RichText);
    m_losses->setObjectName(QStringLiteral("resultLosses"));
    m_losses->setWordWrap(true);
    m_losses->setTextFormat(Qt::RichText);
    m_losses->hide();
    m_luaTree->setObjectName(QStringLiteral("luaTree"));
    m_luaTree->setModel(m_lua);
    m_luaTree->setEmptyText(tr("Run a script with Ctrl+Enter: what it returns is shown here."));
    m_replyTree->setObjectName(QStringLiteral("replyTree"));
    m_replyTree->setModel(m_reply);
    m_replyTree->setEmptyText(tr("And here the reply that a client gets."));
    m_callsTree->setObjectName(QStringLiteral("callsTree"));
    m_callsTree->setModel(m_calls);
    m_callsTree->setEmptyText(tr("The commands that the script called, with their replies."));
    m_changesTree->setObjectName(QStringLiteral("runChangesTree"));
    m_changesTree->setModel(m_changes);
    m_changesTree->setEmptyText(tr("The run changed no key."));

    auto* values = new QSplitter;
    values->addWidget(titled(tr("Lua value"), m_luaTree));
    values->addWidget(titled(tr("Reply"), m_replyTree));
    values->setChildrenCollapsible(false);
    values->setStretchFactor(0, 3);
    values->setStretchFactor(1, 2);
    m_luaTree->stretchColumns({ValueTreeModel::Value, ValueTreeModel::Note});
    m_luaTree->setColumnHidden(ValueTreeModel::Note, true);
    m_replyTree->stretchColumns({ValueTreeModel::Value});
    m_callsTree->stretchColumns({ValueTreeModel::Value, ValueTreeModel::Note});
    m_changesTree->stretchColumns({ValueTreeModel::Value});
    m_details->addTab(values, tr("Value and reply"));
    m_details->addTab(m_callsTree, tr("Commands"));
    m_details->addTab(m_changesTree, tr("Changes of the run"));
    m_callsTree->setAccessibleName(tr("Commands called"));
    m_changesTree->setAccessibleName(tr("Changes of the run"));
    m_details->setDocumentMode(true);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 4, 6, 4);
    layout->addWidget(m_headline);
    layout->addWidget(m_losses);
    layout->addWidget(m_details, 1);
    connect(
        m_headline, &QLabel::linkActivated, this, [this](const QString& link) { Q_EMIT lineActivated(link.toInt()); });
    showHeadline(tr("No run yet."), false, 0);
}

void ResultView::showRunning(const QString& script)
{
    showHeadline(tr("%1 is running…").arg(script), false, 0);
}

void ResultView::showReport(const QString& script, const debugger::RunReport& report)
{
    const std::size_t calls = report.calls.size() + report.callsLeftOut;
    QString headline = report.reply.isError()
        ? tr("%1 failed: %2").arg(script, textOf(report.reply.text, kLongestError)) + writtenBefore(report.changes)
        : tr("%1 gave %2").arg(script, replyLine(report.reply));
    headline += QStringLiteral("  ·  ") + durationText(report.took) + QStringLiteral("  ·  ")
        + counted(tr("%n command(s)", nullptr, int(calls)), qint64(calls));
    showHeadline(headline, report.reply.isError(), report.errorLine);
    showValues(report.returned, report.losses, report.reply);
    std::vector<ValueNode> nodes;
    for (const debugger::RecordedCall& call : report.calls)
        nodes.push_back(callNode(call));
    if (report.callsLeftOut > 0)
        nodes.push_back({.name = QString(QChar(0x2026)),
            .value = tr("%1 more are not shown").arg(report.callsLeftOut),
            .note = {},
            .tone = ValueTone::Muted,
            .children = {}});
    m_calls->setNodes(std::move(nodes));
    m_changes->setNodes(changeNodes(report.changes));
    m_changesTree->openTo(1);
    m_details->setTabText(1, tr("Commands (%1)").arg(calls));
    m_details->setTabText(
        2, tr("Changes of the run (%1)").arg(report.changes.keys.size() + report.changes.keysLeftOut));
}

void ResultView::showEnd(const QString& script, const debugger::Ended& end, const QString& how)
{
    const QString headline = end.stopped ? tr("%1 was stopped.").arg(script)
        : end.reply.isError()            ? tr("%1 failed: %2").arg(script, textOf(end.reply.text, kLongestError))
                                         : tr("%1 gave %2").arg(script, replyLine(end.reply));
    showHeadline(headline + QStringLiteral("  ·  ") + how, end.reply.isError() && !end.stopped, end.errorLine);
    showValues(end.returned, engine::findLosses(end.returned, end.returnedValues), end.reply);
    m_calls->setNodes({});
    m_changes->setNodes(changeNodes(end.changes));
    m_changesTree->openTo(1);
    m_details->setTabText(1, tr("Commands"));
    m_details->setTabText(2, tr("Changes of the run (%1)").arg(end.changes.keys.size() + end.changes.keysLeftOut));
}

void ResultView::showValues(
    const engine::LuaTree& returned, const std::vector<engine::ConversionLoss>& losses, const engine::Reply& reply)
{
    m_lua->setNodes({luaNode(returned, losses)});
    m_reply->setNodes({replyNode(reply)});
    m_luaTree->openTo(3);
    m_replyTree->openTo(3);
    m_losses->setVisible(!losses.empty());
    m_luaTree->setColumnHidden(ValueTreeModel::Note, losses.empty());
    if (losses.empty())
        return;
    const engine::LossText& first = engine::lossText(losses.front().rule);
    m_losses->setText(counted(tr("<b>%n value(s) changed on the way to the client.</b> ", nullptr, int(losses.size())),
                          qint64(losses.size()))
        + QString::fromUtf8(first.what.data(), qsizetype(first.what.size())).toHtmlEscaped() + QLatin1Char(' ')
        + QString::fromUtf8(first.instead.data(), qsizetype(first.instead.size())).toHtmlEscaped());
}

void ResultView::showHeadline(const QString& text, bool isError, int errorLine)
{
    QString html = text.toHtmlEscaped();
    if (errorLine > 0)
        html += QStringLiteral("  <a href=\"%1\">%2</a>").arg(errorLine).arg(tr("Go to line %1").arg(errorLine));
    m_headline->setText(html);
    m_headline->setRole(isError ? Role::Error : Role::Text);
}

QString ResultView::writtenBefore(const engine::KeyspaceDiff& changes) const
{
    const int count = int(changes.keys.size() + changes.keysLeftOut);
    return count == 0
        ? QString()
        : counted(tr("  ·  it had already changed %n key(s): Redis takes nothing back", nullptr, count), count);
}

} // namespace widgets
