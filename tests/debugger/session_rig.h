#pragma once

// A session of a script over an engine of its own, as a conversation for tests: send, then wait for what ends it.

#include "debugger/local_session.h"
#include "engine/base/movable_clock.h"
#include "engine/resp/reply_text.h"
#include "engine/resp/reply_tree_sink.h"
#include "engine/server/engine.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <stdexcept>

namespace test {

using namespace debugger;

/// An engine of its own with a dataset, on which a session can be begun.
class SessionGround {
public:
    struct Script {
        Bytes body = {};
        std::vector<Bytes> keys = {};
        std::vector<Bytes> argv = {};
        SetLimitsRequest limits = {};
        std::vector<std::vector<Bytes>> given = {}; // commands that make the dataset
        Bytes function = {};
        std::uint64_t rngSeed = 42;
    };
    LocalSessionOptions optionsFor(Script script)
    {
        engine::EngineTurn turn = m_engine.beginTurn();
        engine::ClientState client;
        for (const auto& command : script.given) {
            const std::vector<BytesView> words(command.begin(), command.end());
            engine::ReplyTreeSink reply(engine::Protocol::Resp2);
            m_engine.execute(turn, client, words, reply);
        }
        LocalSessionOptions options{.input = {.dataset = m_engine.snapshot(turn),
                                        .body = std::move(script.body),
                                        .function = std::move(script.function),
                                        .keys = std::move(script.keys),
                                        .argv = std::move(script.argv),
                                        .clock = &movable,
                                        .now = turn.now(),
                                        .rngSeed = script.rngSeed,
                                        .config = &m_engine.config(),
                                        .commands = &m_engine.commands(),
                                        .server = &m_server}};
        options.limits = script.limits;
        return options;
    }

    engine::Engine& engine() { return m_engine; }
    /// A command of somebody else on the live data; "waits" while a session has them to itself.
    Bytes run(const std::vector<Bytes>& command)
    {
        if (m_engine.isHeld())
            return "waits";
        engine::EngineTurn turn = m_engine.beginTurn();
        engine::ClientState client;
        engine::ReplyTreeSink reply(engine::Protocol::Resp2);
        m_engine.execute(turn, client, std::vector<BytesView>(command.begin(), command.end()), reply);
        return engine::formatReplyForPeople(reply.take());
    }

    engine::ManualClock clock;
    /// The engine's and the session's, over that one.
    engine::MovableClock movable{clock};

private:
    engine::Engine m_engine{movable, 7};
    engine::FrozenServerView m_server{m_engine};
};

class SessionRig {
public:
    explicit SessionRig(Bytes body, std::vector<Bytes> keys = {}, std::vector<Bytes> argv = {},
        SetLimitsRequest limits = {}, std::vector<std::vector<Bytes>> given = {}, Bytes function = {},
        std::uint64_t rngSeed = 42)
        : SessionRig(SessionGround::Script{.body = std::move(body),
            .keys = std::move(keys),
            .argv = std::move(argv),
            .limits = limits,
            .given = std::move(given),
            .function = std::move(function),
            .rngSeed = rngSeed})
    {
    }
    explicit SessionRig(SessionGround::Script script) { m_session = begin(m_ground.optionsFor(std::move(script))); }
    /// Another session, of a recording, in the place of this one. Why not, or nothing. Where the bytes are no recording
    /// this one is as it was.
    Bytes open(BytesView recording)
    {
        auto options = withRecording(m_ground.optionsFor({}), recording);
        if (!options)
            return options.error();
        m_session.reset();
        m_events.clear();
        m_last = 0;
        try {
            m_session = begin(std::move(*options));
        } catch (const std::runtime_error& error) {
            return error.what();
        }
        return {};
    }

    RequestId send(Request request) { return m_last = m_session->send(std::move(request)); }
    void destroy() { m_session.reset(); }
    /// The one whose data the session has a snapshot of.
    engine::Engine& engine() { return m_ground.engine(); }
    SessionGround& ground() { return m_ground; }

    /// The next event that `wanted` takes; the others go to `others`.
    SessionEventBody next(const std::function<bool(const SessionEventBody&)>& wanted)
    {
        for (;;) {
            std::unique_lock lock(m_mutex);
            if (!m_arrived.wait_for(lock, std::chrono::minutes(1), [this] { return !m_events.empty(); }))
                throw std::runtime_error("the session says nothing more");
            SessionEvent event = std::move(m_events.front());
            m_events.pop_front();
            lock.unlock();
            // What an earlier request still had to tell.
            const bool isOld = event.cause < m_last
                && (std::holds_alternative<Stopped>(event.body) || std::holds_alternative<BreakpointsSet>(event.body));
            if (!isOld && wanted(event.body))
                return event.body;
            if (const auto* failed = std::get_if<Failed>(&event.body))
                throw std::runtime_error("refused: " + failed->text);
            if (const auto* diverged = std::get_if<Diverged>(&event.body))
                throw std::runtime_error("diverged: " + diverged->text);
            if (const auto* ended = std::get_if<Ended>(&event.body))
                throw std::runtime_error("ended: " + ended->reply.text);
            others.push_back(std::move(event.body));
        }
    }
    /// Whether there is an event to take, now or within this time.
    bool hearsWithin(std::chrono::milliseconds patience)
    {
        std::unique_lock lock(m_mutex);
        return m_arrived.wait_for(lock, patience, [this] { return !m_events.empty(); });
    }
    template <class Wanted>
    Wanted wait()
    {
        return std::get<Wanted>(
            next([](const SessionEventBody& body) { return std::holds_alternative<Wanted>(body); }));
    }
    template <class Wanted>
    Wanted ask(Request request)
    {
        send(std::move(request));
        return wait<Wanted>();
    }

