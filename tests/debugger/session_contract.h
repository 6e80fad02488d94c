#pragma once

// What every way of having a debug session promises, as one suite: the same test functions drive each back end through
// one face. Those are a local session, asked and heard as the window does; the console over it, in words, as `ferrite
// debug` has it; and the console over the wire of a server, as SCRIPT DEBUG EXTENDED gives it.
// `session_contract_*_test.cpp` hold the test functions.

#include <QtTest>

#include "debugger/console/breakpoint_words.h"
#include "debugger/console/debug_console.h"
#include "debugger/console/debug_words.h"
#include "debugger/console/moment_text.h"
#include "debugger/console/reply_json.h"
#include "debugger/sync_hold.h"
#include "tests/debugger/contract_session.h"
#include "tests/debugger/wire_contract_session.h"

namespace test {

/// Events and requests, as the window has them.
class LocalContractSession final : public ContractSession {
public:
    LocalContractSession(SessionGround::Script script, std::chrono::milliseconds patience)
        : m_rig(std::move(script)), m_patience(patience)
    {
    }

    Place ask(const Request& request) override
    {
        const auto* again = std::get_if<RestartRequest>(&request);
        if (again && m_hold.holder(m_rig.engine()) != Holder::ThisSession) {
            // As the window does: on the data as they are now.
            RestartRequest here = *again;
            engine::EngineTurn turn = m_rig.engine().beginTurn();
            here.dataset = m_rig.engine().snapshot(turn);
            here.now = turn.now();
            m_rig.send(std::move(here));
        } else {
            m_rig.send(request);
        }
        return settled();
    }
    Place settled()
    {
        const auto body = m_rig.next([](const SessionEventBody& event) {
            return std::holds_alternative<Stopped>(event) || std::holds_alternative<Ended>(event)
                || std::holds_alternative<Failed>(event) || std::holds_alternative<Diverged>(event);
        });
        if (const auto* failed = std::get_if<Failed>(&body))
            return {.refused = failed->text};
        if (const auto* diverged = std::get_if<Diverged>(&body))
            return {.refused = "diverged at moment " + std::to_string(diverged->moment)};
        const auto* ended = std::get_if<Ended>(&body);
        m_ended = ended != nullptr;
        if (ended) {
            m_states = ended->breakpoints;
            return placeOf(*ended);
        }
        m_stop = std::get<Stopped>(body);
        m_states = m_stop.breakpoints;
        return placeOf(m_stop);
    }
    Place goOnAndPause() override
    {
        m_rig.send(MoveRequest{Move::Continue});
        m_rig.wait<Running>();
        if (m_rig.hearsWithin(m_patience))
            return settled();
        m_rig.send(PauseRequest{});
        // A pause waits for a line, and one call of a library may take for ever.
        const bool ends = !m_rig.hearsWithin(m_patience);
        if (ends)
            m_rig.send(StopRequest{});
        Place place = settled();
        // It came to a line after all, and is ended there.
        if (ends && !place.ended)
            place = settled();
        // It may have come too late, and then be refused: what is asked now is answered behind that.
        m_rig.send(TimelineRequest{.first = 1, .last = 1});
        while (std::holds_alternative<Failed>(m_rig.next([](const SessionEventBody& event) {
            return std::holds_alternative<TimelineShown>(event) || std::holds_alternative<Failed>(event);
        }))) { }
        return place;
    }
    Place goOnAndSayPause() override
    {
        m_rig.send(MoveRequest{Move::Continue});
        m_rig.wait<Running>();
        m_rig.send(PauseRequest{});
        return settled();
    }
    Bytes setLimits(const SetLimitsRequest& limits) override
    {
        m_rig.send(limits);
        return {};
    }
    Bytes recording() override { return m_rig.ask<RecordingSaved>(SaveRecordingRequest{}).content; }
    Place open(const Bytes& recording) override
    {
        if (const Bytes refused = m_rig.open(recording); !refused.empty())
            return {.refused = refused};
        return ask(StartRequest{});
    }
    void clock(const Bytes& words) override
    {
        engine::MovableClock& clock = m_rig.ground().movable;
        const std::size_t space = std::min(words.find(' '), words.size());
        const Bytes more = words.substr(std::min(space + 1, words.size()));
        if (words.starts_with("step"))
            clock.advance(parseSpan(more).value());
        else if (words.starts_with("jump"))
            clock.jump({parseMoment(more).value().value * 1000});
        else if (words == "live")
            clock.goLive();
        else
            clock.setSpeed(words == "freeze" ? 0 : std::stod(more));
    }
    void letTimePass(std::chrono::milliseconds time) override { m_rig.clock.advance(time); }
    Bytes live(const std::vector<Bytes>& command) override { return m_rig.ground().run(command); }
    Bytes apply(OnConflict onConflict) override
    {
        const SessionWrites writes = m_rig.ask<WritesTold>(WritesRequest()).writes;
        engine::EngineTurn turn = m_rig.engine().beginTurn();
        ApplyReport report = applyWrites(m_rig.engine(), turn, writes, onConflict);
        if (report.outcome == ApplyOutcome::Done)
            m_applied = std::move(report.applied);
        return textOf(report);
    }
    Bytes takeBack(OnConflict onConflict) override
    {
        if (!m_applied)
            return refusal("nothing was applied");
        engine::EngineTurn turn = m_rig.engine().beginTurn();
        const ApplyReport report = undoWrites(m_rig.engine(), turn, *m_applied, onConflict);
        if (report.outcome == ApplyOutcome::Done)
            m_applied.reset();
        return textOf(report);
    }
    Place sync() override
    {
        if (!m_hold.take(m_rig.engine()))
            return {.refused = "the data are held"};
        RestartRequest onHeld;
        {
            engine::EngineTurn turn = m_rig.engine().beginTurn();
            onHeld.dataset = m_rig.engine().snapshot(turn);
            onHeld.now = turn.now();
        }
        return ask(onHeld);
    }
    void holdElsewhere() override { m_rig.engine().hold(); }
    void discard() override
    {
        m_hold.drop(m_rig.engine());
        m_rig.destroy();
    }
    void leave() override
    {
        if (m_hold.holder(m_rig.engine()) == Holder::ThisSession) {
            m_rig.send(m_ended ? Request(MoveRequest{Move::ToEnd}) : Request(StopRequest{}));
            const auto end = m_rig.wait<Ended>();
            engine::EngineTurn turn = m_rig.engine().beginTurn();
            m_hold.keep(m_rig.engine(), turn, {}, {.dataset = end.dataset, .effects = end.effects});
        }
        m_rig.destroy();
    }
    Bytes breakpoints(const std::vector<BreakpointSpec>& specs) override
    {
        Bytes problems;
        for (const BreakpointState& state : m_rig.breakpoints(specs).breakpoints)
            problems += state.problem.empty() ? "" : state.problem + "\n";
        return problems;
    }
    Bytes hits() override
    {
        // Told again behind what there may have been to count.
        ask(m_ended ? Request(MoveRequest{Move::ToEnd}) : Request(SeekRequest{m_stop.moment}));
        return hitsOf(m_states);
    }
    Bytes evaluate(const Bytes& code, int frame) override
    {
        const auto said = m_rig.ask<Evaluated>(EvaluateRequest{.code = code, .frame = frame});
        return !said.error.empty() ? "error: " + said.error : said.values.empty() ? "nothing" : said.values[0].text;
    }
    Bytes variables(int frame) override
    {
        const auto shown = m_rig.ask<FrameShown>(ShowFrameRequest{frame});
        return textOf(shown.locals) + textOf(shown.upvalues);
    }
    Bytes unfolded(const Bytes& name) override
    {
        for (const auto* variables : {&m_stop.arguments, &m_stop.upvalues, &m_stop.locals}) {
            for (const engine::LuaVariable& each : *variables) {
                if (each.name == name)
                    return each.value.text + " "
                        + textOf(m_rig.ask<Expanded>(ExpandRequest{.table = each.value.ref}).entries);
            }
        }
        return "no " + name;
    }
    Bytes set(const Bytes& name, const Bytes& expression, int frame) override
    {
        m_rig.send(SetVariableRequest{.frame = frame, .name = name, .expression = expression});
        const auto body = m_rig.next([](const SessionEventBody& event) {
            return std::holds_alternative<VariableSet>(event) || std::holds_alternative<Failed>(event);
        });
        if (const auto* failed = std::get_if<Failed>(&body))
            return refusal(failed->text);
        m_stop = m_rig.wait<Stopped>();
        return std::get<VariableSet>(body).value.text;
    }
    Bytes watch(const std::vector<Bytes>& expressions) override
    {
        return textOf(m_rig.ask<WatchesSet>(SetWatchesRequest{expressions}).watches);
    }
    Bytes whenChanged(const Bytes& name) override
    {
        const auto history = m_rig.ask<VariableHistory>(VariableHistoryRequest{name});
        m_stop = m_rig.wait<Stopped>();
        return textOf(history);
    }
    Bytes whoWrote(const Bytes& key) override
    {
        return textOf(m_rig.ask<KeyHistory>(KeyHistoryRequest{.database = 0, .key = key}));
    }
    Bytes timeline() override { return textOf(m_rig.ask<TimelineShown>(TimelineRequest{})); }
    Bytes printed() override
    {
        Bytes text;
        for (const SessionEventBody& event : m_rig.others) {
            if (const auto* output = std::get_if<Output>(&event))
                text += output->text + "; ";
        }
        return text;
    }

private:
    SessionRig m_rig;
    std::chrono::milliseconds m_patience;
    Stopped m_stop;
    bool m_ended = false;
    std::vector<BreakpointState> m_states;
    SyncHold m_hold;
    std::optional<AppliedWrites> m_applied;
};

/// Keeps what the console would print, as values.
class KeptOutput final : public DebugOutput {
public:
    void stopped(const Stopped& stop, const SourceLine&, bool, bool) override { place = placeOf(stop); }
    void ended(const Ended& end) override { place = placeOf(end); }
    void output(const Output& output) override { printed += output.text + "; "; }
    void error(std::string_view text) override { refused = text; }
    void message(std::string_view) override { }
    void value(const engine::LuaValue& value) override { answer = value.text; }
    void result(std::span<const engine::LuaValue> values) override
    {
        answer = values.empty() ? "nothing" : values[0].text;
    }
    void variables(
        int, std::span<const engine::LuaVariable> locals, std::span<const engine::LuaVariable> upvalues) override
    {
        answer = textOf(locals) + textOf(upvalues);
    }
    void entries(std::span<const engine::LuaVariable> entries) override { answer += " " + textOf(entries); }
    void watches(std::span<const WatchValue> watches) override { answer = textOf(watches); }
    void frames(std::span<const engine::LuaFrame>, int) override { }
    void trace(std::span<const engine::LuaFrame>, std::span<const SourceLine>) override { }
    void source(std::span<const SourceLine>) override { }
    void breakpoints(std::span<const BreakpointState> states, std::span<const SourceLine>) override
    {
        answer = hitsOf(states);
    }
    void catches(std::span<const BreakpointState>) override { }
    void changes(const engine::KeyspaceDiff&) override { }
    void variableHistory(const VariableHistory& history) override { answer = textOf(history); }
    void keyHistory(const KeyHistory& history) override { answer = textOf(history); }
    void timeline(const TimelineShown& shown, std::span<const SourceLine>) override { answer = textOf(shown); }
    void limits(const SetLimitsRequest&) override { }
    void recording(const RecordingSaved& recording) override { content = recording.content; }
    void clock(const engine::MovableClock::Setting&) override { }
    void applied(const ApplyReport& report, WritesDone) override { answer = textOf(report); }
    void help(std::span<const HelpRow>) override { }
    void setMaxLength(std::size_t) override { }

