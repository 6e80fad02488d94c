#pragma once

// What happens within a line and can be stopped for: commands and errors. Whether a breakpoint means one. Pure.

#include "debugger/breakpoint_spec.h"
#include "debugger/session_event.h"
#include "engine/command/command_table.h"

#include <span>

namespace debugger {

/// Of one moment, or of some that follow each other.
struct RunEvents {
    std::span<const RecordedCall> calls = {};
    std::span<const RecordedError> errors = {};
    bool empty() const { return calls.empty() && errors.empty(); }
};

class EventJudge {
public:
    EventJudge() = default;
    /// `commands` outlives it. `declaredKeys`: those that the script was given.
    EventJudge(const engine::CommandTable& commands, std::vector<Bytes> declaredKeys);

    bool matches(const BreakpointSpec& spec, const RecordedCall& call) const;
    static bool matches(const BreakpointSpec& spec, const RecordedError& error);
    /// What makes a breakpoint stop among these, for a person: "SET user:1 x". Empty when nothing does.
    Bytes describe(const BreakpointSpec& spec, const RunEvents& events) const;
    /// Why a breakpoint of this pattern can never stop; empty: it can.
    Bytes problemOf(const BreakpointSpec& spec) const;

private:
    bool matchesKey(const BreakpointSpec& spec, const engine::Command& command, const RecordedCall& call) const;

    const engine::CommandTable* m_commands = nullptr;
    std::vector<Bytes> m_declaredKeys;
};

} // namespace debugger
