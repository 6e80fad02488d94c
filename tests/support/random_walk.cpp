#include "tests/support/random_walk.h"

#include "tests/support/ground_truth_program.h"
#include "tests/support/moment_text.h"
#include "tests/support/walk_model.h"

#include <algorithm>

namespace tests {

using namespace debugger;
using engine::LuaVariable;
using test::SessionRig;

namespace {

constexpr std::size_t kConditionQuestion = 2;
constexpr const char* kMoveNames[] = {
    "into", "over", "out", "continue", "back", "back over", "back out", "reverse-continue", "to start", "to end"};
static_assert(std::size(kMoveNames) == static_cast<std::size_t>(Move::ToEnd) + 1);
constexpr std::size_t kMostStepCalls = 100;

/// Code with every kind of effect, none of which the run may notice.
constexpr const char* kDisturbances[] = {"(function() for i = 1, 20 do local t = {{}} end return 1 end)()",
    "redis.call('SET', 'text', 'disturbed')", "redis.call('FLUSHALL')", "redis.call('SELECT', 3)", "math.randomseed(7)",
    "error('of an evaluation')", "counter = counter + 100", "t.x = 'disturbed'", "t = nil", "KEYS[1] = 'other'",
    "redis.setresp(3)", "cjson.encode_max_depth(3)", "n = {}",
    "coroutine.wrap(function() coroutine.yield(redis.call('INCR', 'count')) end)()", "redis.log(2, 'aside')",
    "redis.breakpoint()", "redis.call('SPOP', 'set')", "redis.call('XADD', 'stream', '*', 'a', 'b')", "f(1, 'x')",
    "table.insert(t, 1, {})", "('x'):rep(100000)", "redis.set_repl(redis.REPL_NONE)", "collectgarbage()",
    "not Lua at all", "setmetatable(t, {__index = error})"};

class ShownStop final : public PausedRun {
public:
    ShownStop(SessionRig& rig, const Stopped& stop) : m_rig(rig), m_stop(stop) { }
    std::vector<engine::LuaFrame> frames() override { return m_stop.frames; }
    std::vector<LuaVariable> locals(int frame) override
    {
        if (frame == 0)
            return m_stop.locals;
        m_shown = m_rig.ask<FrameShown>(ShowFrameRequest{frame});
        return m_shown.locals;
    }
    std::vector<LuaVariable> upvalues(int frame) override { return frame == 0 ? m_stop.upvalues : m_shown.upvalues; }
    std::vector<LuaVariable> arguments() override { return m_stop.arguments; }
    std::vector<LuaVariable> entries(engine::LuaRef table, std::size_t count) override
    {
        return m_rig.ask<Expanded>(ExpandRequest{.table = table, .first = 0, .count = count}).entries;
    }
    std::size_t memoryBytes() override { return m_stop.memoryBytes; }

private:
    SessionRig& m_rig;
    const Stopped& m_stop;
    FrameShown m_shown; // of the frame asked for last
};

Bytes callText(std::uint64_t moment, int line, const std::vector<Bytes>& argv, const Bytes* reply)
{
    Bytes text = "moment " + std::to_string(moment) + " line " + std::to_string(line);
    for (const Bytes& word : argv)
        text += " " + word;
    return text + " -> " + (reply ? *reply : Bytes("refused")) + "\n";
}

Bytes callText(const RecordedCall& call)
{
    const Bytes reply = call.reply ? replyText(*call.reply) : Bytes();
    return callText(call.moment, call.line, call.argv, call.reply ? &reply : nullptr);
}

Bytes callText(const TrueCall& call)
{
    return callText(call.moment, call.line, call.argv, call.replied ? &call.reply : nullptr);
}

/// The first line that differs, with the one before it.
Bytes firstDifference(const Bytes& shown, const Bytes& expected)
{
    const auto differs = std::mismatch(shown.begin(), shown.end(), expected.begin(), expected.end());
    const auto at = static_cast<std::size_t>(differs.first - shown.begin());
    const std::size_t lineStart = at == 0 ? 0 : shown.rfind('\n', at - 1) + 1;
    const std::size_t from = lineStart < 2 ? 0 : shown.rfind('\n', lineStart - 2) + 1;
    const auto part = [from, at](const Bytes& text) { return text.substr(from, text.find('\n', at) - from); };
    return "shown:    " + part(shown) + "\nexpected: " + part(expected);
}

Bytes numbered(const Bytes& body)
{
    Bytes text;
    int line = 0;
    for (std::size_t at = 0; at < body.size();) {
        const std::size_t end = std::min(body.find('\n', at), body.size());
        text += std::to_string(++line) + "  " + body.substr(at, end - at) + "\n";
        at = end + 1;
    }
    return text;
}

} // namespace

std::vector<Bytes> RandomWalk::questions()
{
    return {"tostring({}) .. math.random(1000000)",
        "{redis.call('DBSIZE'), redis.call('SRANDMEMBER', 'set') or 0, #KEYS, redis.call('TIME')[2]}",
        "type(counter) == 'number' and counter % 2 == 1", "n", "t"};
}

RandomWalk::RandomWalk(WalkCase walked, std::uint64_t seed, WalkCounts& counts, Plant plant)
    : m_case(std::move(walked)), m_rng(seed), m_counts(counts), m_plant(plant)
{
    m_case.questions = questions();
    ask();
    m_unwalkable = m_truth.tooLong || m_truth.moments.empty();
}

void RandomWalk::ask()
{
    WalkCase asked = m_case;
    if (m_plant == Plant::OtherChance)
        ++asked.rngSeed;
    if (m_plant == Plant::EditForgotten)
        asked.edits.clear();
    auto truth = askGroundTruth(asked);
    if (!truth)
        differ(truth.error());
    if (!truth->failedEdit.empty())
        differ("the ground truth could not make an edit: " + truth->failedEdit);
    m_truth = std::move(*truth);
}

void RandomWalk::same(const Bytes& what, const Bytes& shown, const Bytes& expected) const
{
    if (shown != expected)
        differ(what + " is not the same\n" + firstDifference(shown, expected));
}

std::optional<Bytes> RandomWalk::differenceIn(std::size_t steps)
{
    try {
        m_rig.emplace(m_case.body, m_case.keys, m_case.argv, SetLimitsRequest{}, m_case.given, Bytes(), m_case.rngSeed);
        travel(StartRequest{}, "start", WalkModel(m_truth, {}, kConditionQuestion).after(Move::Into, 0));
        for (std::size_t i = 0; i < steps && !m_truth.tooLong; ++i)
            step();
        return std::nullopt;
    } catch (const Difference& difference) {
        return difference.text + "\nafter: " + m_way + "\n" + numbered(m_case.body);
    } catch (const std::runtime_error& error) {
        return Bytes(error.what()) + "\nafter: " + m_way + "\n" + numbered(m_case.body);
    }
}

void RandomWalk::step()
{
    m_rig->others.clear();
    using Act = void (RandomWalk::*)();
    constexpr Act kAtAStop[] = {&RandomWalk::evaluate, &RandomWalk::disturb, &RandomWalk::disturb, &RandomWalk::watch,
        &RandomWalk::edit, &RandomWalk::timeline, &RandomWalk::keyHistory, &RandomWalk::variableHistory,
        &RandomWalk::setBreakpoints};
    if (chance(100))
        restart();
    else if (!atEnd() && chance(4))
        (this->*kAtAStop[below(std::size(kAtAStop))])();
    move();
}

// --- Moves.

void RandomWalk::move()
{
    const WalkModel model(m_truth, m_breakpoints, kConditionQuestion);
    const bool backOnly = atEnd();
    const auto foreseen = [&](std::uint64_t moment) {
        return model.knowsStops() ? std::optional(moment) : std::nullopt;
    };
    const std::size_t choice = below(20);
    if (choice == 0 && m_furthest > 0) {
        std::uint64_t target = 1 + below(m_furthest);
        while (target > 1 && !m_truth.at(target).inScript)
            --target;
        return travel(SeekRequest{target}, "seek " + std::to_string(target), target);
    }
    if (choice == 1) {
        const int line = someLine();
        if (const std::uint64_t target = model.lineBefore(line, m_moment); target != 0)
            return travel(RunToLineRequest{.line = line, .back = true}, "back to line " + std::to_string(line), target);
        if (!backOnly)
            return travel(RunToLineRequest{.line = line}, "run to line " + std::to_string(line),
                foreseen(model.afterRunToLine(line, m_moment)));
    }
    // Those that go far are rarer, or most walks would be at an end most of the time.
    constexpr Move kForwards[] = {Move::Into, Move::Into, Move::Into, Move::Into, Move::Into, Move::Over, Move::Over,
        Move::Over, Move::Out, Move::Continue, Move::Continue};
    constexpr Move kBackwards[] = {Move::Back, Move::Back, Move::Back, Move::BackOver, Move::BackOver, Move::BackOut,
        Move::ReverseContinue, Move::ReverseContinue};
    Move way =
        backOnly || chance(2) ? kBackwards[below(std::size(kBackwards))] : kForwards[below(std::size(kForwards))];
    if (chance(60))
        way = Move::ToStart;
    if (chance(60))
        way = Move::ToEnd;
    // Steps stop at breakpoints on events too, but going back line by line does not.
    const bool sure = way != Move::Over && way != Move::Out && way != Move::Continue && way != Move::ReverseContinue;
    const std::uint64_t target = model.after(way, m_moment);
    travel(MoveRequest{way}, kMoveNames[static_cast<int>(way)], sure ? std::optional(target) : foreseen(target));
}

void RandomWalk::travel(Request request, const Bytes& name, std::optional<std::uint64_t> expected)
{
    m_way += name + "; ";
    const std::size_t nameEnd = name.find_last_not_of("0123456789 ");
    ++m_counts["move: " + name.substr(0, nameEnd + 1)];
    m_rig->send(std::move(request));
    const auto body = m_rig->next([](const SessionEventBody& event) {
        return std::holds_alternative<Stopped>(event) || std::holds_alternative<Ended>(event);
    });
    const auto* stopped = std::get_if<Stopped>(&body);
    // Behind the last moment that a cut-off truth knows there is nothing to compare with.
    if (m_truth.tooLong)
        return;
    const std::uint64_t reached = stopped ? stopped->moment : m_truth.moments.size() + 1;
    if (expected && reached != std::max<std::uint64_t>(*expected, 1))
        differ(name + " went from moment " + std::to_string(m_moment) + " to " + std::to_string(reached)
            + " instead of " + std::to_string(*expected));
    if (stopped)
        look(*stopped);
    else
        lookAtEnd(std::get<Ended>(body));
}

void RandomWalk::restart()
{
    m_case.edits.clear();
    ask();
    m_lookedAt = 0;
    travel(RestartRequest{}, "restart", WalkModel(m_truth, {}, kConditionQuestion).after(Move::Into, 0));
}

// --- Looks.

void RandomWalk::look(const Stopped& stop)
{
    if (stop.moment < 1 || stop.moment > m_truth.moments.size())
        differ("there is no moment " + std::to_string(stop.moment));
    const TrueMoment& truth = m_truth.at(stop.moment);
    if (stop.line != truth.line || stop.coroutine != truth.coroutine || !truth.inScript)
        differ("moment " + std::to_string(stop.moment) + " is at line " + std::to_string(truth.line) + ", not "
            + std::to_string(stop.line));
    const Bytes where = "the state at moment " + std::to_string(stop.moment);
    ShownStop shown(*m_rig, stop);
    same(where, stateText(shown) + dataText(stop.dataset, stop.database), truth.state);
    const std::uint64_t from = m_lookedAt != 0 && m_lookedAt < stop.moment ? m_lookedAt : stop.moment - 1;
    lookAtCalls(stop.stepCalls, from, stop.moment);
    for (std::size_t i = 0; i < stop.watches.size(); ++i)
        same(where + ", watch " + stop.watches[i].expression, answerText(stop.watches[i].values, stop.watches[i].error),
            truth.answers[m_watches[i]]);
    m_stop = stop;
    m_moment = m_lookedAt = stop.moment;
    m_furthest = stop.furthest;
    ++m_counts["moments compared"];
}

void RandomWalk::lookAtCalls(const std::vector<RecordedCall>& shown, std::uint64_t from, std::uint64_t to)
{
    Bytes said;
    for (const RecordedCall& call : shown)
        said += callText(call);
    std::vector<const TrueCall*> made;
    for (const TrueCall& call : m_truth.calls) {
        if (call.moment >= from && call.moment < to)
            made.push_back(&call);
    }
    Bytes expected;
    for (std::size_t i = made.size() > kMostStepCalls ? made.size() - kMostStepCalls : 0; i < made.size(); ++i)
        expected += callText(*made[i]);
    same("calls and replies before moment " + std::to_string(to), said, expected);
    m_counts["replies compared"] += shown.size();
}

void RandomWalk::lookAtEnd(const Ended& end)
{
    same("the reply", replyText(end.reply), m_truth.reply);
    same("the data at the end", dataText(end.dataset, end.database), m_truth.data);
    same("the length of the run", std::to_string(end.furthest), std::to_string(m_truth.moments.size()));
    Bytes effects;
    for (const engine::ScriptEffect& effect : end.effects) {
        effects += std::to_string(effect.database);
        for (const Bytes& word : effect.argv)
            effects += " " + word;
        effects += "\n";
    }
    Bytes expected;
    for (const Bytes& effect : m_truth.effects)
        expected += effect + "\n";
    same("what was written", effects, expected);
    m_furthest = end.furthest;
    m_moment = m_truth.moments.size() + 1;
    m_lookedAt = 0;
    ++m_counts["ends compared"];
}

// --- Evaluations and watches.

void RandomWalk::evaluate()
{
    const std::size_t number = below(m_case.questions.size());
    m_way += "evaluate " + std::to_string(number) + "; ";
    const auto said = m_rig->ask<Evaluated>(EvaluateRequest{.code = m_case.questions[number]});
    same("the value of " + said.code, answerText(said.values, said.error), m_truth.at(m_moment).answers[number]);
    ++m_counts["evaluations compared"];
}

void RandomWalk::disturb()
{
    for (std::size_t left = 1 + below(4); left > 0; --left) {
        const Bytes code = kDisturbances[below(std::size(kDisturbances))];
        const int frame = static_cast<int>(below(m_stop.frames.size()));
        m_way += "evaluate " + code + " in frame " + std::to_string(frame) + "; ";
        m_rig->ask<Evaluated>(EvaluateRequest{.code = code, .frame = frame});
        ++m_counts["evaluations with effects"];
    }
    // The same moment is shown again, as it was.
    travel(SeekRequest{m_moment}, "seek " + std::to_string(m_moment), m_moment);
}

void RandomWalk::watch()
{
    std::vector<Bytes> expressions;
    m_watches.clear();
    for (std::size_t left = below(3); left > 0; --left) {
        m_watches.push_back(below(m_case.questions.size()));
        expressions.push_back(m_case.questions[m_watches.back()]);
    }
    m_way += std::to_string(expressions.size()) + " watches; ";
    const auto set = m_rig->ask<WatchesSet>(SetWatchesRequest{expressions});
    for (std::size_t i = 0; i < m_watches.size(); ++i)
        same("watch " + expressions[i], answerText(set.watches[i].values, set.watches[i].error),
            m_truth.at(m_moment).answers[m_watches[i]]);
    ++m_counts["watches set"];
}

// --- Breakpoints.

int RandomWalk::someLine()
{
    for (;;) {
        const TrueMoment& moment = m_truth.moments[below(m_truth.moments.size())];
        if (moment.inScript)
            return moment.line;
    }
}

BreakpointSpec RandomWalk::someBreakpoint()
{
    constexpr BreakpointKind kEvents[] = {BreakpointKind::Command, BreakpointKind::KeyRead, BreakpointKind::KeyWritten,
        BreakpointKind::UndeclaredKey, BreakpointKind::ErrorReply, BreakpointKind::CaughtError,
        BreakpointKind::UncaughtError};
    BreakpointSpec spec;
    if (chance(6)) {
        spec.kind = kEvents[below(std::size(kEvents))];
        if (spec.kind == BreakpointKind::Command)
            spec.pattern = chance(2) ? "@write" : "incr";
        if (spec.kind == BreakpointKind::KeyRead || spec.kind == BreakpointKind::KeyWritten)
            spec.pattern = chance(2) ? "*t" : "hash";
        ++m_counts["breakpoints on events"];
        return spec;
    }
    spec.line = someLine();
    if (chance(3)) {
        spec.condition = m_case.questions[kConditionQuestion];
        ++m_counts["breakpoints with a condition"];
    }
    if (chance(3)) {
        spec.hitCount = static_cast<int>(1 + below(4));
        ++m_counts["breakpoints with a hit count"];
    }
    if (chance(5)) {
        spec.logText = "{counter} {redis.call('INCR', 'count')} {tostring({})}";
        ++m_counts["log points"];
    }
    spec.enabled = !chance(8);
    ++m_counts["breakpoints on lines"];
    return spec;
}

void RandomWalk::setBreakpoints()
{
    std::vector<BreakpointSpec> specs;
    m_way += "breakpoints";
    for (std::size_t left = below(4); left > 0; --left) {
        const BreakpointSpec spec = someBreakpoint();
        m_way += " (kind " + std::to_string(static_cast<int>(spec.kind)) + " line " + std::to_string(spec.line)
            + (spec.condition.empty() ? "" : " if") + " hits " + std::to_string(spec.hitCount)
            + (spec.enabled ? "" : " off") + (spec.logText.empty() ? "" : " log") + " " + spec.pattern + ")";
        specs.push_back(spec);
    }
    m_way += "; ";
    m_breakpoints = m_rig->breakpoints(std::move(specs)).breakpoints;
}

// --- Edits.

Bytes RandomWalk::someExpression(const LuaVariable& variable)
{
    switch (variable.value.kind) {
    case engine::LuaKind::Number:
        return chance(2) ? std::to_string(below(30)) : "math.random(20)";
    case engine::LuaKind::Table:
        return chance(2) ? "{1, {2}, [{}] = 'edited'}" : "{" + variable.name + ", tostring({})}";
    case engine::LuaKind::String:
        return chance(2) ? "'edited'" : "tostring({}) .. #KEYS";
    default:
        return variable.name;
    }
}

void RandomWalk::edit()
{
    const int frame = static_cast<int>(below(m_stop.frames.size()));
    const auto shown = m_rig->ask<FrameShown>(ShowFrameRequest{frame});
    auto variables = chance(4) ? shown.upvalues : shown.locals;
    if (variables.empty())
        return;
    const LuaVariable& variable = variables[below(variables.size())];
    WalkEdit edit{.moment = m_moment, .frame = frame, .name = variable.name, .expression = someExpression(variable)};
    if (variable.value.kind == engine::LuaKind::Table && chance(2)) {
        edit.name += chance(2) ? ".x" : "[1]";
        edit.expression = "{" + edit.expression + "}";
    }
    m_way += "set " + edit.name + " = " + edit.expression + " in frame " + std::to_string(frame) + "; ";
    m_rig->send(SetVariableRequest{.frame = frame, .name = edit.name, .expression = edit.expression});
    const auto answer = m_rig->next([](const SessionEventBody& event) {
        return std::holds_alternative<VariableSet>(event) || std::holds_alternative<Failed>(event);
    });
    // A metamethod of the script may refuse it.
    if (std::holds_alternative<Failed>(answer)) {
        ++m_counts["edits refused"];
        return;
    }
    std::erase_if(m_case.edits, [this](const WalkEdit& each) { return each.moment > m_moment; });
    m_case.edits.push_back(std::move(edit));
    ask();
    ++m_counts["edits"];
    const auto stop = m_rig->wait<Stopped>();
    if (m_truth.tooLong)
        return;
    look(stop);
}

// --- Questions to the recording.

void RandomWalk::timeline()
{
    const std::uint64_t first = 1 + below(m_furthest);
    m_way += "timeline from " + std::to_string(first) + "; ";
    const auto shown = m_rig->ask<TimelineShown>(TimelineRequest{.first = first, .last = m_furthest});
    Bytes said;
    for (const TimelineLine& line : shown.lines)
        said += std::to_string(line.moment) + " " + std::to_string(line.line) + " " + std::to_string(line.depth) + " "
            + std::to_string(line.coroutine) + "\n";
    Bytes expected;
    for (std::uint64_t at = first; at <= m_furthest; ++at) {
        const TrueMoment& line = m_truth.at(at);
        if (line.inScript)
            expected += std::to_string(at) + " " + std::to_string(line.line) + " " + std::to_string(line.depth) + " "
                + std::to_string(line.coroutine) + "\n";
    }
    same("the timeline", said, expected);
    // What the last moment's line does is recorded when it has been run.
    said.clear();
    expected.clear();
    for (const RecordedError& error : shown.errors) {
        if (error.moment < m_furthest)
            said += std::to_string(error.moment) + " " + error.text + (error.caught ? " caught\n" : "\n");
    }
    for (const TrueError& error : m_truth.errors) {
        if (error.moment >= first && error.moment < m_furthest)
            expected += std::to_string(error.moment) + " " + error.text + (error.caught ? " caught\n" : "\n");
    }
    same("the errors", said, expected);
    said.clear();
    expected.clear();
    for (const Output& output : shown.outputs) {
        if (output.moment < m_furthest && output.kind != OutputKind::LogPoint)
            said += std::to_string(output.moment) + " " + std::to_string(output.line) + " " + output.text + "\n";
    }
    for (const TrueOutput& output : m_truth.outputs) {
        if (output.moment >= first && output.moment < m_furthest)
            expected += std::to_string(output.moment) + " " + std::to_string(output.line) + " " + output.text + "\n";
    }
    same("the outputs", said, expected);
    ++m_counts["timelines"];
}

void RandomWalk::keyHistory()
{
    constexpr const char* kAsked[] = {"text", "list", "hash", "set", "zset", "count", "stream", "other"};
    const Bytes key = kAsked[below(std::size(kAsked))];
    m_way += "history of " + key + "; ";
    const auto history = m_rig->ask<KeyHistory>(KeyHistoryRequest{.database = 0, .key = key});
    Bytes said;
    for (const KeyWrite& write : history.writes) {
        if (write.call.moment < m_furthest)
            said += callText(write.call);
    }
    Bytes expected;
    for (const TrueCall& call : m_truth.calls) {
        if (call.moment < m_furthest && std::count(call.changedKeys.begin(), call.changedKeys.end(), "0 " + key) > 0)
            expected += callText(call);
    }
    same("the history of " + key, said, expected);
    m_counts["writes in histories"] += history.writes.size();
    ++m_counts["key histories"];
}

void RandomWalk::variableHistory()
{
    m_way += "history of counter; ";
    m_rig->send(VariableHistoryRequest{"counter"});
    const auto history = m_rig->wait<VariableHistory>();
    Bytes said;
    for (const VariableChange& change : history.changes)
        said += change.before + " -> " + change.after + "\n";
    // There is one variable of this name, and what it holds at each moment is in the state's text.
    Bytes expected;
    Bytes before;
    for (std::uint64_t at = 1; at <= m_furthest; ++at) {
        const TrueMoment& moment = m_truth.at(at);
        const std::size_t innermost = moment.state.find("frame 0 ");
        const BytesView frame = BytesView(moment.state).substr(innermost, moment.state.find("\nframe 1 ") - innermost);
        std::size_t found = frame.find("  local counter = number ");
        if (found == BytesView::npos)
            found = frame.find("  upvalue counter = number ");
        if (found == BytesView::npos || !moment.inScript)
            continue;
        const std::size_t value = frame.find("number ", found) + 7;
        const Bytes now(frame.substr(value, frame.find('\n', value) - value));
        if (now != before)
            expected += before + " -> " + now + "\n";
        before = now;
    }
    same("the history of counter", said, expected);
    ++m_counts["variable histories"];
    look(m_rig->wait<Stopped>());
}

} // namespace tests
