#pragma once

// Scripts as functions of values: a dataset, a clock that only the test moves, and a runner whose memory lies in a slot
// of its own.

#include "engine/command/server_view.h"
#include "engine/script/script_runner.h"
#include "engine/server/engine.h"

#include <functional>

namespace tests {

class ScriptGround {
public:
    explicit ScriptGround(engine::ScriptRunnerOptions options = {.arenaSlot = engine::ScriptRunnerOptions::kRecorded});

    /// Everything but the dataset, which is the ground's as it is now.
    engine::ScriptInput input(
        engine::Bytes body, std::vector<engine::Bytes> keys = {}, std::vector<engine::Bytes> argv = {});
    /// The outcome's dataset becomes the ground's.
    engine::ScriptOutcome run(engine::Bytes body, std::vector<engine::Bytes> keys = {},
        std::vector<engine::Bytes> argv = {}, engine::ScriptProbe* probe = nullptr);
    /// The reply as redis-cli prints it, without the last line break.
    engine::Bytes text(engine::Bytes body, std::vector<engine::Bytes> keys = {}, std::vector<engine::Bytes> argv = {});

    engine::ManualClock clock{engine::UnixMs{1'700'000'000'000}};
    engine::Engine engine{clock, 42};
    engine::FrozenServerView server{engine};
    engine::Keyspace dataset{7};
    engine::ScriptRunner runner;
};

/// A probe whose answers are functions; what has none goes on.
class FunctionProbe final : public engine::ScriptProbe {
public:
    std::function<engine::ProbeVerdict(engine::LuaInspect&, const engine::LineEvent&)> line;
    std::function<engine::ProbeVerdict(engine::LuaInspect&)> tick;
    std::function<const engine::Reply*(engine::LuaInspect&, engine::Argv)> command;
    std::function<void(engine::LuaInspect&, engine::Argv, const engine::Reply&)> reply;
    std::vector<engine::Bytes> logged;
    std::vector<engine::Bytes> debugged;
    bool stopsAtBreakpoints = false;

    engine::ProbeVerdict onLine(engine::LuaInspect& run, const engine::LineEvent& event) override;
    engine::ProbeVerdict onTick(engine::LuaInspect& run) override;
    const engine::Reply* onCommand(engine::LuaInspect& run, engine::Argv argv) override;
    void onReply(engine::LuaInspect& run, engine::Argv argv, const engine::Reply& seen) override;
    void onLog(int level, engine::BytesView text) override;
    void onDebug(int where, engine::BytesView text) override;
    bool onBreakpoint() override { return stopsAtBreakpoints; }
};

} // namespace tests
