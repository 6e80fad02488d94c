// Fuzzes scripts: whatever text is run, it ends within its limits, and the next script finds the engine as ever.

#include "engine/base/check.h"
#include "engine/command/server_view.h"
#include "engine/script/script_runner.h"
#include "engine/server/engine.h"

#include <cstdint>

using namespace engine;

namespace {

struct Ground {
    ManualClock clock{UnixMs{1'700'000'000'000}};
    Engine engine{clock, 42};
    FrozenServerView server{engine};
    ScriptRunner runner{{.memoryLimitBytes = std::size_t(32) << 20, .arenaSlot = ScriptRunnerOptions::kRecorded}};

    ScriptOutcome run(Bytes body)
    {
        ScriptInput input{.dataset = Keyspace(7)};
        input.body = std::move(body);
        input.keys = {"k1", "k2"};
        input.argv = {"a", "10"};
        input.protocol = Protocol::Resp3;
        input.clock = &clock;
        input.now = clock.now().ms();
        input.config = &engine.config();
        input.commands = &engine.commands();
        input.server = &server;
        input.limits = {.time = std::chrono::milliseconds(100),
            .memoryBytes = std::size_t(32) << 20,
            .datasetBytes = std::size_t(32) << 20};
        return runner.run(std::move(input));
    }
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static Ground ground;
    ground.run(Bytes(reinterpret_cast<const char*>(data), size));
    const ScriptOutcome after = ground.run("return 1 + #KEYS");
    CHECK(after.reply.kind == ReplyKind::Integer && after.reply.integer == 3);
    return 0;
}
