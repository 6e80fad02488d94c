#pragma once

// A run that is no run: feeds a probe or a state machine with what a test says, and answers what it says.

#include "engine/script/lua_inspect.h"
#include "engine/script/script_probe.h"

namespace test {

/// Under address sanitizer Lua's memory is malloc's: addresses differ from run to run, and with them what follows from
/// them.
#ifdef __SANITIZE_ADDRESS__
inline constexpr bool kAddressesRepeat = false;
#else
inline constexpr bool kAddressesRepeat = true;
#endif

inline engine::LineEvent line(int number, int depth = 1, int coroutine = 0)
{
    return {.line = number, .depth = depth, .coroutine = coroutine, .inScript = true};
}

/// The same where its activation begins.
inline engine::LineEvent firstLine(int number, int depth = 1, int coroutine = 0)
{
    engine::LineEvent event = line(number, depth, coroutine);
    event.begins = true;
    return event;
}

class FakeRun final : public engine::LuaInspect {
public:
    std::vector<engine::LuaFrame> frames() override { return std::vector<engine::LuaFrame>(frameCount); }
    int depth() override { return 1; }
    int coroutine() override { return 0; }
    std::vector<engine::LuaVariable> locals(int) override { return variables; }
    std::vector<engine::LuaVariable> upvalues(int) override { return {}; }
    std::vector<engine::LuaVariable> arguments() override { return {}; }
    std::vector<engine::LuaVariable> entries(engine::LuaRef, std::size_t, std::size_t) override { return {}; }
    engine::Result<std::vector<engine::LuaValue>> evaluate(int, engine::BytesView) override
    {
        return std::vector<engine::LuaValue>{};
    }
    engine::Result<engine::LuaValue> set(int, engine::BytesView, engine::BytesView) override
    {
        return engine::LuaValue();
    }
    engine::Keyspace dataset() override { return now.dataset; }
    int database() override { return now.database; }
    engine::RunData data() override { return now; }
    void setData(engine::RunData data) override { now = std::move(data); }
    std::span<const engine::ScriptEffect> effects() override { return written; }
    std::size_t memoryBytes() override { return 0; }
    std::vector<engine::LdbVariable> ldbLocals() override { return {}; }
    std::optional<engine::Bytes> ldbVariable(engine::BytesView) override { return std::nullopt; }
    engine::Result<engine::Bytes> ldbEvaluate(engine::BytesView) override { return engine::Bytes(); }
    engine::Reply ldbCall(engine::Argv) override { return {}; }
    engine::Protocol protocol() override { return engine::Protocol::Resp2; }

    engine::RunData now{.dataset = engine::Keyspace(1), .database = 0, .rng = engine::Rng(1)};
    std::vector<engine::ScriptEffect> written;
    std::vector<engine::LuaVariable> variables;
    std::size_t frameCount = 1;
};

} // namespace test
