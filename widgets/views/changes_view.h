#pragma once

// What a debugged run has done to the data: since its start, and by the last step.

#include "debugger/session_event.h"

#include <QWidget>

class QLabel;

namespace widgets {

class Theme;
class ValueTree;
class ValueTreeModel;
class WritesBar;

class ChangesView : public QWidget {
    Q_OBJECT

public:
    explicit ChangesView(const Theme& theme, QWidget* parent = nullptr);

    void showStop(const debugger::Stopped& stop);
    void showEnd(const debugger::Ended& end);
    void clear();
    /// The key whose row, or one below it, is current in the tree that was used last; none where there is none.
    const engine::KeyChange* currentKey() const;

    /// Above the trees: what can be done about the changes.
    WritesBar& writes() { return *m_writes; }

Q_SIGNALS:
    /// "Who wrote it?"
    void historyWanted(int database, const engine::Bytes& key);

protected:
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    void show(const engine::KeyspaceDiff& total, const engine::KeyspaceDiff& step);

    WritesBar* m_writes;
    ValueTreeModel* m_total;
    ValueTreeModel* m_step;
    ValueTree* m_totalTree;
    ValueTree* m_stepTree;
    engine::KeyspaceDiff m_shownTotal;
    engine::KeyspaceDiff m_shownStep;
};

} // namespace widgets
