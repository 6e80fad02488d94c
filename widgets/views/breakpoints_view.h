#pragma once

// All breakpoints in a table that is edited in place: on lines of the open scripts, and on events. By keyboard: Insert
// adds, F2 or typing edits, Space turns on and off, Delete removes, Return goes to the line.

#include "widgets/models/breakpoints_model.h"

#include <QPersistentModelIndex>
#include <QWidget>

class QMenu;
class QTableView;
class QToolButton;

namespace widgets {

class Theme;
class TonedLabel;

class BreakpointsView : public QWidget {
    Q_OBJECT

public:
    /// `theme` outlives the view.
    explicit BreakpointsView(const Theme& theme, QWidget* parent = nullptr);

    BreakpointsModel& breakpoints() { return *m_breakpoints; }
    /// Opens a cell for typing. `isNew`: leaving it empty takes the row away again.
    void editCell(int row, BreakpointsModel::Column column, bool isNew);
    /// Puts the keyboard here.
    void focusTable();

Q_SIGNALS:
    /// A breakpoint on the line of the editor's caret is wanted.
    void lineWanted();
    void lineActivated(widgets::ScriptId script, int line);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void connectParts();
    QToolButton* addButton(const QString& name, const QString& text, const QString& tip);
    void makeAddMenu();
    void showAddMenu();
    void addEvent(debugger::BreakpointKind kind);
    void onEditorClosed();
    void showContextMenu(const QPoint& at);
    void activate(const QModelIndex& index);
    void removeSelected();
    void toggleSelected();
    QList<int> selectedRows() const;
    void showProblems();
    void choose(const QModelIndex& index);

    BreakpointsModel* m_breakpoints;
    QTableView* m_table;
    QMenu* m_addMenu;
    QToolButton* m_add;
    QToolButton* m_enableAll;
    QToolButton* m_disableAll;
    QToolButton* m_removeAll;
    TonedLabel* m_problem;
    QPersistentModelIndex m_fresh; // the cell that a new row is filled in
};

} // namespace widgets
