#pragma once

// The breakpoints on the lines of one editor: they follow the text, and their signs stand in the margin on the lines
// that they hold on. One a line.
//
// Lines are numbered from 1.

#include "debugger/breakpoint_spec.h"

#include <vector>

class QsciScintilla;

namespace widgets {

class Theme;

class BreakpointMargin {
public:
    /// Scintilla's markers that are the margin's own. The first follows the text and is not seen.
    static constexpr int kFirstMarker = 8;
    static constexpr int kLastMarker = 14;
    static constexpr unsigned kShownMarkers = ((1U << (kLastMarker + 1)) - 1) & ~((1U << (kFirstMarker + 1)) - 1);

    /// Both outlive this.
    BreakpointMargin(QsciScintilla& editor, const Theme& theme) : m_editor(editor), m_theme(theme) { }

    /// In the order of their lines.
    std::vector<debugger::BreakpointSpec> breakpoints() const;
    /// Those on lines that are not there are passed over, and so is a second one on a line.
    void set(const std::vector<debugger::BreakpointSpec>& specs);
    /// Where those of `breakpoints()` hold; 0: nowhere, the sign stands on its own line then.
    void showBound(const std::vector<int>& lines);
    /// The line of the breakpoint whose sign is on this line, or that is on this line itself; 0: there is none.
    int lineAt(int shownLine) const;

    void applyTheme();

private:
    struct Entry {
        int handle = -1;
        debugger::BreakpointSpec spec = {};
        int boundLine = 0;
    };

    int lineOf(const Entry& entry) const;
    void showSigns();

    QsciScintilla& m_editor;
    const Theme& m_theme;
    std::vector<Entry> m_entries;
};

} // namespace widgets
