#pragma once

// What the debugger's console prints, in one of two forms: as Redis's own debugger speaks, for people; or one JSON
// object a line (debug_json.h), for programs.

#include "debugger/apply_writes.h"
#include "debugger/session_event.h"
#include "engine/base/movable_clock.h"

#include <functional>
#include <memory>
#include <span>

namespace debugger {

struct SourceLine {
    int number = 0;
    std::string text;
    bool current = false;
    bool breakpoint = false;
};

struct HelpRow {
    std::string_view name;
    std::string_view shortName;
    std::string_view syntax;
    std::string_view summary;
};

/// What has become of a run's writes.
enum class WritesDone : std::uint8_t { Applied, TakenBack, Kept };

class DebugOutput {
public:
    virtual ~DebugOutput() = default;

    /// `source` is the line stopped at; `calls` are shown as made by a step. `timedOut`: paused for want of patience.
    virtual void stopped(const Stopped& stop, const SourceLine& source, bool showsCalls, bool timedOut) = 0;
    virtual void ended(const Ended& end) = 0;
    virtual void output(const Output& output) = 0;
    virtual void error(std::string_view text) = 0;
    /// Something was done that has no value: "Breakpoint removed."
    virtual void message(std::string_view text) = 0;
    virtual void value(const engine::LuaValue& value) = 0;
    virtual void result(std::span<const engine::LuaValue> values) = 0;
    virtual void variables(
        int frame, std::span<const engine::LuaVariable> locals, std::span<const engine::LuaVariable> upvalues) = 0;
    virtual void entries(std::span<const engine::LuaVariable> entries) = 0;
    virtual void watches(std::span<const WatchValue> watches) = 0;
    virtual void frames(std::span<const engine::LuaFrame> frames, int selected) = 0;
    /// As LDB's `trace`: each frame with its source line.
    virtual void trace(std::span<const engine::LuaFrame> frames, std::span<const SourceLine> lines) = 0;
    virtual void source(std::span<const SourceLine> lines) = 0;
    virtual void breakpoints(std::span<const BreakpointState> states, std::span<const SourceLine> lines) = 0;
    /// Those that wait for events.
    virtual void catches(std::span<const BreakpointState> states) = 0;
    virtual void changes(const engine::KeyspaceDiff& changes) = 0;
    virtual void variableHistory(const VariableHistory& history) = 0;
    virtual void keyHistory(const KeyHistory& history) = 0;
    /// `source` are those of its lines.
    virtual void timeline(const TimelineShown& timeline, std::span<const SourceLine> source) = 0;
    virtual void limits(const SetLimitsRequest& limits) = 0;
    /// With its content.
    virtual void recording(const RecordingSaved& recording) = 0;
    virtual void clock(const engine::MovableClock::Setting& setting) = 0;
    virtual void applied(const ApplyReport& report, WritesDone done) = 0;
    virtual void help(std::span<const HelpRow> rows) = 0;
    /// Longest value shown, in bytes; 0: no limit.
    virtual void setMaxLength(std::size_t bytes) = 0;
};

/// Takes what is printed at once: mostly one line, without its end.
using LineSink = std::function<void(std::string text)>;

/// For people. `endNote` says what can be done when the script has ended.
std::unique_ptr<DebugOutput> makeDebugText(LineSink print, std::string_view endNote);

/// "created", "removed", "expired", "changed" or "retimed".
std::string_view fateName(KeyFate fate);
/// "added", "removed" or "changed".
std::string_view changeName(engine::ChangeKind kind);
/// As JSON names them: "entry", "step", "breakpoint", …
std::string_view reasonName(StopReason reason);
/// As LDB names them: "step over", "break point", …
std::string_view reasonText(StopReason reason);

} // namespace debugger