    std::optional<Place> place;
    Bytes refused;
    Bytes answer;
    Bytes printed;
    Bytes content; // of a recording
};

/// Words, as `ferrite debug` takes them.
class ConsoleContractSession final : public ContractSession {
public:
    ConsoleContractSession(SessionGround::Script script, std::chrono::milliseconds patience)
        : m_body(script.body), m_limits(script.limits), m_port(m_ground.optionsFor(std::move(script))),
          m_console(m_port, m_output,
              {.source = m_body,
                  .reread = nullptr,
                  .patience = patience,
                  .wantsPause = [this] { return m_wantsPause; },
                  .limits = m_limits,
                  .live = &m_live,
                  .clock = &m_ground.movable})
    {
    }

    Place ask(const Request& request) override
    {
        return placeAfter(std::holds_alternative<StartRequest>(request) ? Bytes() : wordsFor(request));
    }
    Place placeAfter(const Bytes& words)
    {
        m_output.place.reset();
        m_output.refused.clear();
        if (words.empty())
            m_console.start();
        else
            say(words);
        if (!m_output.refused.empty() || !m_output.place)
            return {.refused = m_output.refused.empty() ? Bytes("nothing was said") : m_output.refused};
        return *m_output.place;
    }
    Place goOnAndPause() override { return go(Move::Continue); }
    Place goOnAndSayPause() override
    {
        m_wantsPause = true;
        const Place place = go(Move::Continue);
        m_wantsPause = false;
        say("pause");
        return place;
    }
    Bytes setLimits(const SetLimitsRequest& limits) override
    {
        m_output.refused.clear();
        say("limits moments " + std::to_string(limits.moments) + " memory " + std::to_string(limits.memoryBytes)
            + " going " + std::to_string(limits.going.count()));
        return m_output.refused;
    }
    Bytes recording() override
    {
        say("recording");
        return m_output.content;
    }
    Place open(const Bytes& recording) override { return placeAfter("recording " + hexDigits(recording)); }
    void clock(const Bytes& words) override { say("clock " + words); }
    void letTimePass(std::chrono::milliseconds time) override { m_ground.clock.advance(time); }
    Bytes live(const std::vector<Bytes>& command) override { return m_ground.run(command); }
    Bytes apply(OnConflict onConflict) override { return answerTo(writesWord("apply", onConflict)); }
    Bytes takeBack(OnConflict onConflict) override { return answerTo(writesWord("take-back", onConflict)); }
    Place sync() override { return placeAfter("sync"); }
    void holdElsewhere() override { m_ground.engine().hold(); }
    void discard() override { say("discard"); }
    void leave() override
    {
        say("quit");
        m_console.keepWrites();
    }
    Bytes breakpoints(const std::vector<BreakpointSpec>& specs) override
    {
        for (; m_catches > 0; --m_catches)
            say("catch -1");
        say("break 0");
        Bytes problems;
        for (const BreakpointSpec& spec : specs) {
            const bool isLine = spec.kind == BreakpointKind::Line;
            m_output.refused.clear();
            say((isLine ? "break " : "catch ") + breakpointText(spec));
            m_catches += !isLine && m_output.refused.empty() ? 1 : 0;
            if (!spec.enabled)
                say("disable " + (isLine ? std::to_string(spec.line) : "catch " + std::to_string(m_catches)));
            problems += m_output.refused.empty() ? "" : m_output.refused + "\n";
        }
        return problems;
    }
    Bytes hits() override { return answerTo("break"); }
    Bytes evaluate(const Bytes& code, int frame) override { return answerIn(frame, "eval " + code, "error: "); }
    Bytes variables(int frame) override { return answerIn(frame, "locals"); }
    Bytes unfolded(const Bytes& name) override { return answerIn(0, "print " + name); }
    Bytes set(const Bytes& name, const Bytes& expression, int frame) override
    {
        return answerIn(frame, "set " + name + " " + expression);
    }
    Bytes watch(const std::vector<Bytes>& expressions) override
    {
        for (; m_watches > 0; --m_watches)
            say("watch -1");
        m_output.answer.clear();
        for (const Bytes& expression : expressions)
            say("watch " + expression);
        m_watches = expressions.size();
        return m_output.answer;
    }
    Bytes whenChanged(const Bytes& name) override { return answerIn(0, "when " + name); }
    Bytes whoWrote(const Bytes& key) override { return answerTo("who " + key); }
    Bytes timeline() override { return answerTo("timeline"); }
    Bytes printed() override { return m_output.printed; }

private:
    void say(const Bytes& words) { m_console.run(std::string_view(words)); }
    Bytes answerTo(const Bytes& words, const Bytes& error = "refused: ")
    {
        m_output.refused.clear();
        m_output.answer.clear();
        say(words);
        return m_output.refused.empty() ? m_output.answer : error + m_output.refused;
    }
    Bytes answerIn(int frame, const Bytes& words, const Bytes& error = "refused: ")
    {
        say("frame " + std::to_string(frame));
        return answerTo(words, error);
    }
    Bytes wordsFor(const Request& request)
    {
        if (const auto* move = std::get_if<MoveRequest>(&request))
            return wordFor(move->move);
        if (const auto* line = std::get_if<RunToLineRequest>(&request))
            return (line->back ? "back-to " : "run-to ") + std::to_string(line->line);
        if (const auto* moment = std::get_if<SeekRequest>(&request))
            return "goto " + std::to_string(moment->moment);
        if (const auto* restart = std::get_if<RestartRequest>(&request)) {
            // In quotes, each byte by its digits, as whoever types may give it.
            Bytes source;
            for (const char byte : restart->body.value_or(""))
                source += "\\x" + hexDigits({&byte, 1});
            return restart->body ? "restart \"" + source + "\"" : "restart";
        }
        return "stop";
    }

