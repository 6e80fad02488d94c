#pragma once

// What a run gave: the Lua value beside the reply that became of it, with each loss marked; then what it called and
// changed.

#include "debugger/watched_run.h"

#include <QWidget>

class QTabWidget;

namespace widgets {

class Theme;
class TonedLabel;
class ValueTree;
class ValueTreeModel;

class ResultView : public QWidget {
    Q_OBJECT

public:
    explicit ResultView(const Theme& theme, QWidget* parent = nullptr);

    void showRunning(const QString& script);
    void showReport(const QString& script, const debugger::RunReport& report);
    /// The end of a debugged run. `how` it was: "debugged on a snapshot".
    void showEnd(const QString& script, const debugger::Ended& end, const QString& how);

Q_SIGNALS:
    /// The person clicked the line that an error names.
    void lineActivated(int line);

private:
    void showValues(
        const engine::LuaTree& returned, const std::vector<engine::ConversionLoss>& losses, const engine::Reply& reply);
    void showHeadline(const QString& text, bool isError, int errorLine);
    QString writtenBefore(const engine::KeyspaceDiff& changes) const;

    TonedLabel* m_headline;
    TonedLabel* m_losses;
    ValueTreeModel* m_lua;
    ValueTreeModel* m_reply;
    ValueTreeModel* m_calls;
    ValueTreeModel* m_changes;
    ValueTree* m_luaTree;
    ValueTree* m_replyTree;
    ValueTree* m_callsTree;
    ValueTree* m_changesTree;
    QTabWidget* m_details;
};

} // namespace widgets
