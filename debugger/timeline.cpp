#include "debugger/timeline.h"

#include <algorithm>
#include <utility>

namespace debugger {

namespace {

// Coroutine 0 is the main chunk, which nobody resumed.
constexpr int kMainCoroutine = 0;

ActiveCoroutine activeAt(const Trace& trace, Moment moment)
{
    const LineRecord line = trace.line(moment);
    return {.coroutine = line.coroutine(), .depth = line.depth(), .moment = moment};
}

} // namespace

std::vector<ActiveCoroutine> activeCoroutines(const Trace& trace, Moment moment)
{
    if (trace.line(moment).coroutine() == kMainCoroutine)
        return {activeAt(trace, moment)};

    // A line of a coroutine that waits means the ones above it have yielded or ended; any other has been resumed.
    std::vector<ActiveCoroutine> active;
    for (Moment at = 1; at <= moment; ++at) {
        const int coroutine = trace.line(at).coroutine();
        const auto waiting = std::find_if(active.begin(), active.end(),
            [coroutine](const ActiveCoroutine& each) { return each.coroutine == coroutine; });
        active.erase(waiting, active.end());
        active.push_back(activeAt(trace, at));
    }
    std::reverse(active.begin(), active.end());
    return active;
}

namespace {

/// The last line of the script before `moment`, in its coroutine, that is of one of the `depth` outermost activations
/// which there are at `moment`. Going back, a line as deep as that is one of theirs, because any that came later in its
/// place would have begun behind it.
Moment lineOfWaiting(const Trace& trace, Moment moment, int depth)
{
    const int coroutine = trace.line(moment).coroutine();
    for (Moment at = moment - 1; at > kNoMoment && depth > 0; --at) {
        const LineRecord line = trace.line(at);
        if (line.coroutine() != coroutine || line.depth() > depth)
            continue;
        if (line.inScript())
            return at;
        depth = line.begins() ? line.depth() - 1 : line.depth();
    }
    return kNoMoment;
}

/// The first line in the script of the coroutine that runs at `moment`.
Moment firstOfCoroutine(const Trace& trace, Moment moment)
{
    const int coroutine = trace.line(moment).coroutine();
    Moment at = 1;
    while (at < moment && (trace.line(at).coroutine() != coroutine || !trace.line(at).inScript()))
        ++at;
    return at;
}

} // namespace

Moment beginOfActivation(const Trace& trace, Moment moment)
{
    const LineRecord here = trace.line(moment);
    if (here.coroutine() == kMainCoroutine && here.depth() == trace.line(1).depth())
        return 1;
    const auto begins = [&](Moment at) {
        const LineRecord line = trace.line(at);
        return line.begins() && line.depth() == here.depth() && line.coroutine() == here.coroutine();
    };
    Moment at = moment;
    while (at > 1 && !begins(at))
        --at;
    return at;
}

Moment momentBefore(const Trace& trace, Moment moment)
{
    return trace.previousInScript(moment);
}

Moment momentBeforeOver(const Trace& trace, Moment moment)
{
    if (moment > trace.furthest()) {
        // From the end: the last line of the main chunk itself, past what it called.
        for (Moment at = trace.previousInScript(moment); at != kNoMoment; at = trace.previousInScript(at)) {
            if (trace.line(at).coroutine() == kMainCoroutine && trace.line(at).depth() <= trace.line(1).depth())
                return at;
        }
        return kNoMoment;
    }
    const LineRecord here = trace.line(moment);
    if (const Moment own = lineOfWaiting(trace, moment, here.begins() ? here.depth() - 1 : here.depth());
        own != kNoMoment)
        return own;
    return trace.previousInScript(firstOfCoroutine(trace, moment));
}

Moment momentBeforeOut(const Trace& trace, Moment moment)
{
    if (moment > trace.furthest())
        return momentBeforeOver(trace, moment);
    if (const Moment caller = lineOfWaiting(trace, moment, trace.line(moment).depth() - 1); caller != kNoMoment)
        return caller;
    // The coroutine's own body: out of it is the line that resumed it.
    const auto active = activeCoroutines(trace, moment);
    return active.size() < 2 ? kNoMoment : active[1].moment;
}

Moment stopBefore(const Trace& trace, const Breakpoints& breakpoints, Moment moment)
{
    for (Moment at = trace.previousInScript(moment); at != kNoMoment; at = trace.previousInScript(at)) {
        const int line = trace.line(at).line();
        const RunEvents events = breakpoints.watchesEvents() ? trace.eventsAt(at) : RunEvents();
        const bool mayStop = breakpoints.on(line) || !events.empty();
        if ((mayStop && breakpoints.stopOn(line, events) >= 0) || trace.forcedStop(at))
            return at;
    }
    return kNoMoment;
}

void ReachCounts::goTo(const Trace& trace, Moment moment)
{
    const auto count = [&](Moment at) -> std::uint64_t& {
        const auto line = static_cast<std::size_t>(trace.line(at).inScript() ? trace.line(at).line() : 0);
        if (line >= m_counts.size())
            m_counts.resize(line + 1);
        return m_counts[line];
    };
    while (m_moment < moment)
        ++count(++m_moment);
    while (m_moment > moment)
        --count(m_moment--);
}

std::uint64_t ReachCounts::of(int line) const
{
    const auto at = static_cast<std::size_t>(line);
    return line > 0 && at < m_counts.size() ? m_counts[at] : 0;
}

std::vector<RecordedCall> callsBetween(const Trace& trace, Moment from, Moment to, std::size_t limit)
{
    std::size_t first = trace.firstCallFrom(from);
    const std::size_t last = trace.firstCallFrom(to);
    if (last > first + limit)
        first = last - limit;
    const auto begin = trace.calls().begin();
    return {begin + static_cast<std::ptrdiff_t>(first), begin + static_cast<std::ptrdiff_t>(std::max(first, last))};
}

std::vector<KeyWrite> writesOf(const Trace& trace, int database, BytesView key)
{
    std::vector<KeyWrite> writes;
    const engine::Keyspace* before = &trace.startDataset();
    for (const DataMark& mark : trace.marks()) {
        engine::KeyspaceDiff diff = engine::diffKeyspaces(*before, mark.dataset);
        before = &mark.dataset;
        for (engine::KeyChange& change : diff.keys) {
            if (change.database == database && change.key == key)
                writes.push_back({.call = trace.calls()[mark.call], .change = std::move(change)});
        }
    }
    return writes;
}

TimelineShown timelineOf(const Trace& trace, const TimelineRequest& request)
{
    TimelineShown shown;
    shown.furthest = trace.furthest();
    const Moment first = std::max<Moment>(request.first, 1);
    const Moment last = request.last == 0 ? trace.furthest() : std::min(request.last, trace.furthest());
    for (Moment at = first; at <= last; ++at) {
        if (shown.lines.size() == request.maxLines) {
            shown.linesLeftOut = last - at + 1;
            break;
        }
        const LineRecord line = trace.line(at);
        if (line.inScript())
            shown.lines.push_back(
                {.moment = at, .line = line.line(), .depth = line.depth(), .coroutine = line.coroutine()});
    }
    shown.calls = callsBetween(trace, first, last + 1, request.maxLines);
    for (const RecordedError& error : trace.errors()) {
        if (error.moment >= first && error.moment <= last)
            shown.errors.push_back(error);
    }
    for (const auto* outputs : {&trace.outputs(), &trace.logPoints()}) {
        for (const Output& output : *outputs) {
            if (output.moment >= first && output.moment <= last)
                shown.outputs.push_back(output);
        }
    }
    std::stable_sort(shown.outputs.begin(), shown.outputs.end(),
        [](const Output& a, const Output& b) { return a.moment < b.moment; });
    return shown;
}

} // namespace debugger
