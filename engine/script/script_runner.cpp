#include "engine/script/script_runner.h"

#include "engine/base/sha1.h"
#include "engine/command/client_state.h"
#include "engine/command/change_sink.h"
#include "engine/command/dispatcher.h"
#include "engine/command/errors.h"
#include "engine/resp/reply_tree_sink.h"
#include "engine/script/function_runner.h"
#include "engine/script/live_run.h"
#include "engine/script/script_machine.h"
#include "engine/server/config.h"

#include <stdexcept>

namespace engine {
namespace {

Result<std::unique_ptr<ScriptMachine>> makeMachine(const ScriptRunnerOptions& options)
{
    auto arena = LuaArena::open(options.memoryLimitBytes, options.arenaSlot);
    if (!arena)
        return Error{arena.error()};
    return std::make_unique<ScriptMachine>(std::move(*arena), RedisApi::Script);
}

/// The writes of a run that is a value, as they would be propagated.
class EffectRecorder final : public ChangeSink {
public:
    explicit EffectRecorder(std::vector<ScriptEffect>& effects) : m_effects(effects) { }
    ChangeWants wants() const override { return {.before = false, .modified = false, .events = false}; }
    void beforeWrite(int, BytesView, const Entry*) override { }
    void keyModified(int, BytesView) override { }
    void event(EventClass, BytesView, int, BytesView) override { }
    void databaseFlushed(int) override { }
    void databasesSwapped(int, int) override { }
    void effect(int database, std::span<const BytesView> argv) override
    {
        m_bytes += sizeof(ScriptEffect);
        for (const BytesView word : argv)
            m_bytes += sizeof(Bytes) + word.size();
        m_effects.push_back({database, {argv.begin(), argv.end()}});
    }
    const std::size_t& bytes() const { return m_bytes; }

private:
    std::vector<ScriptEffect>& m_effects;
    std::size_t m_bytes = 0;
};

std::vector<BytesView> viewsOf(const std::vector<Bytes>& words)
{
    return {words.begin(), words.end()};
}

std::unique_ptr<ScriptMachine> machineOrThrow(const ScriptRunnerOptions& options)
{
    auto machine = makeMachine(options);
    if (!machine)
        throw std::runtime_error(machine.error());
    return std::move(*machine);
}

} // namespace

ScriptRunner::ScriptRunner(ScriptRunnerOptions options)
    : ScriptRunner(machineOrThrow(options), options.memoryLimitBytes)
{
}

ScriptRunner::ScriptRunner(std::unique_ptr<ScriptMachine> machine, std::size_t memoryLimitBytes)
    : m_machine(std::move(machine)), m_caller(makeScriptCaller()),
      m_functions(std::make_unique<FunctionRunner>(memoryLimitBytes, m_machine->prng))
{
}

Result<std::unique_ptr<ScriptRunner>> ScriptRunner::open(ScriptRunnerOptions options)
{
    auto machine = makeMachine(options);
    if (!machine)
        return Error{machine.error()};
    return std::unique_ptr<ScriptRunner>(new ScriptRunner(std::move(*machine), options.memoryLimitBytes));
}

ScriptRunner::~ScriptRunner() = default;

int ScriptRunner::arenaSlot() const
{
    return m_machine->arena().slot();
}

void ScriptRunner::setMemoryLimit(std::size_t bytes)
{
    m_machine->arena().setLimit(bytes);
    m_functions->setMemoryLimit(bytes);
}

Result<Bytes> ScriptRunner::load(BytesView body)
{
    const Bytes sha = sha1Hex(body);
    if (m_machine->store().find(sha))
        return sha;
    auto header = readScriptHeader(body);
    if (!header)
        return Error{header.error()};
    Script script{.sha = sha, .body = Bytes(body), .header = *header};
    if (auto compiled = m_machine->compile(script); !compiled)
        return Error{compiled.error()};
    m_machine->store().add(std::move(script));
    return sha;
}

bool ScriptRunner::knows(BytesView sha) const
{
    return m_machine->store().find(sha) != nullptr;
}

const ScriptFlags* ScriptRunner::declared(BytesView sha) const
{
    const Script* script = m_machine->store().find(sha);
    return script ? &script->header.flags : nullptr;
}

void ScriptRunner::flush()
{
    CHECK(!running());
    m_machine->store().clear();
    m_machine->discardState();
}

void ScriptRunner::run(CommandContext& context, const Invocation& invocation, ReplySink& reply, ScriptProbe* probe)
{
    const auto refuse = [&](BytesView text) {
        if (invocation.errors)
            invocation.errors->own = text;
        else
            reply.error(text);
    };
    Script* script = m_machine->store().find(invocation.sha);
    if (!script)
        return refuse(errors::kNoScript);
    const ScriptFlags& flags = script->header.flags;
    if (const BytesView refusal = refusalOf(context, flags, invocation.readOnly); !refusal.empty())
        return refuse(refusal);
    if (script->compiled == 0) {
        if (auto compiled = m_machine->compile(*script); !compiled)
            return refuse(compiled.error());
    }

    LiveRun live(context, *m_caller, flags, invocation.readOnly);
    ActiveRun run;
    run.context = &live.context();
    run.probe = probe;
    run.name = script->sha;
    run.live = true;
    m_machine->execute(std::move(run),
        {.function = script->compiled,
            .keys = invocation.keys,
            .argv = invocation.argv,
            .reply = reply,
            .returned = invocation.returned,
            .returnedValues = invocation.returnedValues,
            .errors = invocation.errors});
}

ScriptOutcome ScriptRunner::run(ScriptInput input, ScriptProbe* probe)
{
    m_machine->discardState(input.function.empty() ? RedisApi::Script : RedisApi::Function);
    m_machine->prng = input.prng;
    m_machine->setCjsonOptions(input.cjson);
    LuaArena& arena = m_machine->arena();
    const std::size_t limit = arena.limitBytes();
    if (input.limits.memoryBytes != 0)
        arena.setLimit(std::min(limit, input.limits.memoryBytes));

    ScriptOutcome outcome{.reply = {},
        .returned = {},
        .returnedValues = 0,
        .dataset = std::move(input.dataset),
        .database = input.database,
        .effects = {},
        .log = {},
        .prng = {},
        .cjson = {}};
    ReplyTreeSink reply(input.protocol);
    runValue(input, outcome, reply, probe);

    outcome.reply = reply.take();
    outcome.prng = m_machine->prng;
    outcome.cjson = m_machine->cjsonOptions();
    arena.setLimit(limit);
    if (!input.function.empty())
        m_machine->discardState(RedisApi::Script);
    return outcome;
}

// What a run as a value runs, in the state.
struct ScriptRunner::Prepared {
    Bytes name; // digest, or the function's
    ScriptFlags flags;
    int function = 0;
};

Result<ScriptRunner::Prepared> ScriptRunner::prepare(const ScriptInput& input)
{
    if (!input.function.empty()) {
        auto function = loadFunction(*m_machine, input.body, input.function);
        if (!function)
            return Error{function.error()};
        return Prepared{.name = function->name, .flags = function->flags, .function = function->callback};
    }
    auto header = readScriptHeader(input.body);
    if (!header)
        return Error{header.error()};
    Script script{.sha = sha1Hex(input.body), .body = input.body, .header = *header};
    if (auto compiled = m_machine->compile(script); !compiled)
        return Error{compiled.error()};
    return Prepared{.name = script.sha, .flags = header->flags, .function = script.compiled};
}

void ScriptRunner::runValue(const ScriptInput& input, ScriptOutcome& outcome, ReplySink& reply, ScriptProbe* probe)
{
    const auto prepared = prepare(input);
    if (!prepared)
        return reply.error(prepared.error());

    ClientState client;
    client.database = input.database;
    client.isScript = true;
    client.user = input.user;
    client.script.readOnly = input.readOnly || prepared->flags.noWrites;
    client.script.allowOom = true;
    EffectRecorder changes(outcome.effects);
    Rng rng(input.rngSeed);
    const Dispatcher dispatcher;
    const EncodingLimits limits = input.config->encodingLimits();
    CommandContext context{.data = outcome.dataset,
        .client = client,
        .commands = *input.commands,
        .dispatcher = dispatcher,
        .config = *input.config,
        .clock = *input.clock,
        .rng = rng,
        .changes = changes,
        .server = *input.server,
        .now = input.now,
        .limits = limits};
    if (const BytesView refusal = refusalOf(context, prepared->flags, input.readOnly); !refusal.empty())
        return reply.error(refusal);

    ActiveRun run;
    run.context = &context;
    run.probe = probe;
    run.name = prepared->name;
    run.source = input.body;
    run.effects = &outcome.effects;
    run.effectBytes = &changes.bytes();
    run.log = &outcome.log;
    run.timeLimit = input.limits.time;
    run.datasetLimitBytes = input.limits.datasetBytes;
    if (input.limits.time.count() > 0)
        run.deadline = std::chrono::steady_clock::now() + input.limits.time;
    const std::vector<BytesView> keys = viewsOf(input.keys);
    const std::vector<BytesView> argv = viewsOf(input.argv);
    m_machine->execute(std::move(run),
        {.function = prepared->function,
            .keys = keys,
            .argv = argv,
            .reply = reply,
            .returned = &outcome.returned,
            .returnedValues = &outcome.returnedValues});
    outcome.database = client.database;
}

bool ScriptRunner::running() const
{
    return m_machine->running();
}

void ScriptRunner::requestKill()
{
    m_machine->requestKill();
    m_functions->requestKill();
}

BytesView ScriptRunner::busyReply() const
{
    return m_functions->running() ? errors::kBusyFunction : errors::kBusyScript;
}

bool ScriptRunner::hasWritten() const
{
    return running() && m_machine->run().context->client.script.wrote;
}

KillAnswer ScriptRunner::kill()
{
    if (!running())
        return KillAnswer::NotBusy;
    if (hasWritten())
        return KillAnswer::Unkillable;
    m_machine->requestKill();
    return KillAnswer::Killed;
}

void ScriptRunner::setInterrupt(std::function<void()> interrupt)
{
    m_functions->setInterrupt(interrupt);
    m_machine->interrupt = std::move(interrupt);
}

void ScriptRunner::setLog(std::function<void(int level, BytesView text)> log)
{
    m_functions->setLog(log);
    m_machine->serverLog = std::move(log);
}

std::size_t ScriptRunner::scriptCount() const
{
    return m_machine->store().size();
}

std::size_t ScriptRunner::scriptBytes() const
{
    return m_machine->store().bytes();
}

std::size_t ScriptRunner::memoryBytes() const
{
    return m_machine->arena().usedBytes();
}

} // namespace engine
