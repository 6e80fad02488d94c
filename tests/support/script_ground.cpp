#include "tests/support/script_ground.h"

#include "engine/resp/reply_text.h"

namespace tests {

using namespace engine;

ScriptGround::ScriptGround(ScriptRunnerOptions options) : runner(options)
{
}

ScriptInput ScriptGround::input(Bytes body, std::vector<Bytes> keys, std::vector<Bytes> argv)
{
    ScriptInput input{.dataset = dataset};
    input.body = std::move(body);
    input.keys = std::move(keys);
    input.argv = std::move(argv);
    input.clock = &clock;
    input.now = clock.now().ms();
    input.config = &engine.config();
    input.commands = &engine.commands();
    input.server = &server;
    return input;
}

ScriptOutcome ScriptGround::run(Bytes body, std::vector<Bytes> keys, std::vector<Bytes> argv, ScriptProbe* probe)
{
    ScriptOutcome outcome = runner.run(input(std::move(body), std::move(keys), std::move(argv)), probe);
    dataset = outcome.dataset;
    return outcome;
}

Bytes ScriptGround::text(Bytes body, std::vector<Bytes> keys, std::vector<Bytes> argv)
{
    Bytes text = formatReplyForPeople(run(std::move(body), std::move(keys), std::move(argv)).reply);
    while (text.ends_with('\n'))
        text.pop_back();
    return text;
}

ProbeVerdict FunctionProbe::onLine(LuaInspect& run, const LineEvent& event)
{
    return line ? line(run, event) : ProbeVerdict::Continue;
}

ProbeVerdict FunctionProbe::onTick(LuaInspect& run)
{
    return tick ? tick(run) : ProbeVerdict::Continue;
}

const Reply* FunctionProbe::onCommand(LuaInspect& run, Argv argv)
{
    return command ? command(run, argv) : nullptr;
}

void FunctionProbe::onReply(LuaInspect& run, Argv argv, const Reply& seen)
{
    if (reply)
        reply(run, argv, seen);
}

void FunctionProbe::onLog(int level, BytesView text)
{
    logged.push_back(std::to_string(level) + " " + Bytes(text));
}

void FunctionProbe::onDebug(int where, BytesView text)
{
    debugged.push_back(std::to_string(where) + " " + Bytes(text));
}

} // namespace tests
