#include "debugger/watched_run.h"

#include "debugger/stop_view.h"
#include "engine/command/client_state.h"
#include "engine/resp/reply_tree_sink.h"
#include "engine/script/script_probe.h"
#include "engine/script/script_runner.h"

namespace debugger {

namespace {

using engine::Argv;
using engine::BytesView;
using engine::LuaInspect;
using engine::ProbeVerdict;

std::size_t bytesOf(const engine::Reply& reply)
{
    std::size_t bytes = sizeof(reply) + reply.text.size();
    for (const engine::Reply& element : reply.elements)
        bytes += bytesOf(element);
    return bytes;
}

// Writes down what the script calls and says, and ends it when its time is over.
class RunRecorder final : public engine::ScriptProbe {
public:
    RunRecorder(const engine::Clock& clock, std::chrono::milliseconds limit, RunReport& report)
        : m_clock(clock), m_report(report),
          m_deadline(limit.count() > 0 ? clock.ticks() + limit : std::chrono::microseconds::max())
    {
    }

    bool timedOut() const { return m_timedOut; }

    ProbeVerdict onLine(LuaInspect&, const engine::LineEvent& event) override
    {
        if (event.inScript)
            m_line = event.line;
        return ProbeVerdict::Continue;
    }

    ProbeVerdict onTick(LuaInspect&) override
    {
        m_timedOut = m_timedOut || m_clock.ticks() > m_deadline;
        return m_timedOut ? ProbeVerdict::Abort : ProbeVerdict::Continue;
    }

    const engine::Reply* onCommand(LuaInspect&, Argv) override { return nullptr; }

    void onReply(LuaInspect&, Argv argv, const engine::Reply& reply) override
    {
        for (const BytesView word : argv)
            m_bytes += word.size();
        m_bytes += bytesOf(reply);
        if (m_report.calls.size() >= kMaxRunCalls || m_bytes > kMaxRunBytes) {
            ++m_report.callsLeftOut;
            return;
        }
        RecordedCall& call = m_report.calls.emplace_back();
        call.line = m_line;
        call.argv.assign(argv.begin(), argv.end());
        call.reply = reply;
    }

