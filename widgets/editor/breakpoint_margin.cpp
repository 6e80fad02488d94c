#include "widgets/editor/breakpoint_margin.h"

#include "widgets/editor/qsci.h"
#include "widgets/parts/breakpoint_symbol.h"

#include <algorithm>

namespace widgets {

using debugger::BreakpointSpec;

namespace {

constexpr int kFollower = BreakpointMargin::kFirstMarker;

struct Sign {
    BreakpointShape shape;
    bool enabled;
};

// A marker each, behind the follower; a later one is drawn over an earlier one on the same line.
constexpr Sign kSigns[] = {
    {BreakpointShape::Plain, false},
    {BreakpointShape::Conditional, false},
    {BreakpointShape::LogPoint, false},
    {BreakpointShape::LogPoint, true},
    {BreakpointShape::Conditional, true},
    {BreakpointShape::Plain, true},
};
static_assert(kFollower + std::size(kSigns) == BreakpointMargin::kLastMarker);

int markerOf(const BreakpointSpec& spec)
{
    const auto* sign = std::ranges::find_if(
        kSigns, [&](const Sign& each) { return each.shape == shapeOf(spec) && each.enabled == spec.enabled; });
    return kFollower + 1 + static_cast<int>(sign - kSigns);
}

} // namespace

int BreakpointMargin::lineOf(const Entry& entry) const
{
    return m_editor.markerLine(entry.handle) + 1;
}

std::vector<BreakpointSpec> BreakpointMargin::breakpoints() const
{
    std::vector<BreakpointSpec> result;
    for (const Entry& entry : m_entries) {
        result.push_back(entry.spec);
        result.back().line = lineOf(entry);
    }
    // Lines that were joined may have brought two together, and text that is replaced takes its markers with it.
    std::ranges::stable_sort(result, {}, &BreakpointSpec::line);
    const auto isSecond = [](const BreakpointSpec& a, const BreakpointSpec& b) { return a.line == b.line; };
    result.erase(std::unique(result.begin(), result.end(), isSecond), result.end());
    std::erase_if(result, [](const BreakpointSpec& spec) { return spec.line < 1; });
    return result;
}

void BreakpointMargin::set(const std::vector<BreakpointSpec>& specs)
{
    const std::vector<Entry> before = std::exchange(m_entries, {});
    const auto boundBefore = [&](int line) {
        const auto found = std::ranges::find_if(before, [&](const Entry& each) { return lineOf(each) == line; });
        return found == before.end() ? 0 : found->boundLine;
    };
    std::vector<Entry> now;
    for (const BreakpointSpec& spec : specs) {
        const bool isTaken = std::ranges::any_of(now, [&](const Entry& each) { return each.spec.line == spec.line; });
        if (spec.line >= 1 && spec.line <= m_editor.lines() && !isTaken)
            now.push_back({.spec = spec, .boundLine = boundBefore(spec.line)});
    }
    m_editor.markerDeleteAll(kFollower);
    for (Entry& entry : now)
        entry.handle = m_editor.markerAdd(entry.spec.line - 1, kFollower);
    std::ranges::stable_sort(now, {}, [](const Entry& entry) { return entry.spec.line; });
    m_entries = std::move(now);
    showSigns();
}

void BreakpointMargin::showBound(const std::vector<int>& lines)
{
    // By line: two that came together count as one in `breakpoints()`.
    const std::vector<BreakpointSpec> specs = breakpoints();
    if (specs.size() != lines.size())
        return;
    // Text that was edited has carried the signs along: they are drawn anew even where nothing was bound anew.
    for (Entry& entry : m_entries) {
        const auto at = std::ranges::find(specs, lineOf(entry), &BreakpointSpec::line);
        if (at != specs.end())
            entry.boundLine = lines[static_cast<std::size_t>(at - specs.begin())];
    }
    showSigns();
}

int BreakpointMargin::lineAt(int shownLine) const
{
    int found = 0;
    for (const Entry& entry : m_entries) {
        const int own = lineOf(entry);
        if (own == shownLine)
            return own;
        if (found == 0 && entry.boundLine == shownLine)
            found = own;
    }
    return found;
}

void BreakpointMargin::showSigns()
{
    for (int marker = kFollower + 1; marker <= kLastMarker; ++marker)
        m_editor.markerDeleteAll(marker);
    for (const Entry& entry : m_entries) {
        const int line = entry.boundLine > 0 && entry.boundLine <= m_editor.lines() ? entry.boundLine : lineOf(entry);
        if (line >= 1)
            m_editor.markerAdd(line - 1, markerOf(entry.spec));
    }
}

void BreakpointMargin::applyTheme()
{
    m_editor.markerDefine(QsciScintilla::Invisible, kFollower);
    const int side = m_editor.fontMetrics().height();
    int marker = kFollower;
    for (const Sign& sign : kSigns)
        m_editor.markerDefine(
            breakpointSymbol(sign.shape, sign.enabled, side, m_editor.devicePixelRatioF(), m_theme), ++marker);
}

} // namespace widgets
