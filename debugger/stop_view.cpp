#include "debugger/stop_view.h"

#include "debugger/timeline.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace debugger {

namespace {

constexpr std::size_t kStepCalls = 100;
constexpr BytesView kErrorPlaces[] = {", on @user_script:", ", on @user_function:"};
// Of errors that keep a script or a library from being loaded.
constexpr BytesView kLoadErrors[] = {"ERR Error compiling", "ERR Error registering"};
constexpr BytesView kLoadErrorPlaces[] = {"user_script:", "user_function:"};

// The number behind a place, blanks or not; 0: none.
int numberBehind(BytesView text, std::size_t at)
{
    int number = 0;
    at = std::min(text.find_first_not_of(' ', at), text.size());
    std::from_chars(text.data() + at, text.data() + text.size(), number);
    return number;
}

bool sameValue(const engine::LuaValue& a, const engine::LuaValue& b)
{
    // Not the reference: it names a table anew at every stop.
    return a.kind == b.kind && a.text == b.text && a.bytes == b.bytes && a.size == b.size;
}

} // namespace

int errorLineOf(const engine::Reply& reply)
{
    if (!reply.isError())
        return 0;
    const BytesView text = reply.text;
    for (const BytesView place : kErrorPlaces) {
        if (const std::size_t at = text.rfind(place); at != BytesView::npos)
            return numberBehind(text, at + place.size());
    }
    const auto begins = [text](BytesView beginning) { return text.starts_with(beginning); };
    if (std::ranges::none_of(kLoadErrors, begins))
        return 0;
    for (const BytesView place : kLoadErrorPlaces) {
        if (const std::size_t at = text.find(place); at != BytesView::npos)
            return numberBehind(text, at + place.size());
    }
    return 0;
}

Stopped StopView::stopped(engine::LuaInspect& run, const Trace& trace, const PassStop& stop)
{
    Stopped view;
    view.moment = stop.moment;
    view.furthest = trace.furthest();
    view.line = stop.event.line;
    view.reason = stop.reason;
    view.breakpoint = stop.breakpoint;
    view.coroutine = stop.event.coroutine;
    view.frames = run.frames();
    view.locals = run.locals(0);
    view.upvalues = run.upvalues(0);
    view.arguments = run.arguments();
    view.memoryBytes = run.memoryBytes();

    auto variables = view.locals;
    variables.insert(variables.end(), view.upvalues.begin(), view.upvalues.end());
    view.changedVariables = changedVariables(stop, beginOfActivation(trace, stop.moment), std::move(variables));

    // Forwards, a step is all that ran since the last stop; backwards or from afar it is the line before.
    const Moment from = m_moment != kNoMoment && m_moment < stop.moment ? m_moment : stop.moment - 1;
    engine::RunData data = trace.dataAt(stop.moment);
    view.changes = engine::diffKeyspaces(trace.startDataset(), data.dataset);
    view.stepChanges = engine::diffKeyspaces(trace.dataAt(from).dataset, data.dataset);
    view.stepCalls = callsBetween(trace, from, stop.moment, kStepCalls);
    view.dataset = std::move(data.dataset);
    view.database = data.database;
    m_moment = stop.moment;
    return view;
}

std::vector<Bytes> StopView::changedVariables(
    const PassStop& stop, Moment begin, std::vector<engine::LuaVariable> variables)
{
    std::erase_if(m_frames, [&stop, begin](const ShownFrame& frame) {
        const bool ended = frame.depth == stop.event.depth && frame.begin != begin;
        return frame.coroutine == stop.event.coroutine && (frame.depth > stop.event.depth || ended);
    });
    std::vector<Bytes> changed;
    const auto shown = std::find_if(m_frames.begin(), m_frames.end(), [&stop](const ShownFrame& frame) {
        return frame.coroutine == stop.event.coroutine && frame.depth == stop.event.depth;
    });
    if (shown == m_frames.end()) {
        m_frames.push_back({.coroutine = stop.event.coroutine,
            .depth = stop.event.depth,
            .begin = begin,
            .variables = std::move(variables)});
        return changed;
    }
    for (const engine::LuaVariable& variable : variables) {
        const auto before = std::find_if(
            shown->variables.rbegin(), shown->variables.rend(), [&variable](const engine::LuaVariable& each) {
                return each.name == variable.name && each.scope == variable.scope;
            });
        if (before == shown->variables.rend() || !sameValue(before->value, variable.value))
            changed.push_back(variable.name);
    }
    shown->variables = std::move(variables);
    return changed;
}

Ended StopView::ended(const Trace& trace, const engine::ScriptOutcome& outcome, std::optional<Moment> stoppedBefore)
{
    engine::RunData data = stoppedBefore ? trace.dataAt(*stoppedBefore) : trace.lastData();
    const auto effects = stoppedBefore ? trace.effectsAt(*stoppedBefore) : std::span(trace.effects());
    m_moment = kNoMoment;
    return {.furthest = trace.furthest(),
        .reply = outcome.reply,
        .returned = outcome.returned,
        .returnedValues = outcome.returnedValues,
        .errorLine = errorLineOf(outcome.reply),
        .stopped = stoppedBefore.has_value(),
        .changes = engine::diffKeyspaces(trace.startDataset(), data.dataset),
        .dataset = std::move(data.dataset),
        .database = data.database,
        .effects = {effects.begin(), effects.end()},
        .log = outcome.log};
}

} // namespace debugger