    void onLog(int level, BytesView text) override
    {
        m_bytes += text.size();
        if (m_report.log.size() < kMaxRunCalls && m_bytes <= kMaxRunBytes)
            m_report.log.push_back({level, Bytes(text)});
    }
    void onDebug(int, BytesView) override { }
    bool onBreakpoint() override { return false; }

private:
    const engine::Clock& m_clock;
    RunReport& m_report;
    std::chrono::microseconds m_deadline;
    std::size_t m_bytes = 0; // of commands, replies and log lines
    int m_line = 0;
    bool m_timedOut = false;
};

void runLive(engine::Engine& engine, engine::EngineTurn& turn, const RunRequest& request, RunRecorder& recorder,
    RunReport& report)
{
    engine::ScriptRunner& runner = *engine.scripts();
    const engine::Result<Bytes> sha = runner.load(request.body);
    if (!sha) {
        report.reply.kind = engine::ReplyKind::Error;
        report.reply.text = sha.error();
        return;
    }
    report.sha = *sha;
    engine::ClientState client;
    client.name = "window";
    client.database = request.database;
    client.protocol = request.protocol;
    engine::CommandContext context = engine.contextFor(turn, client);
    const std::vector<BytesView> keys(request.keys.begin(), request.keys.end());
    const std::vector<BytesView> argv(request.argv.begin(), request.argv.end());
    engine::ReplyTreeSink sink(request.protocol);
    engine::ScriptRunner::Invocation invocation;
    invocation.sha = report.sha;
    invocation.keys = keys;
    invocation.argv = argv;
    invocation.returned = &report.returned;
    invocation.returnedValues = &report.returnedValues;
    const engine::Keyspace before = engine.snapshot(turn);
    runner.run(context, invocation, sink, &recorder);
    engine.finish(turn, context);
    report.reply = sink.take();
    report.changes = engine::diffKeyspaces(before, engine.data(turn));
}

/// The library's function in the engine. The library stays there.
engine::Result<const engine::LibraryFunction*> loadLive(
    engine::FunctionRunner& functions, const RunRequest& request, RunReport& report)
{
    const auto header = engine::readLibraryHeader(request.body);
    const engine::FunctionLibrary* present = header ? functions.store().findLibrary(header->name) : nullptr;
    if (!present || present->code != request.body) {
        const auto name = functions.load(request.body, true);
        if (!name)
            return engine::Error{name.error()};
        report.loadedLibrary = *name;
    }
    const engine::LibraryFunction* function = functions.store().findFunction(request.function);
    if (!function)
        return engine::Error{"ERR Function not found"};
    return function;
}

void callLive(engine::Engine& engine, engine::EngineTurn& turn, const RunRequest& request, RunRecorder& recorder,
    RunReport& report)
{
    engine::FunctionRunner& functions = engine.scripts()->functions();
    const auto function = loadLive(functions, request, report);
    if (!function) {
        report.reply.kind = engine::ReplyKind::Error;
        report.reply.text = function.error();
        return;
    }
    engine::ClientState client;
    client.name = "window";
    client.database = request.database;
    client.protocol = request.protocol;
    engine::CommandContext context = engine.contextFor(turn, client);
    const std::vector<BytesView> keys(request.keys.begin(), request.keys.end());
    const std::vector<BytesView> argv(request.argv.begin(), request.argv.end());
    const Bytes keyCount = std::to_string(keys.size());
    std::vector<BytesView> command{"FCALL", request.function, keyCount};
    command.insert(command.end(), keys.begin(), keys.end());
    command.insert(command.end(), argv.begin(), argv.end());
    engine::ReplyTreeSink sink(request.protocol);
    engine::CallErrors errors;
    const engine::Keyspace before = engine.snapshot(turn);
    functions.run(context,
        {.function = **function,
            .keys = keys,
            .argv = argv,
            .command = command,
            .errors = errors,
            .returned = &report.returned,
            .returnedValues = &report.returnedValues},
        sink, &recorder);
    engine.finish(turn, context);
    if (errors.own.empty()) {
        report.reply = sink.take();
    } else {
        report.reply.kind = engine::ReplyKind::Error;
        report.reply.text = errors.own;
    }
    report.changes = engine::diffKeyspaces(before, engine.data(turn));
}

void runOnSnapshot(engine::Engine& engine, engine::EngineTurn& turn, const RunRequest& request, RunRecorder& recorder,
    RunReport& report)
{
    engine::FrozenServerView server(engine);
    const engine::Keyspace before = engine.snapshot(turn);
    engine::ScriptInput input{.dataset = before};
    input.database = request.database;
    input.body = request.body;
    input.function = request.function;
    input.keys = request.keys;
    input.argv = request.argv;
    input.protocol = request.protocol;
    input.clock = &engine.clock();
    input.now = turn.now();
    input.rngSeed = static_cast<std::uint64_t>(turn.now().value);
    input.config = &engine.config();
    input.commands = &engine.commands();
    input.server = &server;
    engine::ScriptRunner runner;
    engine::ScriptOutcome outcome = runner.run(std::move(input), &recorder);
    report.reply = std::move(outcome.reply);
    report.returned = std::move(outcome.returned);
    report.returnedValues = outcome.returnedValues;
    report.changes = engine::diffKeyspaces(before, outcome.dataset);
}

} // namespace

RunReport runWatched(engine::Engine& engine, engine::EngineTurn& turn, const RunRequest& request)
{
    RunReport report;
    RunRecorder recorder(engine.clock(), request.timeLimit, report);
    const auto start = engine.clock().ticks();
    if (request.keepWrites && !request.function.empty())
        callLive(engine, turn, request, recorder, report);
    else if (request.keepWrites)
        runLive(engine, turn, request, recorder, report);
    else
        runOnSnapshot(engine, turn, request, recorder, report);
    report.took = engine.clock().ticks() - start;
    report.losses = engine::findLosses(report.returned, report.returnedValues);
    report.errorLine = errorLineOf(report.reply);
    if (recorder.timedOut()) {
        report.reply.text = "ERR The script was ended after " + std::to_string(request.timeLimit.count())
            + " ms; what it had written stays. " + report.reply.text;
    }
    return report;
}

} // namespace debugger
