#pragma once

// All breakpoints in rows: those on lines of the open scripts, then events. It owns the events; the lines belong to the
// scripts' editors, where they follow the text, and editing a row here only asks for the change.

// Qt first: moc 6.4 stumbles over <compare> as the first header of the standard library.
#include <QAbstractTableModel>

#include "debugger/breakpoint_spec.h"

#include <functional>
#include <optional>
#include <vector>

namespace widgets {

/// What identifies an open script; 0: none.
using ScriptId = quintptr;

/// The breakpoints on the lines of one script.
struct ScriptBreakpoints {
    ScriptId script = 0;
    QString title = {};
    std::vector<debugger::BreakpointSpec> lines = {};
};

/// What should become of the breakpoint on a line of a script; nothing: it goes.
struct LineChange {
    ScriptId script = 0;
    int line = 0;
    std::optional<debugger::BreakpointSpec> now = {};
};

class BreakpointsModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Where, Condition, FromHit, LogText, Hits, Problem, ColumnCount };
    enum DataRole {
        ShapeRole = Qt::UserRole + 1, // BreakpointShape, in Where
        EnabledRole, // bool
        HintRole, // what may be typed into an empty cell
    };

    explicit BreakpointsModel(QObject* parent = nullptr) : QAbstractTableModel(parent) { }

    /// False when nothing was other than before.
    bool setScripts(const std::vector<ScriptBreakpoints>& scripts);
    std::vector<debugger::BreakpointSpec> events() const;
    void setEvents(const std::vector<debugger::BreakpointSpec>& events);
    /// Gives its row.
    int addEvent(debugger::BreakpointSpec spec);

    /// What a session of this script is to know: its lines, then the events.
    std::vector<debugger::BreakpointSpec> specsFor(ScriptId script) const;
    /// What became of `specsFor(script)`, or of the first of them; what is said of another one than the row's is passed
    /// over. `counted`: hits mean something.
    void showStates(ScriptId script, const std::vector<debugger::BreakpointState>& states, bool counted);
    /// Which of `specsFor(script)` has stopped the run; -1: none.
    void showStop(ScriptId script, int number);
    /// A session is over: what it said of hits and problems is no longer so.
    void forgetSession();

    /// -1: there is none.
    int rowOf(ScriptId script, int line) const;
    /// 0: an event.
    ScriptId scriptAt(int row) const { return m_rows[static_cast<std::size_t>(row)].script; }
    /// Where it holds; 0: an event.
    int lineAt(int row) const;
    bool isEnabledAt(int row) const { return m_rows[static_cast<std::size_t>(row)].state.spec.enabled; }
    void setEnabled(const QList<int>& rows, bool enabled);
    void remove(const QList<int>& rows);
    QList<int> allRows() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role = Qt::EditRole) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

Q_SIGNALS:
    void linesEdited(const std::vector<widgets::LineChange>& changes);
    void eventsChanged();

private:
    struct Row {
        ScriptId script = 0;
        QString title = {};
        debugger::BreakpointState state = {};
        bool counted = false;
        bool stopped = false; // the run, where it stands
        bool isSame(const Row& other) const
        {
            return script == other.script && title == other.title && state.spec == other.state.spec;
        }
    };

    std::size_t lineRows() const;
    /// Those of `specsFor(script)`, in its order.
    std::vector<std::size_t> rowsFor(ScriptId script) const;
    QVariant textAt(const Row& row, int column) const;
    QVariant editableAt(const Row& row, int column) const;
    static QString explanationOf(int column);
    QVariant hintAt(const Row& row, int column) const;
    /// False for a text that means nothing there.
    static bool change(debugger::BreakpointSpec& spec, int column, const QString& text);
    void replaceLineRows(std::vector<Row> rows);
    void applyTo(const QList<int>& rows, const std::function<void(debugger::BreakpointSpec&)>& change);
    void tellChanged();

    std::vector<Row> m_rows;
};

} // namespace widgets