    bool inTurn(const LiveData::Work& work)
    {
        engine::EngineTurn turn = m_ground.engine().beginTurn();
        work(m_ground.engine(), turn);
        return true;
    }

    SessionGround m_ground;
    LiveData m_live{[this](const LiveData::Work& work) { return inTurn(work); }};
    Bytes m_body;
    SetLimitsRequest m_limits;
    bool m_wantsPause = false;
    KeptOutput m_output;
    SessionPort m_port;
    DebugConsole m_console;
    int m_catches = 0;
    std::size_t m_watches = 0;
};

enum class BackEnd { Local, Console, Wire };

/// The back ends, as global rows: each test function of a suite runs with each.
inline void addContractBackEnds()
{
    QTest::addColumn<int>("backEnd");
    QTest::newRow("local session") << int(BackEnd::Local);
    QTest::newRow("console") << int(BackEnd::Console);
    QTest::newRow("over the wire") << int(BackEnd::Wire);
}

/// That of the present row.
inline BackEnd backEnd()
{
    QFETCH_GLOBAL(int, backEnd);
    return BackEnd(backEnd);
}

/// A text with any bytes, as that shows it: JSON has no bytes that are no UTF-8.
inline Bytes asShown(const Bytes& text)
{
    return backEnd() == BackEnd::Wire ? QString::fromStdString(text).toStdString() : text;
}

/// A session on the back end of the present row. `patience`: how long a script goes on before it is
/// paused.
inline std::unique_ptr<ContractSession> contractSession(
    SessionGround::Script script, std::chrono::milliseconds patience = std::chrono::minutes(1))
{
    switch (backEnd()) {
    case BackEnd::Local:
        break;
    case BackEnd::Console:
        return std::make_unique<ConsoleContractSession>(std::move(script), patience);
    case BackEnd::Wire:
        return std::make_unique<WireContractSession>(std::move(script), patience);
    }
    return std::make_unique<LocalContractSession>(std::move(script), patience);
}

} // namespace test
