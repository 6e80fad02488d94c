#pragma once

// What is known of a run: every line event, every command with its reply, the data after each writing command, what
// was printed, and what a person changed. A replay is fed from it and compared with it.
//
// Calls and outputs carry the moment whose line made them; data "at" a moment is what calls of earlier moments left.
// Thread: the session's.

#include "debugger/line_log.h"
#include "debugger/moment.h"
#include "debugger/run_event.h"
#include "debugger/session_event.h"
#include "engine/script/lua_inspect.h"
#include "engine/script/script_probe.h"

#include <optional>
#include <vector>

namespace debugger {

/// The data after a writing call.
struct DataMark {
    Moment moment = kNoMoment; // of the line that made the call
    std::size_t call = 0;
    std::size_t effects = 0; // how many there were then
    engine::Keyspace dataset{0};
    int database = 0;
};

/// A variable that a person gave another value before the line of this moment ran.
struct VariableInput {
    Moment moment = kNoMoment;
    int frame = 0;
    Bytes name = {};
    Bytes expression = {};
};

/// What a trace is made of, when it is not recorded but read.
struct TraceParts {
    engine::RunData start{.dataset = engine::Keyspace(0), .database = 0, .rng = engine::Rng(0)};
    LineLog lines;
    std::vector<RecordedCall> calls;
    std::vector<engine::Rng> chances; // by call
    std::vector<RecordedError> errors;
    std::vector<DataMark> marks;
    std::vector<engine::ScriptEffect> effects;
    std::vector<Output> outputs;
    std::vector<Output> logPoints;
    std::vector<Moment> forcedStops;
    std::vector<VariableInput> inputs;
    bool whole = false; // the run ended behind the last line
};

class Trace {
public:
    Trace() = default;
    /// Takes what was read from a file; moments are in order.
    explicit Trace(TraceParts parts);

    /// Forgets everything; `start` is the data before the first line.
    void begin(engine::RunData start);

    // --- Lines.

    Moment furthest() const { return m_lines.size(); }
    /// `moment` is from 1 to furthest().
    LineRecord line(Moment moment) const { return m_lines.at(moment); }
    void addLine(LineRecord line) { m_lines.add(line); }
    /// For a run that writes and compares lines by itself.
    LineLog& lines() { return m_lines; }
    const LineLog& lines() const { return m_lines; }
    /// The last moment before this one that is in the script itself; kNoMoment when there is none.
    Moment previousInScript(Moment moment) const;

    // --- Commands.

    const std::vector<RecordedCall>& calls() const { return m_calls; }
    /// The first call made at `moment` or later.
    std::size_t firstCallFrom(Moment moment) const;
    void beginCall(Moment moment, int line, engine::Argv argv);
    /// Completes the call begun last: its reply, and its data when it may have written. Of the run's effects
    /// `effectsBefore` were there before the call.
    void endCall(engine::LuaInspect& run, const engine::Reply& reply, std::size_t effectsBefore, bool mayWrite,
        std::chrono::nanoseconds duration = {});

    // --- Errors.

    const std::vector<RecordedError>& errors() const { return m_errors; }
    void addError(RecordedError error);
    /// What the lines from the one of `moment` up to the script's next one did.
    RunEvents eventsAt(Moment moment) const;

    // --- Data.

    const engine::Keyspace& startDataset() const { return m_start->dataset; }
    int startDatabase() const { return m_start->database; }
    /// The commands' chance after a call.
    const engine::Rng& chanceAfter(std::size_t call) const { return m_chances[call]; }
    const std::vector<DataMark>& marks() const { return m_marks; }
    const std::vector<engine::ScriptEffect>& effects() const { return m_effects; }
    /// As the line of `moment` finds it. Cost: O(log marks).
    engine::RunData dataAt(Moment moment) const;
    /// After the last call.
    engine::RunData lastData() const;
    /// What had been written before the line of `moment`. Cost: O(log marks).
    std::span<const engine::ScriptEffect> effectsAt(Moment moment) const;

    // --- Everything else that happened.

    const std::vector<Output>& outputs() const { return m_outputs; }
    void addOutput(Output output);
    /// Log points do not belong to the run: a replay does not meet them again.
    const std::vector<Output>& logPoints() const { return m_logPoints; }
    /// Kept in the order of their moments, whenever they are added. Not again what is there already: false then.
    bool addLogPoint(Output output);
    void addForcedStop(Moment moment) { m_forcedStops.push_back(moment); }
    bool forcedStop(Moment moment) const;
    const std::vector<Moment>& forcedStops() const { return m_forcedStops; }
    const std::vector<VariableInput>& inputs() const { return m_inputs; }

    /// How the run ended by itself; none while it has not.
    const std::optional<engine::ScriptOutcome>& outcome() const { return m_outcome; }
    /// The run ended behind the last line; one that was read from a file has no outcome before it is played.
    bool isWhole() const { return m_whole || m_outcome.has_value(); }
    void end(engine::ScriptOutcome outcome) { m_outcome = std::move(outcome); }

    /// Drops everything after the state before the line of input.moment, and keeps the input.
    void addInput(VariableInput input);
    /// Drops what the line of `moment` and later ones did.
    void cutBehind(Moment moment);

    /// An estimate of what the recording holds. Cost: O(1).
    std::size_t memoryBytes() const { return m_lines.memoryBytes() + m_memoryBytes; }

private:
    engine::RunData dataAfter(std::size_t markCount, std::size_t callCount) const;

    LineLog m_lines;
    std::vector<RecordedCall> m_calls;
    std::vector<RecordedError> m_errors;
    std::vector<engine::Rng> m_chances; // by call: the commands' chance after it
    std::vector<DataMark> m_marks;
    std::vector<engine::ScriptEffect> m_effects;
    std::vector<Output> m_outputs;
    std::vector<Output> m_logPoints;
    std::vector<Moment> m_forcedStops;
    std::vector<VariableInput> m_inputs;
    std::optional<engine::RunData> m_start;
    std::optional<engine::ScriptOutcome> m_outcome;
    bool m_whole = false;
    std::size_t m_memoryBytes = 0;
};

} // namespace debugger
