// Plays a script once, forwards, and tells what it found before each line: see tests/support/ground_truth.h. The case
// comes on standard input, the truth goes to standard output. Nothing of the debugger is in here, so that what the
// debugger shows can be compared with it.

#include "tests/support/ground_truth.h"

#include "engine/command/server_view.h"
#include "engine/data/keyspace_diff.h"
#include "engine/resp/reply_tree_sink.h"
#include "engine/script/script_runner.h"
#include "engine/server/engine.h"
#include "tests/support/moment_text.h"

#include <iostream>
#include <iterator>

using namespace tests;
using engine::BytesView;
using engine::LuaInspect;
using engine::ProbeVerdict;

namespace {

class Inspected final : public PausedRun {
public:
    explicit Inspected(LuaInspect& run) : m_run(run) { }
    std::vector<engine::LuaFrame> frames() override { return m_run.frames(); }
    std::vector<engine::LuaVariable> locals(int frame) override { return m_run.locals(frame); }
    std::vector<engine::LuaVariable> upvalues(int frame) override { return m_run.upvalues(frame); }
    std::vector<engine::LuaVariable> arguments() override { return m_run.arguments(); }
    std::vector<engine::LuaVariable> entries(engine::LuaRef table, std::size_t count) override
    {
        return m_run.entries(table, 0, count);
    }
    std::size_t memoryBytes() override { return m_run.memoryBytes(); }

private:
    LuaInspect& m_run;
};

class Witness final : public engine::ScriptProbe {
public:
    Witness(const WalkCase& wanted, GroundTruth& truth, const engine::Keyspace& start)
        : m_case(wanted), m_truth(truth), m_data(start)
    {
    }

    ProbeVerdict onLine(LuaInspect& run, const engine::LineEvent& event) override
    {
        if (m_aside)
            return ProbeVerdict::Continue;
        m_truth.tooLong = m_truth.moments.size() >= m_case.mostMoments;
        if (m_truth.tooLong)
            return ProbeVerdict::Abort;
        TrueMoment moment{.line = event.line,
            .depth = event.depth,
            .coroutine = event.coroutine,
            .inScript = event.inScript,
            .begins = event.begins,
            .forcedStop = std::exchange(m_breakpointCalled, false)};
        m_line = event.line;
        m_aside = true;
        edit(run);
        Inspected inspected(run);
        moment.state = m_case.looks ? stateText(inspected) + dataText(run.dataset(), run.database())
                                    : memoryText(run.memoryBytes());
        for (const Bytes& question : m_case.questions) {
            const auto values = run.evaluate(0, question);
            moment.answers.push_back(values ? answerText(*values, {}) : answerText({}, values.error()));
        }
        m_aside = false;
        m_truth.moments.push_back(std::move(moment));
        return m_truth.failedEdit.empty() ? ProbeVerdict::Continue : ProbeVerdict::Abort;
    }
    ProbeVerdict onTick(LuaInspect&) override { return ProbeVerdict::Continue; }

    const engine::Reply* onCommand(LuaInspect&, engine::Argv argv) override
    {
        if (!m_aside)
            m_truth.calls.push_back(
                {.moment = m_truth.moments.size(), .line = m_line, .argv = {argv.begin(), argv.end()}});
        return nullptr;
    }
    void onReply(LuaInspect& run, engine::Argv, const engine::Reply& reply) override
    {
        if (m_aside)
            return;
        TrueCall& call = m_truth.calls.back();
        call.replied = true;
        call.reply = replyText(reply);
        engine::Keyspace now = run.dataset();
        for (const engine::KeyChange& change : engine::diffKeyspaces(m_data, now).keys)
            call.changedKeys.push_back(std::to_string(change.database) + " " + change.key);
        m_data = std::move(now);
    }
    void onError(LuaInspect&, BytesView text, bool caught) override
    {
        if (!m_aside && !m_truth.moments.empty())
            m_truth.errors.push_back(
                {.moment = m_truth.moments.size(), .line = m_line, .text = Bytes(text), .caught = caught});
    }
    void onLog(int, BytesView text) override { print(m_line, text); }
    void onDebug(int line, BytesView text) override { print(line, text); }
    bool onBreakpoint() override
    {
        m_breakpointCalled = m_breakpointCalled || !m_aside;
        return true;
    }

private:
    void edit(LuaInspect& run)
    {
        while (m_nextEdit < m_case.edits.size() && m_case.edits[m_nextEdit].moment == m_truth.moments.size() + 1) {
            const WalkEdit& wanted = m_case.edits[m_nextEdit++];
            if (const auto set = run.set(wanted.frame, wanted.name, wanted.expression); !set)
                m_truth.failedEdit = wanted.name + " = " + wanted.expression + ": " + set.error();
        }
    }
    void print(int line, BytesView text)
    {
        if (!m_aside)
            m_truth.outputs.push_back({.moment = m_truth.moments.size(), .line = line, .text = Bytes(text)});
    }

    const WalkCase& m_case;
    GroundTruth& m_truth;
    engine::Keyspace m_data; // after the last command
    std::size_t m_nextEdit = 0;
    int m_line = 0;
    bool m_aside = false; // what runs is a question or an edit, not the script
    bool m_breakpointCalled = false;
};

GroundTruth witness(const WalkCase& wanted)
{
    const engine::ManualClock clock;
    engine::Engine engine(clock, wanted.engineSeed);
    engine::FrozenServerView server(engine);
    engine::EngineTurn turn = engine.beginTurn();
    engine::ClientState client;
    for (const auto& command : wanted.given) {
        const std::vector<BytesView> words(command.begin(), command.end());
        engine::ReplyTreeSink reply(engine::Protocol::Resp2);
        engine.execute(turn, client, words, reply);
    }
    engine::ScriptInput input{.dataset = engine.snapshot(turn),
        .body = wanted.body,
        .keys = wanted.keys,
        .argv = wanted.argv,
        .clock = &clock,
        .now = turn.now(),
        .rngSeed = wanted.rngSeed,
        .config = &engine.config(),
        .commands = &engine.commands(),
        .server = &server};

    GroundTruth truth;
    Witness probe(wanted, truth, input.dataset);
    engine::ScriptRunner runner({.arenaSlot = engine::ScriptRunnerOptions::kRecorded});
    const engine::ScriptOutcome outcome = runner.run(std::move(input), &probe);
    truth.reply = replyText(outcome.reply);
    truth.data = dataText(outcome.dataset, outcome.database);
    for (const engine::ScriptEffect& effect : outcome.effects) {
        Bytes text = std::to_string(effect.database);
        for (const Bytes& word : effect.argv)
            text += " " + word;
        truth.effects.push_back(std::move(text));
    }
    return truth;
}

} // namespace

int main()
{
    const Bytes text{std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
    const auto wanted = walkCaseFrom(text);
    if (!wanted) {
        std::cerr << wanted.error() << "\n";
        return 2;
    }
    std::cout << textOf(witness(*wanted)) << std::flush;
    return 0;
}
