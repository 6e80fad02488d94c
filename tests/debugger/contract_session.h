#pragma once

// The face that the suite of sessions (session_contract.h) drives each back end through, and what it compares.

#include "debugger/apply_writes.h"
#include "debugger/session_request.h"
#include "tests/debugger/session_rig.h"

namespace test {

/// Where a session is after something was asked of it.
struct Place {
    bool ended = false;
    Bytes refused = {}; // not empty: it went nowhere, and why
    int line = 0;
    Moment moment = kNoMoment;
    Moment furthest = kNoMoment;
    StopReason reason = StopReason::Step;
    int breakpoint = -1;
    int coroutine = 0;
    Bytes event = {};
    Bytes frames = {}; // "f:2 top level:4", innermost first
    Bytes locals = {}; // "a = 1; b = {1}; "
    Bytes arguments = {};
    Bytes changed = {}; // names: "a b"
    Bytes calls = {}; // made since the stop before: "SET k 1; "
    Bytes changes = {}; // against the start: "added k, removed l"
    Bytes stepChanges = {};
    Bytes stepExpiries = {}; // times to live that the step changed: "k: none -> 4000000000000; "
    Bytes watches = {};
    engine::Reply reply = {};
    int errorLine = 0;
    bool stopped = false; // by a person
    std::size_t effects = 0;

    /// For QCOMPARE: "line 3", "end" or "refused".
    Bytes where() const { return !refused.empty() ? "refused" : ended ? "end" : "line " + std::to_string(line); }
};

inline Bytes textOf(std::span<const engine::LuaVariable> variables)
{
    Bytes text;
    for (const engine::LuaVariable& each : variables)
        text += each.name + " = " + each.value.text + "; ";
    return text;
}

inline Bytes textOf(std::span<const WatchValue> watches)
{
    Bytes text;
    for (const WatchValue& each : watches) {
        text += each.expression + ": ";
        text += !each.error.empty() ? "error" : each.values.empty() ? "nothing" : each.values.front().text;
        text += "; ";
    }
    return text;
}

inline Place placeOf(const Stopped& stop)
{
    Place place{.line = stop.line,
        .moment = stop.moment,
        .furthest = stop.furthest,
        .reason = stop.reason,
        .breakpoint = stop.breakpoint,
        .coroutine = stop.coroutine,
        .event = stop.event,
        .locals = textOf(stop.locals),
        .arguments = textOf(stop.arguments),
        .changes = changesText(stop.changes),
        .stepChanges = changesText(stop.stepChanges),
        .stepExpiries = expiriesText(stop.stepChanges),
        .watches = textOf(stop.watches)};
    for (const engine::LuaFrame& frame : stop.frames)
        place.frames += (place.frames.empty() ? "" : " ") + frame.name + ":" + std::to_string(frame.line);
    for (const Bytes& name : stop.changedVariables)
        place.changed += (place.changed.empty() ? "" : " ") + name;
    for (const RecordedCall& call : stop.stepCalls) {
        for (std::size_t i = 0; i < call.argv.size(); ++i)
            place.calls += (i == 0 ? "" : " ") + call.argv[i];
        place.calls += "; ";
    }
    return place;
}

inline Place placeOf(const Ended& end)
{
    return {.ended = true,
        .furthest = end.furthest,
        .changes = changesText(end.changes),
        .reply = end.reply,
        .errorLine = end.errorLine,
        .stopped = end.stopped,
        .effects = end.effects.size()};
}

inline Bytes textOf(const VariableHistory& history)
{
    Bytes text;
    for (const VariableChange& change : history.changes)
        text += std::to_string(change.line) + ": " + change.before + " -> " + change.after + "; ";
    return text;
}

inline Bytes textOf(const KeyHistory& history)
{
    Bytes text;
    for (const KeyWrite& write : history.writes)
        text += std::to_string(write.call.line) + ": " + write.call.argv.front() + "; ";
    return text;
}

inline Bytes textOf(const TimelineShown& shown)
{
    Bytes text;
    for (const TimelineLine& line : shown.lines)
        text += (text.empty() ? "" : " ") + std::to_string(line.line);
    for (const RecordedCall& call : shown.calls)
        text += "; " + call.argv.front() + (call.wrote ? " wrote" : "");
    for (const RecordedError& error : shown.errors)
        text += (error.caught ? "; caught " : "; ended by ") + error.text;
    for (const Output& output : shown.outputs)
        text += "; said " + output.text;
    return text;
}

/// "3 0 "
inline Bytes hitsOf(std::span<const BreakpointState> states)
{
    Bytes text;
    for (const BreakpointState& state : states)
        text += std::to_string(state.hits) + " ";
    return text;
}

/// "changed account, created journal (read)"
inline Bytes conflictsText(const ApplyReport& report)
{
    constexpr const char* kFates[] = {"created ", "removed ", "expired ", "changed ", "retimed "};
    Bytes text;
    for (const KeyConflict& each : report.conflicts)
        text += (text.empty() ? "" : ", ") + Bytes(kFates[static_cast<int>(each.fate)]) + each.key
            + (each.written ? "" : " (read)");
    return text;
}

inline Bytes textOf(const ApplyReport& report)
{
    constexpr const char* kOutcomes[] = {"done", "conflict", "held", "refused"};
    Bytes text = kOutcomes[static_cast<int>(report.outcome)];
    if (report.outcome == ApplyOutcome::Conflict)
        text += ": " + conflictsText(report);
    for (std::size_t i = 0; i < report.refused.size(); ++i)
        text += (i == 0 ? ": " : " ") + report.refused[i];
    return text;
}

inline Bytes refusal(const Bytes& text)
{
    return "refused: " + text;
}

/// How long a script goes on before somebody asks for a pause: none has ended by then that has an end.
constexpr int kHeadStartMilliseconds = 20;

/// The face of a back end.
class ContractSession {
public:
    virtual ~ContractSession() = default;

