#pragma once

// One pass of a script through its moments: it follows the trace while there is one, compares itself with it at every
// line and command, takes replies from it instead of running commands; and where the trace ends it goes on for real,
// adding to it. So the first run and every replay are the same thing, and going forward from the past is no special
// case.
//
// Thread: the session's, from inside ScriptRunner::run.

#include "debugger/breakpoints.h"
#include "debugger/stepper.h"
#include "debugger/trace.h"
#include "engine/command/command_table.h"
#include "engine/script/line_track.h"
#include "engine/script/script_probe.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <limits>
#include <optional>

namespace debugger {

inline constexpr Moment kToTheEnd = std::numeric_limits<Moment>::max();

class Pass;

/// Where a pass goes next, and what stops it on the way.
struct Course {
    /// Stops are passed up to this moment, which is one; kNoMoment: none are passed.
    Moment target = kNoMoment;
    StopReason arrival = StopReason::Arrived;
    int arrivalBreakpoint = -1;
    int line = 0; // stops at it; 0: none
    Stepper stepper = {};
    /// Remembers the last stop before this moment that it passes on the way to `target`: the way back to a breakpoint
    /// with a condition.
    Moment remembersBefore = kNoMoment;
    /// Counts the hits of all breakpoints on the way to `target`, those with conditions included.
    bool counts = false;
    /// Sees every line of the script on the way.
    std::function<void(Pass&, engine::LuaInspect&, const engine::LineEvent&)> observer = {};
};

struct PassStop {
    Moment moment = kNoMoment;
    engine::LineEvent event = {};
    StopReason reason = StopReason::Step;
    int breakpoint = -1;
};

/// Whoever a pass reports to. Called on the run's thread; may block in onStop.
class PassWatcher {
public:
    virtual ~PassWatcher() = default;
    /// The run waits at a moment. Set the pass's next course before continuing.
    virtual engine::ProbeVerdict onStop(Pass& pass, engine::LuaInspect& run, const PassStop& stop) = 0;
    /// The attention flag was up.
    virtual engine::ProbeVerdict onAttention(Pass& pass) = 0;
    /// Something new was printed.
    virtual void onOutput(const Output& output) = 0;
    virtual void onBreakpointProblem() = 0;
    virtual void onProgress(Moment moment, Moment target) = 0;
    /// The script has gone on for longer than its limit; the run ends now.
    virtual void onTimeUp() = 0;
};

struct PassParts {
    Trace& trace;
    Breakpoints& breakpoints;
    PassWatcher& watcher;
    const SetLimitsRequest& limits;
    const engine::CommandTable& commands;
    std::atomic<bool>& attention;
};

class Pass final : public engine::ScriptProbe {
public:
    Pass(PassParts parts, Course course);

    engine::LineTrack* lineTrack() override { return &m_track; }
    engine::ProbeVerdict onLine(engine::LuaInspect& run, const engine::LineEvent& event) override;
    engine::ProbeVerdict onTick(engine::LuaInspect& run) override;
    const engine::Reply* onCommand(engine::LuaInspect& run, engine::Argv argv) override;
    void onReply(engine::LuaInspect& run, engine::Argv argv, const engine::Reply& reply) override;
    void onLog(int level, BytesView text) override;
    void onDebug(int line, BytesView text) override;
    bool onBreakpoint() override;
    void onError(engine::LuaInspect& run, BytesView text, bool caught) override;

    /// In a callback, and when the run is over and `close` has been called.
    Moment moment() const { return m_moment; }
    void setCourse(Course course);
    /// Stops at the next line.
    void pause()
    {
        m_pause = true;
        chooseWakeUp();
    }
    /// The recording is longer than its limits, so no new moment can be had.
    bool full() const;

    /// At a line: as LuaInspect's, on the data of this moment, and unseen by the recording.
    engine::Result<std::vector<engine::LuaValue>> evaluate(engine::LuaInspect& run, int frame, BytesView code);
    /// At a stop: applies the input, drops the later moments of the trace and keeps the input in it.
    engine::Result<engine::LuaValue> setVariable(engine::LuaInspect& run, VariableInput input);

    struct Divergence {
        Moment moment = kNoMoment;
        Bytes text = {};
    };
    const std::optional<Divergence>& divergence() const { return m_divergence; }
    /// With Course::remembersBefore: the last one passed.
    const std::optional<PassStop>& rememberedStop() const { return m_remembered; }
    /// Where something new happened that a breakpoint waits for: the pass goes to the end of that line, and the stop is
    /// before it.
    const std::optional<PassStop>& eventStop() const { return m_eventStop; }
    /// Whether the pass was ended for that.
    bool leftForEvent() const { return m_leftForEvent; }
    /// Call when the run is over: what went by since the last callback belongs to the trace.
    void close() { catchUp(); }
    /// And when nobody aborted it: it must have come as far as the trace.
    void finish();

private:
    class Callback;
    void catchUp();
    void openTrack();
    Moment firstFull() const;
    engine::ProbeVerdict consider(engine::LuaInspect& run, const engine::LineEvent& event);
    std::optional<PassStop> stopAt(engine::LuaInspect& run, const engine::LineEvent& event);
    std::optional<PassStop> stopAtBreakpoint(engine::LuaInspect& run, const engine::LineEvent& event, bool passing);
    engine::ProbeVerdict diverge(Bytes text);
    void seeEvents(engine::LuaInspect& run, const RunEvents& events);
    void tellBreakpoints(const Breakpoints::Hit& hit, int line, bool isNew);
    void applyInputs(engine::LuaInspect& run);
    void showData(engine::LuaInspect& run);
    void watchOutput(Output output);
    void chooseWakeUp();
    bool passesQuietly(const engine::LineEvent& event) const;
    bool hasGoneTooLong();

    Trace& m_trace;
    Breakpoints& m_breakpoints;
    PassWatcher& m_watcher;
    const SetLimitsRequest& m_limits;
    const engine::CommandTable& m_commands;
    std::atomic<bool>& m_attention;
    std::optional<std::chrono::steady_clock::time_point> m_goingSince;

    Course m_course;
    Moment m_moment = kNoMoment;
    Moment m_wakeUp = kNoMoment; // nothing needs a look before it
    bool m_quiet = false; // nor does a new moment, but for what `passesQuietly` asks
    engine::LineTrack m_track; // takes what needs no look
    engine::LineRecord* m_trackBegin = nullptr; // the line behind the present moment's
    Moment m_nextProgress = kNoMoment;
    std::size_t m_nextInput = 0;
    std::size_t m_nextCall = 0; // of the trace's
    std::size_t m_nextOutput = 0;
    std::size_t m_nextError = 0;
    Moment m_courseStart = kNoMoment; // where the present course began
    bool m_leftForEvent = false;
    std::optional<PassStop> m_eventStop;
    std::size_t m_effectsBefore = 0;
    std::chrono::steady_clock::time_point m_calledAt; // a new command
    int m_line = 0;
    bool m_newMoment = false; // this pass is the first to see the present moment
    bool m_ownsData = false; // commands have run in this pass, on its own data
    bool m_fed = false; // the command under way has its reply from the trace
    bool m_recording = false; // the command under way is new
    bool m_aside = false; // evaluating: not part of the run
    bool m_pause = false;
    std::optional<PassStop> m_remembered;
    std::optional<Divergence> m_divergence;
};

} // namespace debugger
