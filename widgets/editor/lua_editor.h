#pragma once

// The editor of one script. Its text is bytes: what is loaded is saved back to the byte (a script's SHA-1 depends on
// it), NUL and invalid UTF-8 included.
//
// Lines are numbered from 1 here, as Lua numbers them; Scintilla counts from 0.

#include "widgets/editor/qsci.h"

#include "widgets/editor/breakpoint_margin.h"

namespace widgets {

class LuaLexer;
class Theme;

/// What of a breakpoint a person wants to write.
enum class BreakpointField { Condition, LogText };

class LuaEditor : public QsciScintilla {
    Q_OBJECT

public:
    /// `theme` outlives the editor.
    explicit LuaEditor(const Theme& theme, QWidget* parent = nullptr);

    /// Replaces the text and forgets the undo history.
    void setBytes(const QByteArray& bytes);
    /// Replaces the text as an edit: it can be undone, and the text counts as modified.
    void replaceBytes(const QByteArray& bytes);
    QByteArray bytes() const;

    /// Those on lines, ascending, one a line. They follow edits.
    std::vector<debugger::BreakpointSpec> breakpoints() const { return m_breakpoints.breakpoints(); }
    void setBreakpoints(const std::vector<debugger::BreakpointSpec>& specs);
    /// Sets one on the line, or removes the one that is shown there.
    void toggleBreakpoint(int line);
    /// The line of the breakpoint that is shown on this line; 0: none.
    int breakpointLineAt(int shownLine) const { return m_breakpoints.lineAt(shownLine); }
    /// Where those of `breakpoints()` hold; their signs stand there. 0: nowhere.
    void showBoundLines(const std::vector<int>& lines) { m_breakpoints.showBound(lines); }
    /// The line where a debugged run stands; 0: none. It is scrolled into view.
    void showCurrentLine(int line);
    /// The line of an error; 0: none.
    void showErrorLine(int line);
    int caretLine() const;
    /// What is selected on one line, else the word that the caret is on; empty: none.
    QString wordAtCaret() const;
    void goToLine(int line);

    void toggleComment();

Q_SIGNALS:
    void breakpointsChanged();
    /// On this line, where there may be none yet.
    void breakpointEditWanted(int line, widgets::BreakpointField field);
    void bytesChanged();

protected:
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    void setUpMargins();
    void setUpMarkers();
    void setUpCompletion();
    void applyTheme();
    void onMarginClicked(int margin, int line);
    void fillBreakpointMenu(QMenu& menu, int line);
    void fitLineNumbers();

    const Theme& m_theme;
    LuaLexer* m_lexer;
    BreakpointMargin m_breakpoints;
};

} // namespace widgets