    Stopped start(StartMode mode = StartMode::StopAtFirstLine) { return ask<Stopped>(StartRequest{mode}); }
    Stopped go(Move move) { return ask<Stopped>(MoveRequest{move}); }
    Ended goToEnd(Move move = Move::Continue) { return ask<Ended>(MoveRequest{move}); }
    Stopped seek(Moment moment) { return ask<Stopped>(SeekRequest{moment}); }
    BreakpointsSet breakpoints(std::vector<BreakpointSpec> specs)
    {
        return ask<BreakpointsSet>(SetBreakpointsRequest{std::move(specs)});
    }
    Bytes evaluate(Bytes code)
    {
        const auto evaluated = ask<Evaluated>(EvaluateRequest{std::move(code)});
        if (!evaluated.error.empty())
            return "error: " + evaluated.error;
        return evaluated.values.empty() ? Bytes("nothing") : evaluated.values.front().text;
    }
    /// A step, where either may follow.
    std::optional<Stopped> step(Move move)
    {
        send(MoveRequest{move});
        const auto body = next([](const SessionEventBody& event) {
            return std::holds_alternative<Stopped>(event) || std::holds_alternative<Ended>(event);
        });
        if (const auto* stopped = std::get_if<Stopped>(&body))
            return *stopped;
        end = std::get<Ended>(body);
        return std::nullopt;
    }

private:
    std::unique_ptr<Session> begin(LocalSessionOptions options)
    {
        return makeLocalSession(std::move(options), [this](const SessionEvent& event) {
            {
                const std::lock_guard lock(m_mutex);
                m_events.push_back(event);
            }
            m_arrived.notify_one();
        });
    }

    SessionGround m_ground;

public:
    engine::ManualClock& clock = m_ground.clock;
    std::vector<SessionEventBody> others;
    std::optional<Ended> end;

private:
    RequestId m_last = 0; // sent
    std::mutex m_mutex; // protects the events
    std::condition_variable m_arrived;
    std::deque<SessionEvent> m_events;
    std::unique_ptr<Session> m_session; // last: it fills the events
};

/// `nil` when there is none of this name; else its text.
inline Bytes valueOf(const std::vector<engine::LuaVariable>& variables, BytesView name)
{
    Bytes text = "no " + Bytes(name);
    for (const engine::LuaVariable& each : variables) {
        if (each.name == name)
            text = each.value.text;
    }
    return text;
}

/// "added rl:1, changed other"
inline Bytes changesText(const engine::KeyspaceDiff& diff)
{
    Bytes text;
    for (const engine::KeyChange& change : diff.keys) {
        constexpr const char* kNames[] = {"added ", "removed ", "changed "};
        text += (text.empty() ? "" : ", ") + Bytes(kNames[static_cast<int>(change.kind)]) + change.key;
    }
    return text;
}

/// "k: none -> 4000000000000; "
inline Bytes expiriesText(const engine::KeyspaceDiff& diff)
{
    const auto text = [](const std::optional<engine::UnixMs>& expiry) {
        return expiry ? std::to_string(expiry->value) : Bytes("none");
    };
    Bytes all;
    for (const engine::KeyChange& change : diff.keys) {
        if (change.expiryBefore != change.expiryAfter)
            all += change.key + ": " + text(change.expiryBefore) + " -> " + text(change.expiryAfter) + "; ";
    }
    return all;
}

/// All that a stop shows of the run, as one text.
inline Bytes describe(const Stopped& stop)
{
    Bytes text = std::to_string(stop.moment) + " line " + std::to_string(stop.line) + " co "
        + std::to_string(stop.coroutine) + "\n";
    for (const engine::LuaFrame& frame : stop.frames)
        text += "  " + frame.name + ":" + std::to_string(frame.line) + "\n";
    for (const auto* variables : {&stop.locals, &stop.upvalues, &stop.arguments}) {
        for (const engine::LuaVariable& each : *variables)
            text += "  " + each.name + " = " + each.value.text + "\n";
    }
    text += "  data: ";
    for (const engine::KeyChange& change : stop.changes.keys) {
        text += change.key + "(" + std::to_string(static_cast<int>(change.kind));
        for (const engine::ElementChange& element : change.elements)
            text += " " + element.element + "=" + element.after;
        if (change.expiryAfter)
            text += " until " + std::to_string(change.expiryAfter->value);
        text += ") ";
    }
    return text + "\n  lua " + std::to_string(stop.memoryBytes) + " bytes\n";
}

} // namespace test
