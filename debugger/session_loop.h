#pragma once

// The inside of a local session: takes requests one by one, plays passes of the script to answer them, and tells what
// happens. Between passes it waits idle; at a stop it waits inside the pass, with the Lua state alive beneath it.
//
// Thread: the session's, for everything.

#include "debugger/journey.h"
#include "debugger/local_session.h"
#include "debugger/log_fill.h"
#include "debugger/request_queue.h"
#include "debugger/stop_view.h"
#include "debugger/timeline.h"
#include "debugger/variable_watch.h"

namespace debugger {

class SessionLoop final : private PassWatcher {
public:
    SessionLoop(LocalSessionOptions options, SessionListener listener, RequestQueue& queue);

    /// Until the queue is closed.
    void live();

private:
    enum class Place : std::uint8_t {
        Fresh, // not begun
        Stopped,
        Running,
        Ended,
        Lost, // a replay diverged
    };
    /// A stop, while the run waits in it.
    struct Here {
        Pass& pass;
        engine::LuaInspect& run;
        PassStop stop;
    };
    /// Ends a stop; m_next says what follows an Abort.
    using Verdict = std::optional<engine::ProbeVerdict>;

    static const char* placeText(Place place);
    void emit(SessionEventBody body);
    void fail(Bytes text) { emit(Failed{std::move(text)}); }
    void announce(Here& here);
    void announceEnd();
    std::vector<WatchValue> watchValues(Here& here);

    // --- Passes (session_loop.cpp).
    void forgetRecording();
    void beginAnew();
    Journey opened();
    std::optional<Journey> verified();
    void save(const Bytes& path);
    void tellWrites();
    void play(Journey journey);
    std::optional<Journey> conclude(Pass& pass, engine::ScriptOutcome outcome);
    engine::ProbeVerdict onStop(Pass& pass, engine::LuaInspect& run, const PassStop& stop) override;
    engine::ProbeVerdict onAttention(Pass& pass) override;
    engine::ProbeVerdict serveWhileRunning(Pass& pass, QueuedRequest& queued, std::deque<QueuedRequest>& waiting);
    void onOutput(const Output& output) override { emit(output); }
    void onBreakpointProblem() override { emit(BreakpointsSet{m_breakpoints.states()}); }
    void onProgress(Moment moment, Moment target) override { emit(Progress{.moment = moment, .target = target}); }
    void onTimeUp() override { m_timeIsUp = true; }
    engine::ProbeVerdict finishErrand(Here& here);
    engine::ProbeVerdict abandon(Journey journey);

    // --- Requests (session_requests.cpp).
    bool serveAnywhere(const Request& request);
    bool serveLooking(Here& here, const Request& request);
    Verdict serveAtStop(Here& here, const QueuedRequest& queued);
    void serveIdle(const Request& request);
    void serveAtEnd(const Request& request);
    void fillAtEnd();
    Verdict move(Here& here, Move way);
    Verdict runToLine(Here& here, int line);
    Verdict backToLine(Here& here, int line);
    /// The line, or the next one, that has code. Says so when there is none.
    std::optional<int> codeLine(int line);
    /// The last time it was about to run. Says so when it was not.
    std::optional<Moment> momentOfLineBefore(int line);
    Verdict goOn(Here& here, Course course);
    Verdict seek(Here& here, Moment target);
    bool isRecorded(Moment moment);
    Verdict setVariable(Here& here, const SetVariableRequest& request);
    void setBreakpoints(std::vector<BreakpointSpec> specs);
    void countHits();
    /// Nothing when there is nothing to fill in.
    std::optional<Journey> fillIn(const PassStop& returnTo);
    Journey historyOf(const Bytes& name, Moment returnTo);
    Journey restart(const RestartRequest& request);

    SessionListener m_listener;
    engine::ScriptInput m_input;
    SetLimitsRequest m_limits;
    std::size_t m_memoryLimitBytes; // of Lua
    engine::ScriptRunner m_runner;
    RequestQueue& m_queue;

    std::optional<RecordingPlace> m_opened; // the recording was read from a file, and left there
    Trace m_trace;
    Breakpoints m_breakpoints;
    std::vector<int> m_codeLines;
    std::vector<Bytes> m_watches;
    ReachCounts m_reaches;
    StopView m_view;
    Place m_place = Place::Fresh;
    Moment m_moment = kNoMoment; // behind the last one: at the end
    RequestId m_cause = 0;

    const Journey* m_journey = nullptr; // what the present pass is for
    bool m_errandOpen = false;
    bool m_errandDone = false; // the pass was ended because nothing more is wanted of it
    std::optional<Moment> m_endBefore; // a person has asked for the end; the moment whose line is not run any more
    bool m_timeIsUp = false;
    std::optional<Journey> m_next;
    bool m_hitsAreMissing = false; // of breakpoints that were set late
    std::optional<engine::ScriptOutcome> m_stoppedOutcome; // of a run that a person or its limit of time ended
    std::optional<Moment> m_stoppedBefore; // by a person
    std::optional<VariableWatch> m_variableWatch;
    LogFill m_logFill;
};

} // namespace debugger
