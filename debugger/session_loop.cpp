#include "debugger/session_loop.h"

#include "engine/script/code_lines.h"

#include <exception>
#include <utility>

namespace debugger {

using engine::LuaInspect;
using engine::ProbeVerdict;

SessionLoop::SessionLoop(LocalSessionOptions options, SessionListener listener, RequestQueue& queue)
    : m_listener(std::move(listener)), m_input(std::move(options.input)), m_limits(options.limits),
      m_memoryLimitBytes(options.runner.memoryLimitBytes), m_runner(options.runner), m_queue(queue)
{
    if (options.recording) {
        m_trace = std::move(options.recording->trace);
        m_opened = options.recording->place;
    }
}

void SessionLoop::live()
{
    if (m_opened)
        beginAnew();
    else
        forgetRecording();
    while (auto queued = m_queue.take()) {
        m_cause = queued->id;
        try {
            serveIdle(queued->request);
        } catch (const std::exception& error) {
            m_place = Place::Lost;
            fail(Bytes("the session could not go on: ") + error.what());
        }
    }
}

const char* SessionLoop::placeText(Place place)
{
    switch (place) {
    case Place::Fresh:
        return "the script has not begun; start it first";
    case Place::Stopped:
        return "the script is stopped already";
    case Place::Running:
        return "the script is running; pause it first";
    case Place::Ended:
        return "the script has ended; go back, or restart it";
    case Place::Lost:
        return "the replay came to another place than its recording; restart the script, or seek an earlier moment";
    }
    return "";
}

void SessionLoop::emit(SessionEventBody body)
{
    m_listener({.cause = m_cause, .body = std::move(body)});
}

void SessionLoop::announce(Here& here)
{
    if (here.stop.reason == StopReason::LimitReached)
        emit(LimitReached{.moments = m_trace.furthest(),
            .memoryBytes = m_trace.memoryBytes(),
            .text = "the recording is full: go back, or raise its limits to go on"});
    countHits();
    Stopped stopped = m_view.stopped(here.run, m_trace, here.stop);
    if (stopped.reason == StopReason::Breakpoint && stopped.breakpoint >= 0)
        stopped.event =
            m_breakpoints.judge().describe(m_breakpoints.states()[static_cast<std::size_t>(stopped.breakpoint)].spec,
                m_trace.eventsAt(stopped.moment));
    stopped.watches = watchValues(here);
    stopped.breakpoints = m_breakpoints.states();
    emit(std::move(stopped));
}

void SessionLoop::announceEnd()
{
    countHits();
    Ended ended = m_view.ended(m_trace, m_stoppedOutcome ? *m_stoppedOutcome : *m_trace.outcome(), m_stoppedBefore);
    ended.breakpoints = m_breakpoints.states();
    emit(std::move(ended));
}

std::vector<WatchValue> SessionLoop::watchValues(Here& here)
{
    std::vector<WatchValue> watches;
    for (const Bytes& expression : m_watches) {
        auto values = here.pass.evaluate(here.run, 0, expression);
        watches.push_back({.expression = expression,
            .values = values ? std::move(*values) : std::vector<engine::LuaValue>{},
            .error = values ? Bytes() : values.error()});
    }
    return watches;
}

void SessionLoop::forgetRecording()
{
    m_trace.begin({.dataset = m_input.dataset, .database = m_input.database, .rng = engine::Rng(m_input.rngSeed)});
    beginAnew();
}

// All but the recording.
void SessionLoop::beginAnew()
{
    m_codeLines = engine::codeLines(m_input.body);
    m_breakpoints.setJudge(EventJudge(*m_input.commands, m_input.keys));
    std::vector<BreakpointSpec> specs;
    for (const BreakpointState& state : m_breakpoints.states())
        specs.push_back(state.spec);
    m_breakpoints.set(std::move(specs), m_codeLines);
    m_breakpoints.cutHitsBehind(kNoMoment);
    m_reaches = ReachCounts();
    m_logFill = LogFill();
    m_hitsAreMissing = false;
    m_view.forget();
    m_stoppedOutcome.reset();
    m_stoppedBefore.reset();
    m_moment = kNoMoment;
}

void SessionLoop::play(Journey journey)
{
    for (std::optional<Journey> next = std::move(journey); next && !m_queue.closed();) {
        const Journey present = std::move(*next);
        m_journey = &present;
        m_next.reset();
        m_errandOpen = present.errand != Errand::Travel;
        m_errandDone = false;
        m_endBefore.reset();
        m_timeIsUp = false;
        m_place = Place::Running;
        Pass pass({.trace = m_trace,
                      .breakpoints = m_breakpoints,
                      .watcher = *this,
                      .limits = m_limits,
                      .commands = *m_input.commands,
                      .attention = m_queue.attention()},
            present.course);
        engine::ScriptOutcome outcome = m_runner.run(m_input, &pass);
        pass.close();
        next = conclude(pass, std::move(outcome));
        m_journey = nullptr;
    }
}

std::optional<Journey> SessionLoop::conclude(Pass& pass, engine::ScriptOutcome outcome)
{
    if (m_queue.closed())
        return std::nullopt;
    if (m_next)
        return std::exchange(m_next, std::nullopt);
    const bool byItself = !m_endBefore && !m_timeIsUp && !m_errandDone && !pass.leftForEvent();
    if (byItself)
        pass.finish();
    if (const auto& divergence = pass.divergence()) {
        m_place = Place::Lost;
        emit(Diverged{.moment = divergence->moment, .text = divergence->text});
        return std::nullopt;
    }
    if (const auto& stop = pass.eventStop(); stop && !m_endBefore && !m_timeIsUp) {
        if (byItself && !m_trace.outcome())
            m_trace.end(std::move(outcome));
        return journeyTo(stop->moment, stop->reason, stop->breakpoint);
    }
    m_place = Place::Ended;
    m_moment = m_trace.furthest() + 1;
    if (m_errandDone) {
        if (m_journey->course.counts) {
            countHits();
            emit(BreakpointsSet{m_breakpoints.states()});
        }
        return std::nullopt;
    }
    m_stoppedOutcome.reset();
    m_stoppedBefore = m_endBefore;
    if (!byItself)
        m_stoppedOutcome = std::move(outcome);
    else if (!m_trace.outcome())
        m_trace.end(std::move(outcome));
    if (byItself && m_journey->errand == Errand::Verify)
        return verified();
    announceEnd();
    return fillIn({});
}

ProbeVerdict SessionLoop::onAttention(Pass& pass)
{
    std::deque<QueuedRequest> waiting;
    ProbeVerdict verdict = ProbeVerdict::Continue;
    for (QueuedRequest& queued : m_queue.takeAll()) {
        if (verdict == ProbeVerdict::Abort)
            waiting.push_back(std::move(queued));
        else
            verdict = serveWhileRunning(pass, queued, waiting);
    }
    for (auto queued = waiting.rbegin(); queued != waiting.rend(); ++queued)
        m_queue.putBack(std::move(*queued));
    return m_queue.closed() ? ProbeVerdict::Abort : verdict;
}

ProbeVerdict SessionLoop::serveWhileRunning(Pass& pass, QueuedRequest& queued, std::deque<QueuedRequest>& waiting)
{
    const Request& request = queued.request;
    const RequestId before = std::exchange(m_cause, queued.id);
    if (std::holds_alternative<StopRequest>(request)) {
        m_endBefore = pass.moment() + 1;
        return ProbeVerdict::Abort;
    }
    if (const auto* wanted = std::get_if<RestartRequest>(&request)) {
        m_next = restart(*wanted);
        return ProbeVerdict::Abort;
    }
    if (std::holds_alternative<PauseRequest>(request)) {
        // Whoever pauses wants to look, not to go on with what was asked before.
        for (const QueuedRequest& dropped : waiting) {
            m_cause = dropped.id;
            fail("the script was paused before this could begin");
        }
        waiting.clear();
        m_cause = queued.id;
        pass.pause();
        return ProbeVerdict::Continue;
    }
    if (!serveAnywhere(request))
        waiting.push_back(std::move(queued));
    m_cause = before;
    return ProbeVerdict::Continue;
}

ProbeVerdict SessionLoop::onStop(Pass& pass, LuaInspect& run, const PassStop& stop)
{
    Here here{.pass = pass, .run = run, .stop = stop};
    m_moment = stop.moment;
    const bool arrived = m_journey->course.target == stop.moment && stop.reason == StopReason::Arrived;
    const bool errand = std::exchange(m_errandOpen, false) && arrived;
    if (errand)
        return finishErrand(here);
    if (auto fill = fillIn(stop))
        return abandon(std::move(*fill));
    m_place = Place::Stopped;
    announce(here);

    while (auto queued = m_queue.take()) {
        m_cause = queued->id;
        if (const Verdict verdict = serveAtStop(here, *queued)) {
            m_place = Place::Running;
            return *verdict;
        }
    }
    return ProbeVerdict::Abort;
}

ProbeVerdict SessionLoop::finishErrand(Here& here)
{
    if (m_journey->errand == Errand::FindStop)
        return abandon(journeyToFound(here.pass.rememberedStop()));
    if (m_journey->errand == Errand::FindChanges) {
        emit(m_variableWatch->history());
        m_variableWatch.reset();
    }
    if (m_journey->returnTo != kNoMoment)
        return abandon(journeyTo(m_journey->returnTo, m_journey->returnReason, m_journey->returnBreakpoint));
    m_errandDone = true;
    return ProbeVerdict::Abort;
}

ProbeVerdict SessionLoop::abandon(Journey journey)
{
    m_next = std::move(journey);
    return ProbeVerdict::Abort;
}

} // namespace debugger
