#pragma once

// The editor of one script. Its text is bytes: what is loaded is saved back to the byte (a script's SHA-1 depends on
// it), NUL and invalid UTF-8 included.
//
// Lines are numbered from 1 here, as Lua numbers them; Scintilla counts from 0.

#include "widgets/editor/qsci.h"

#include <QSet>

namespace widgets {

class LuaLexer;
class Theme;

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

    /// Lines with a breakpoint, ascending. Breakpoints follow edits.
    QList<int> breakpointLines() const;
    void setBreakpointLines(const QList<int>& lines);
    void toggleBreakpoint(int line);
    /// The line where a debugged run stands; 0: none. It is scrolled into view.
    void showCurrentLine(int line);
    /// The line of an error; 0: none.
    void showErrorLine(int line);
    int caretLine() const;
    void goToLine(int line);

    void toggleComment();

Q_SIGNALS:
    void breakpointsChanged();
    void bytesChanged();

private:
    void setUpMargins();
    void setUpMarkers();
    void setUpCompletion();
    void applyTheme();
    void onMarginClicked(int margin, int line);
    void fitLineNumbers();

    const Theme& m_theme;
    LuaLexer* m_lexer;
};

} // namespace widgets
