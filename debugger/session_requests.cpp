// What a session's loop does for each request; the loop itself is in session_loop.cpp.

#include "debugger/session_loop.h"
#include "debugger/touched_keys.h"

#include <algorithm>
#include <utility>

namespace debugger {

using engine::LuaInspect;
using engine::ProbeVerdict;

// --- Those that need no stop, and those that only look.

bool SessionLoop::serveAnywhere(const Request& request)
{
    if (const auto* breakpoints = std::get_if<SetBreakpointsRequest>(&request)) {
        setBreakpoints(breakpoints->breakpoints);
    } else if (const auto* watches = std::get_if<SetWatchesRequest>(&request)) {
        m_watches = watches->expressions;
        emit(WatchesSet());
    } else if (const auto* limits = std::get_if<SetLimitsRequest>(&request)) {
        m_limits = *limits;
    } else if (const auto* timeline = std::get_if<TimelineRequest>(&request)) {
        emit(timelineOf(m_trace, *timeline));
    } else if (const auto* key = std::get_if<KeyHistoryRequest>(&request)) {
        emit(KeyHistory{
            .database = key->database, .key = key->key, .writes = writesOf(m_trace, key->database, key->key)});
    } else if (const auto* wanted = std::get_if<SaveRecordingRequest>(&request)) {
        save(wanted->path);
    } else if (std::holds_alternative<WritesRequest>(request)) {
        tellWrites();
    } else {
        return false;
    }
    return true;
}

void SessionLoop::tellWrites()
{
    if (m_place != Place::Stopped && m_place != Place::Ended)
        return fail(placeText(m_place));
    const Moment upTo = m_place == Place::Ended && m_stoppedBefore ? *m_stoppedBefore : m_moment;
    const auto effects = m_trace.effectsAt(upTo);
    emit(WritesTold{{.start = m_trace.startDataset(),
        .now = m_input.now,
        .dataset = m_trace.dataAt(upTo).dataset,
        .effects = {effects.begin(), effects.end()},
        .touched = touchedKeys(m_trace, *m_input.commands, upTo)}});
}

void SessionLoop::setBreakpoints(std::vector<BreakpointSpec> specs)
{
    m_logFill.noteNew(m_breakpoints.states(), specs);
    const bool misses = std::ranges::any_of(specs, [this](const BreakpointSpec& spec) {
        return Breakpoints::isCountedByReplay(spec) && m_breakpoints.find(spec) < 0;
    });
    m_hitsAreMissing = m_hitsAreMissing || (misses && m_trace.furthest() != kNoMoment);
    m_breakpoints.set(std::move(specs), m_codeLines);
    if (m_place == Place::Stopped || m_place == Place::Ended)
        countHits();
    emit(BreakpointsSet{m_breakpoints.states()});
}

std::optional<Journey> SessionLoop::fillIn(const PassStop& returnTo)
{
    Course course{.target = m_trace.furthest(), .counts = std::exchange(m_hitsAreMissing, false)};
    if (m_logFill.isWanted() && m_logFill.begin(m_trace, m_breakpoints.judge(), m_codeLines))
        course.observer = [this](Pass& pass, LuaInspect& run, const engine::LineEvent& event) {
            const auto evaluate = [&](BytesView expression) { return pass.evaluate(run, 0, expression); };
            for (const Output& output : m_logFill.onLine(m_trace, pass.moment(), event.line, evaluate))
                emit(output);
        };
    if (!course.counts && !course.observer)
        return std::nullopt;
    return Journey{.course = std::move(course),
        .errand = Errand::FillIn,
        .returnTo = returnTo.moment,
        .returnReason = returnTo.reason,
        .returnBreakpoint = returnTo.breakpoint};
}

void SessionLoop::countHits()
{
    const Moment moment = std::min(m_moment, m_trace.furthest());
    // What nobody asks is not counted, and is counted from the start when somebody does.
    if (m_breakpoints.states().empty())
        m_reaches = ReachCounts();
    else
        m_reaches.goTo(m_trace, moment);
    // What a line calls that is not in the script happens in that line.
    Moment upTo = moment;
    while (upTo > kNoMoment && upTo < m_trace.furthest() && !m_trace.line(upTo + 1).inScript())
        ++upTo;
    m_breakpoints.countHits(
        [this](int line) { return m_reaches.of(line); }, {.calls = m_trace.calls(), .errors = m_trace.errors()}, upTo);
}

bool SessionLoop::serveLooking(Here& here, const Request& request)
{
    if (const auto* code = std::get_if<EvaluateRequest>(&request)) {
        auto values = here.pass.evaluate(here.run, code->frame, code->code);
        emit(Evaluated{.code = code->code,
            .values = values ? std::move(*values) : std::vector<engine::LuaValue>{},
            .error = values ? Bytes() : values.error()});
    } else if (const auto* table = std::get_if<ExpandRequest>(&request)) {
        emit(Expanded{.table = table->table,
            .first = table->first,
            .entries = here.run.entries(table->table, table->first, table->count)});
    } else if (const auto* frame = std::get_if<ShowFrameRequest>(&request)) {
        if (frame->frame < 0 || frame->frame >= static_cast<int>(here.run.frames().size()))
            fail("there is no frame " + std::to_string(frame->frame));
        else
            emit(FrameShown{.frame = frame->frame,
                .locals = here.run.locals(frame->frame),
                .upvalues = here.run.upvalues(frame->frame)});
    } else if (std::holds_alternative<SetWatchesRequest>(request)) {
        m_watches = std::get<SetWatchesRequest>(request).expressions;
        emit(WatchesSet{watchValues(here)});
    } else {
        return serveAnywhere(request);
    }
    return true;
}

// --- At a stop.

SessionLoop::Verdict SessionLoop::serveAtStop(Here& here, const QueuedRequest& queued)
{
    const Request& request = queued.request;
    const std::optional<BreakpointSpec> stoppedBy = m_breakpoints.specOf(here.stop.breakpoint);
    if (serveLooking(here, request)) {
        if (std::holds_alternative<SetBreakpointsRequest>(request))
            here.stop.breakpoint = m_breakpoints.find(stoppedBy);
        auto fill = fillIn(here.stop);
        return fill ? Verdict(abandon(std::move(*fill))) : std::nullopt;
    }
    if (const auto* wanted = std::get_if<MoveRequest>(&request))
        return move(here, wanted->move);
    if (const auto* wanted = std::get_if<RunToLineRequest>(&request))
        return wanted->back ? backToLine(here, wanted->line) : runToLine(here, wanted->line);
    if (const auto* wanted = std::get_if<SeekRequest>(&request))
        return seek(here, wanted->moment);
    if (const auto* wanted = std::get_if<SetVariableRequest>(&request))
        return setVariable(here, *wanted);
    if (const auto* wanted = std::get_if<VariableHistoryRequest>(&request))
        return abandon(historyOf(wanted->name, m_moment));
    if (const auto* wanted = std::get_if<RestartRequest>(&request))
        return abandon(restart(*wanted));
    if (std::holds_alternative<StopRequest>(request)) {
        m_endBefore = m_moment;
        return ProbeVerdict::Abort;
    }
    fail(placeText(Place::Stopped));
    return std::nullopt;
}

SessionLoop::Verdict SessionLoop::move(Here& here, Move way)
{
    const auto step = [&](StepKind kind) {
        return Course{.stepper = Stepper(kind, activeCoroutines(m_trace, m_moment))};
    };
    switch (way) {
    case Move::Into:
        return goOn(here, step(StepKind::Into));
    case Move::Over:
        return goOn(here, step(StepKind::Over));
    case Move::Out:
        return goOn(here, step(StepKind::Out));
    case Move::Continue:
        return goOn(here, {});
    case Move::ToEnd:
        return goOn(here, {.target = kToTheEnd});
    case Move::Back:
    case Move::BackOver:
    case Move::BackOut:
    case Move::ReverseContinue:
    case Move::ToStart:
        break;
    }
    Journey back = journeyBack(m_trace, m_breakpoints, way, m_moment);
    if (back.errand == Errand::Travel && back.course.target == m_moment) {
        here.stop.reason = StopReason::Start;
        announce(here);
        return std::nullopt;
    }
    emit(Running{});
    return abandon(std::move(back));
}

std::optional<int> SessionLoop::codeLine(int line)
{
    const auto bound = std::lower_bound(m_codeLines.begin(), m_codeLines.end(), line);
    if (line >= 1 && bound != m_codeLines.end())
        return *bound;
    fail("there is no code at or behind line " + std::to_string(line));
    return std::nullopt;
}

SessionLoop::Verdict SessionLoop::runToLine(Here& here, int line)
{
    const auto bound = codeLine(line);
    return bound ? goOn(here, {.line = *bound}) : std::nullopt;
}

std::optional<Moment> SessionLoop::momentOfLineBefore(int line)
{
    const auto bound = codeLine(line);
    if (!bound)
        return std::nullopt;
    for (Moment at = m_trace.previousInScript(m_moment); at != kNoMoment; at = m_trace.previousInScript(at)) {
        if (m_trace.line(at).line() == *bound)
            return at;
    }
    fail("line " + std::to_string(*bound) + " has not run before this moment");
    return std::nullopt;
}

SessionLoop::Verdict SessionLoop::backToLine(Here& here, int line)
{
    const auto moment = momentOfLineBefore(line);
    return moment ? seek(here, *moment) : std::nullopt;
}

SessionLoop::Verdict SessionLoop::goOn(Here& here, Course course)
{
    if (here.pass.full() && m_moment >= m_trace.furthest() && !m_trace.outcome()) {
        fail("the recording is full (" + std::to_string(m_trace.furthest())
            + " moments): go back, or raise its limits to go on");
        return std::nullopt;
    }
    emit(Running{});
    here.pass.setCourse(std::move(course));
    return ProbeVerdict::Continue;
}

bool SessionLoop::isRecorded(Moment moment)
{
    if (moment >= 1 && moment <= m_trace.furthest())
        return true;
    fail("there is no moment " + std::to_string(moment) + ": the recording goes from 1 to "
        + std::to_string(m_trace.furthest()));
    return false;
}

SessionLoop::Verdict SessionLoop::seek(Here& here, Moment target)
{
    if (!isRecorded(target))
        return std::nullopt;
    if (target == m_moment) {
        here.stop.reason = StopReason::Arrived;
        announce(here);
        return std::nullopt;
    }
    emit(Running{});
    if (target < m_moment)
        return abandon(journeyTo(target, StopReason::Arrived));
    here.pass.setCourse({.target = target});
    return ProbeVerdict::Continue;
}

SessionLoop::Verdict SessionLoop::setVariable(Here& here, const SetVariableRequest& request)
{
    const auto value = here.pass.setVariable(
        here.run, {.moment = m_moment, .frame = request.frame, .name = request.name, .expression = request.expression});
    if (!value) {
        fail("could not set " + request.name + ": " + value.error());
        return std::nullopt;
    }
    emit(VariableSet{.name = request.name, .value = *value});
    announce(here);
    return std::nullopt;
}

// --- Before the start and after the end.

void SessionLoop::serveIdle(const Request& request)
{
    const auto* start = std::get_if<StartRequest>(&request);
    const auto* again = std::get_if<RestartRequest>(&request);
    const auto* wanted = std::get_if<SeekRequest>(&request);
    if (start && m_place == Place::Fresh)
        play(m_opened ? opened() : restart({.mode = start->mode}));
    else if (again)
        play(restart(*again));
    else if (serveAnywhere(request))
        fillAtEnd();
    else if (m_place == Place::Ended)
        serveAtEnd(request);
    else if (!wanted || m_place != Place::Lost)
        fail(placeText(m_place));
    else if (isRecorded(wanted->moment))
        play(journeyTo(wanted->moment, StopReason::Arrived));
}

void SessionLoop::fillAtEnd()
{
    if (m_place != Place::Ended)
        return;
    if (auto fill = fillIn({}))
        play(std::move(*fill));
}

void SessionLoop::serveAtEnd(const Request& request)
{
    const auto* wanted = std::get_if<MoveRequest>(&request);
    const auto* sought = std::get_if<SeekRequest>(&request);
    const auto* line = std::get_if<RunToLineRequest>(&request);
    const auto* history = std::get_if<VariableHistoryRequest>(&request);
    const bool back = wanted && wanted->move >= Move::Back && wanted->move <= Move::ToStart;
    if (wanted && wanted->move == Move::ToEnd)
        return announceEnd();
    if (!back && !sought && !history && !(line && line->back))
        return fail(placeText(Place::Ended));
    if (m_trace.furthest() == kNoMoment)
        return fail("the script ended before its first line; change it and restart");
    if (history)
        return play(historyOf(history->name, kNoMoment));
    if (sought && !isRecorded(sought->moment))
        return;
    if (line) {
        const auto moment = momentOfLineBefore(line->line);
        return moment ? play(journeyTo(*moment, StopReason::Arrived)) : void();
    }
    emit(Running{});
    play(sought ? journeyTo(sought->moment, StopReason::Arrived)
                : journeyBack(m_trace, m_breakpoints, wanted->move, m_moment));
}

Journey SessionLoop::historyOf(const Bytes& name, Moment returnTo)
{
    m_variableWatch.emplace(name);
    const auto observe = [this](Pass& pass, LuaInspect& run, const engine::LineEvent& event) {
        m_variableWatch->onLine(run, event, pass.moment());
    };
    return {.course = {.target = m_trace.furthest(), .observer = observe},
        .errand = Errand::FindChanges,
        .returnTo = returnTo};
}

Journey SessionLoop::restart(const RestartRequest& request)
{
    if (request.body)
        m_input.body = *request.body;
    if (request.keys)
        m_input.keys = *request.keys;
    if (request.argv)
        m_input.argv = *request.argv;
    if (request.dataset)
        m_input.dataset = *request.dataset;
    m_input.now = request.now.value_or(m_input.now);
    forgetRecording();
    emit(Running{});
    if (request.mode == StartMode::StopAtFirstLine)
        return journeyTo(1, StopReason::Entry);
    return {};
}

} // namespace debugger