    /// Start (stopping at the first line), moves, lines, moments, restarts, the stop.
    virtual Place ask(const Request& request) = 0;
    /// Goes on, and pauses the script when it has not come to a stop or its end within the session's patience; ends it
    /// when it cannot be paused within as much again.
    virtual Place goOnAndPause() = 0;
    /// Goes on, and asks for a pause while the script runs.
    virtual Place goOnAndSayPause() = 0;
    /// Why not, or nothing.
    virtual Bytes setLimits(const SetLimitsRequest& limits) = 0;
    /// The bytes of a file with it.
    virtual Bytes recording() = 0;
    /// Shows such bytes in the place of what it shows.
    virtual Place open(const Bytes& recording) = 0;

    /// Moves the session's clock: "freeze", "speed 2", "step 90s", "jump 4000000000", "live".
    virtual void clock(const Bytes& words) = 0;
    /// Lets the clock below it go on.
    virtual void letTimePass(std::chrono::milliseconds time) = 0;

    // --- What becomes of its writes.
    /// A command of somebody else on the live data: its reply for people, or "waits" while a session has them to
    /// itself.
    virtual Bytes live(const std::vector<Bytes>& command) = 0;
    /// "done", "conflict: changed k, created l (read)", "held", "refused: LPUSH k x", or "refused: …".
    virtual Bytes apply(OnConflict onConflict) = 0;
    virtual Bytes takeBack(OnConflict onConflict) = 0;
    Bytes apply() { return apply(OnConflict::Refuse); }
    Bytes takeBack() { return takeBack(OnConflict::Refuse); }
    /// Begins anew with the live data to itself.
    virtual Place sync() = 0;
    /// Somebody else's sync session begins.
    virtual void holdElsewhere() = 0;
    /// Ends the session; writes nothing.
    virtual void discard() = 0;
    /// Ends the session; keeps what a sync session has written.
    virtual void leave() = 0;

    /// What is wrong with them, one a line.
    virtual Bytes breakpoints(const std::vector<BreakpointSpec>& specs) = 0;
    /// Of those on lines, at the stop or the end: "3 0 ".
    virtual Bytes hits() = 0;
    /// The first value, or "error: …".
    virtual Bytes evaluate(const Bytes& code, int frame = 0) = 0;
    virtual Bytes variables(int frame) = 0;
    /// A variable of the innermost frame with its entries: "{1} [1] = 1; ".
    virtual Bytes unfolded(const Bytes& name) = 0;
    virtual Bytes set(const Bytes& name, const Bytes& expression, int frame = 0) = 0;
    /// Replaces the watches: their values here.
    virtual Bytes watch(const std::vector<Bytes>& expressions) = 0;
    virtual Bytes whenChanged(const Bytes& name) = 0;
    virtual Bytes whoWrote(const Bytes& key) = 0;
    /// Lines, commands, errors and outputs of the recording: "1 2 3; INCR k; caught boom; said x; ".
    virtual Bytes timeline() = 0;
    /// All that was printed so far.
    virtual Bytes printed() = 0;

    // The same in fewer words.
    Place start() { return ask(StartRequest{}); }
    Place go(Move way) { return ask(MoveRequest{way}); }
    Place seek(Moment moment) { return ask(SeekRequest{moment}); }
    Place runTo(int line) { return ask(RunToLineRequest{.line = line}); }
    Place backTo(int line) { return ask(RunToLineRequest{.line = line, .back = true}); }
    Place end() { return go(Move::ToEnd); }
};

/// The console's word for a move.
inline const char* wordFor(Move move)
{
    constexpr const char* kWords[] = {
        "step", "next", "out", "continue", "back", "back-over", "back-out", "reverse-continue", "start", "end"};
    return kWords[static_cast<int>(move)];
}

/// The console's words for what becomes of writes.
inline Bytes writesWord(const Bytes& word, OnConflict onConflict)
{
    return onConflict == OnConflict::WriteAnyway ? word + " anyway" : word;
}

/// Where these moves come, one after the other: "4 2 end".
inline Bytes way(ContractSession& session, const std::vector<Move>& moves)
{
    Bytes text;
    for (const Move each : moves) {
        const Place place = session.go(each);
        text += (text.empty() ? "" : " ")
            + (place.ended || !place.refused.empty() ? place.where() : std::to_string(place.line));
    }
    return text;
}

} // namespace test
