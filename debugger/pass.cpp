#include "debugger/pass.h"

#include <algorithm>
#include <utility>

namespace debugger {

using engine::LineEvent;
using engine::LuaInspect;
using engine::ProbeVerdict;

namespace {

// How many moments go by between two reports of progress: some ten milliseconds of replay.
constexpr Moment kProgressEvery = 1U << 20;

class Aside {
public:
    explicit Aside(bool& flag) : m_flag(flag) { m_flag = true; }
    ~Aside() { m_flag = false; }
    Aside(const Aside&) = delete;
    Aside& operator=(const Aside&) = delete;

private:
    bool& m_flag;
};

Bytes commandText(engine::Argv argv)
{
    Bytes text;
    for (const BytesView word : argv.first(std::min<std::size_t>(argv.size(), 4)))
        text += (text.empty() ? "" : " ") + Bytes(word.substr(0, 40));
    return text;
}

} // namespace

/// For as long as one lasts the pass knows where it is; then the track takes lines again.
class Pass::Callback {
public:
    explicit Callback(Pass& pass) : m_pass(pass) { m_pass.catchUp(); }
    ~Callback() { m_pass.openTrack(); }
    Callback(const Callback&) = delete;
    Callback& operator=(const Callback&) = delete;

private:
    Pass& m_pass;
};

Pass::Pass(PassParts parts, Course course)
    : m_trace(parts.trace), m_breakpoints(parts.breakpoints), m_watcher(parts.watcher), m_limits(parts.limits),
      m_commands(parts.commands), m_attention(parts.attention), m_ownsData(parts.trace.furthest() == kNoMoment)
{
    m_track.attention = &m_attention;
    m_breakpoints.resetHits();
    setCourse(std::move(course));
}

void Pass::setCourse(Course course)
{
    m_course = std::move(course);
    m_courseStart = m_moment;
    m_pause = false;
    m_nextProgress = m_moment + kProgressEvery;
    m_goingSince.reset();
    chooseWakeUp();
}

void Pass::chooseWakeUp()
{
    const bool watchesAll = m_course.target == kNoMoment || m_course.observer || m_course.counts
        || m_course.remembersBefore != kNoMoment || m_breakpoints.countsConditions() || m_pause;
    m_wakeUp = watchesAll ? kNoMoment : std::min({m_course.target, m_nextProgress, m_trace.furthest()});
    const bool hasInputs = m_nextInput < m_trace.inputs().size();
    if (hasInputs)
        m_wakeUp = std::min(m_wakeUp, m_trace.inputs()[m_nextInput].moment);
    m_quiet = m_course.target == kNoMoment && !m_course.observer && !m_course.counts && m_course.line == 0
        && !m_course.stepper.mayEnd() && !m_pause && !hasInputs && !m_breakpoints.watchesEvents();
}

// Takes in what the track has taken since the last callback, and closes it.
void Pass::catchUp()
{
    const auto passed = static_cast<std::size_t>(m_track.at - m_trackBegin);
    m_track.at = m_track.end = m_trackBegin = nullptr;
    if (passed == 0)
        return;
    m_newMoment = !m_track.compares;
    if (m_newMoment)
        m_trace.lines().wrote(passed);
    m_moment += passed;
    m_line = m_trace.line(m_moment).line();
}

// For lines that `onLine` would pass without a look. Not for the first: with it a recording begins.
void Pass::openTrack()
{
    if (m_moment == kNoMoment || m_divergence || m_eventStop)
        return;
    const Moment next = m_moment + 1;
    m_track.compares = next <= m_trace.furthest();
    if (!m_track.compares && (!m_quiet || m_trace.isWhole() || m_trace.forcedStop(next)))
        return;
    const Moment end = m_track.compares ? m_wakeUp : firstFull();
    if (end <= next)
        return;
    const auto records = m_track.compares ? m_trace.lines().from(next) : m_trace.lines().room();
    m_track.at = m_trackBegin = records.data();
    m_track.end = m_track.at + std::min<Moment>(records.size(), end - next);
    m_track.marked = m_breakpoints.lines();
}

// With as many lines the recording will be full.
Moment Pass::firstFull() const
{
    const std::size_t others = m_trace.memoryBytes() - m_trace.lines().memoryBytes();
    const std::size_t room = m_limits.memoryBytes - std::min(others, m_limits.memoryBytes);
    return std::min<Moment>(m_limits.moments, (room + sizeof(LineRecord) - 1) / sizeof(LineRecord));
}

// What most lines of a run are, when it goes on to a breakpoint or its end.
bool Pass::passesQuietly(const LineEvent& event) const
{
    return m_quiet && !m_breakpoints.on(event.line) && !full() && !m_trace.forcedStop(m_moment)
        && !m_attention.load(std::memory_order_relaxed);
}

bool Pass::full() const
{
    return m_trace.furthest() >= m_limits.moments || m_trace.memoryBytes() >= m_limits.memoryBytes;
}

ProbeVerdict Pass::onLine(LuaInspect& run, const LineEvent& event)
{
    const Callback callback(*this);
    if (m_aside)
        return ProbeVerdict::Continue;
    if (m_divergence)
        return ProbeVerdict::Abort;
    if (m_eventStop) {
        m_leftForEvent = true;
        return ProbeVerdict::Abort;
    }

    ++m_moment;
    m_line = event.line;
    m_newMoment = m_moment > m_trace.furthest();
    if (!m_newMoment) {
        if (!(m_trace.line(m_moment) == LineRecord(event)))
            return diverge("line " + std::to_string(m_trace.line(m_moment).line())
                + " was recorded here, and now it is line " + std::to_string(event.line));
        if (m_moment < m_wakeUp && !m_attention.load(std::memory_order_relaxed))
            return ProbeVerdict::Continue;
        return consider(run, event);
    }
    if (m_trace.isWhole())
        return diverge("the run had ended here, and now it goes on");
    if (m_moment == 1)
        m_trace.begin(run.data());
    m_trace.addLine(LineRecord(event));
    return passesQuietly(event) ? ProbeVerdict::Continue : consider(run, event);
}

ProbeVerdict Pass::consider(LuaInspect& run, const LineEvent& event)
{
    applyInputs(run);
    if (m_divergence)
        return ProbeVerdict::Abort;
    if (m_attention.load(std::memory_order_relaxed) && m_watcher.onAttention(*this) == ProbeVerdict::Abort)
        return ProbeVerdict::Abort;
    if (m_moment >= m_nextProgress) {
        m_nextProgress = m_moment + kProgressEvery;
        if (m_course.target != kNoMoment)
            m_watcher.onProgress(m_moment, m_course.target);
    }
    chooseWakeUp();
    const auto stop = stopAt(run, event);
    if (!stop)
        return ProbeVerdict::Continue;
    m_pause = false;
    showData(run);
    return m_watcher.onStop(*this, run, *stop);
}

std::optional<PassStop> Pass::stopAt(LuaInspect& run, const LineEvent& event)
{
    const auto stop = [&](StopReason reason, int breakpoint = -1) {
        return PassStop{.moment = m_moment, .event = event, .reason = reason, .breakpoint = breakpoint};
    };
    if (m_course.observer && event.inScript)
        m_course.observer(*this, run, event);
    const bool passing = m_moment < m_course.target;
    const auto breakpoint = stopAtBreakpoint(run, event, passing);
    if (m_course.target == m_moment)
        return stop(m_course.arrival, m_course.arrivalBreakpoint);
    // Not at a new moment alone: coming here again from the past makes the recording no longer either.
    if (m_moment == m_trace.furthest() && !m_trace.outcome() && full())
        return stop(StopReason::LimitReached);
    if (m_pause)
        return stop(StopReason::Pause);
    if (passing || breakpoint)
        return passing ? std::nullopt : breakpoint;
    if (event.inScript && m_course.line == event.line)
        return stop(StopReason::Arrived);
    if (m_course.stepper.endsAt(event))
        return stop(StopReason::Step);
    return std::nullopt;
}

std::optional<PassStop> Pass::stopAtBreakpoint(LuaInspect& run, const LineEvent& event, bool passing)
{
    PassStop stop{.moment = m_moment, .event = event, .reason = StopReason::BreakpointCall, .breakpoint = -1};
    const bool looks = !passing || m_course.counts || m_course.remembersBefore != kNoMoment || m_newMoment
        || m_breakpoints.countsConditions();
    if (!event.inScript || !looks)
        return std::nullopt;

    const RunEvents events = m_breakpoints.watchesEvents() ? m_trace.eventsAt(m_moment) : RunEvents();
    Breakpoints::Hit hit;
    if (m_breakpoints.on(event.line) || !events.empty())
        hit = m_breakpoints.reach(
            event.line, events, [&](BytesView expression) { return evaluate(run, 0, expression); }, m_moment);
    tellBreakpoints(hit, event.line, m_newMoment);
    if (!m_trace.forcedStop(m_moment)) {
        if (!hit.stoppedBy)
            return std::nullopt;
        stop.reason = StopReason::Breakpoint;
        stop.breakpoint = static_cast<int>(*hit.stoppedBy);
    }
    if (m_moment < m_course.remembersBefore)
        m_remembered = stop;
    return stop;
}

void Pass::tellBreakpoints(const Breakpoints::Hit& hit, int line, bool isNew)
{
    if (hit.problemsChanged)
        m_watcher.onBreakpointProblem();
    if (!isNew)
        return;
    for (const Bytes& text : hit.logged) {
        Output output{.kind = OutputKind::LogPoint, .moment = m_moment, .line = line, .text = text};
        m_watcher.onOutput(output);
        m_trace.addLogPoint(std::move(output));
    }
}

// New ones, as they happen: the line that they happen in has begun, so the stop is where it had not.
void Pass::seeEvents(LuaInspect& run, const RunEvents& events)
{
    const bool passing = m_moment < m_course.target;
    const Moment moment = m_trace.line(m_moment).inScript() ? m_moment : m_trace.previousInScript(m_moment);
    if (!m_breakpoints.watchesEvents() || m_eventStop || moment == kNoMoment)
        return;
    const auto frames = run.frames();
    const auto own = std::ranges::find_if(frames, [](const engine::LuaFrame& frame) { return frame.inScript; });
    const int frame = own == frames.end() ? 0 : static_cast<int>(own - frames.begin());
    const auto hit = m_breakpoints.reach(
        0, events, [&](BytesView expression) { return evaluate(run, frame, expression); }, moment);
    const LineRecord line = m_trace.line(moment);
    tellBreakpoints(hit, line.line(), true);
    if (passing || moment <= m_courseStart || !hit.stoppedBy)
        return;
    m_eventStop = PassStop{.moment = moment,
        .event = {.line = line.line(),
            .depth = line.depth(),
            .coroutine = line.coroutine(),
            .inScript = true,
            .begins = line.begins()},
        .reason = StopReason::Breakpoint,
        .breakpoint = static_cast<int>(*hit.stoppedBy)};
}

void Pass::onError(LuaInspect& run, BytesView text, bool caught)
{
    const Callback callback(*this);
    if (m_aside || m_divergence || m_moment == kNoMoment)
        return;
    if (m_nextError++ < m_trace.errors().size())
        return;
    m_trace.addError({.moment = m_moment, .line = m_line, .text = Bytes(text), .caught = caught});
    seeEvents(run, {.errors = std::span(&m_trace.errors().back(), 1)});
}

ProbeVerdict Pass::onTick(LuaInspect&)
{
    const Callback callback(*this);
    // A pause waits for the next line, which every loop of Lua code reaches; ending the run does not.
    if (m_divergence)
        return ProbeVerdict::Abort;
    if (m_aside)
        return ProbeVerdict::Continue;
    if (hasGoneTooLong()) {
        m_watcher.onTimeUp();
        return ProbeVerdict::TimeUp;
    }
    if (!m_attention.load(std::memory_order_relaxed))
        return ProbeVerdict::Continue;
    const ProbeVerdict verdict = m_watcher.onAttention(*this);
    chooseWakeUp();
    return verdict;
}

// Counted from the first tick beyond the recording: travelling in it takes as long as it takes.
bool Pass::hasGoneTooLong()
{
    if (!m_newMoment || m_limits.going.count() <= 0)
        return false;
    const auto now = std::chrono::steady_clock::now();
    if (!m_goingSince)
        m_goingSince = now;
    return now - *m_goingSince > m_limits.going;
}

const engine::Reply* Pass::onCommand(LuaInspect& run, engine::Argv argv)
{
    const Callback callback(*this);
    m_fed = false;
    m_recording = false;
    if (m_aside || m_divergence)
        return nullptr;
    if (m_nextCall < m_trace.calls().size()) {
        const RecordedCall& call = m_trace.calls()[m_nextCall];
        if (call.moment != m_moment || !std::equal(call.argv.begin(), call.argv.end(), argv.begin(), argv.end())) {
            diverge("the recording has another command than " + commandText(argv));
            return nullptr;
        }
        ++m_nextCall;
        // Without a reply it was refused before it ran: it will be refused again.
        m_fed = call.reply.has_value();
        return m_fed ? &*call.reply : nullptr;
    }
    if (m_trace.isWhole() || m_moment < m_trace.furthest()) {
        diverge("the recording has no command " + commandText(argv));
        return nullptr;
    }
    if (!m_ownsData)
        run.setData(m_trace.lastData());
    m_ownsData = true;
    m_effectsBefore = run.effects().size();
    m_recording = true;
    m_trace.beginCall(m_moment, m_line, argv);
    ++m_nextCall;
    m_calledAt = std::chrono::steady_clock::now();
    return nullptr;
}

void Pass::onReply(LuaInspect& run, engine::Argv argv, const engine::Reply& reply)
{
    const Callback callback(*this);
    if (m_aside || !m_recording)
        return;
    m_recording = false;
    const auto duration = std::chrono::steady_clock::now() - m_calledAt;
    // Not the effects alone: redis.set_repl hides them.
    const engine::Command* command = m_commands.resolve(argv);
    const bool mayWrite = command && has(command->spec->flags, engine::Flag::Write);
    m_trace.endCall(run, reply, m_effectsBefore, mayWrite, duration);
    seeEvents(run, {.calls = std::span(&m_trace.calls().back(), 1)});
}

void Pass::onLog(int level, BytesView text)
{
    const Callback callback(*this);
    watchOutput({.kind = OutputKind::Log, .level = level, .moment = m_moment, .line = m_line, .text = Bytes(text)});
}

void Pass::onDebug(int line, BytesView text)
{
    const Callback callback(*this);
    watchOutput({.kind = OutputKind::Debug, .moment = m_moment, .line = line, .text = Bytes(text)});
}

void Pass::watchOutput(Output output)
{
    if (m_aside || m_divergence)
        return;
    if (m_nextOutput++ < m_trace.outputs().size()) {
        if (!(m_trace.outputs()[m_nextOutput - 1] == output))
            diverge("the recording has another output than " + output.text.substr(0, 80));
        return;
    }
    m_watcher.onOutput(output);
    m_trace.addOutput(std::move(output));
}

bool Pass::onBreakpoint()
{
    const Callback callback(*this);
    if (!m_aside && m_moment >= m_trace.furthest() && !m_trace.forcedStop(m_moment + 1))
        m_trace.addForcedStop(m_moment + 1);
    return true;
}

ProbeVerdict Pass::diverge(Bytes text)
{
    m_divergence = Divergence{.moment = m_moment, .text = std::move(text)};
    return ProbeVerdict::Abort;
}

void Pass::finish()
{
    if (m_divergence)
        return;
    if (m_moment < m_trace.furthest())
        diverge("the run ended, and the recording goes on");
    else if (m_nextCall < m_trace.calls().size())
        diverge("the run ended before a command that was recorded");
}

void Pass::applyInputs(LuaInspect& run)
{
    while (m_nextInput < m_trace.inputs().size() && m_trace.inputs()[m_nextInput].moment == m_moment) {
        const VariableInput& input = m_trace.inputs()[m_nextInput++];
        const Aside aside(m_aside);
        showData(run);
        if (const auto set = run.set(input.frame, input.name, input.expression); !set)
            diverge("giving " + input.name + " its value failed: " + set.error());
    }
}

void Pass::showData(LuaInspect& run)
{
    // What follows is fed and works on no data, so this disturbs nothing.
    if (!m_ownsData)
        run.setData(m_trace.dataAt(m_moment));
}

engine::Result<std::vector<engine::LuaValue>> Pass::evaluate(LuaInspect& run, int frame, BytesView code)
{
    const Aside aside(m_aside);
    showData(run);
    return run.evaluate(frame, code);
}

engine::Result<engine::LuaValue> Pass::setVariable(LuaInspect& run, VariableInput input)
{
    const Aside aside(m_aside);
    showData(run);
    input.moment = m_moment;
    auto value = run.set(input.frame, input.name, input.expression);
    if (value) {
        m_trace.addInput(std::move(input));
        m_breakpoints.cutHitsBehind(m_moment);
        m_nextInput = m_trace.inputs().size();
    }
    return value;
}

} // namespace debugger
