#pragma once

// The suite's back end over the wire: a client of a server that has armed itself with SCRIPT DEBUG EXTENDED, and asks
// for answers in JSON.

#include "debugger/console/breakpoint_words.h"
#include "engine/resp/reply_text.h"
#include "tests/debugger/contract_session.h"
#include "tests/support/ldb_server.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace test {

class WireContractSession final : public ContractSession {
public:
    WireContractSession(SessionGround::Script script, std::chrono::milliseconds patience)
        : m_server(tests::quickToStop(patience)), m_script(std::move(script)), m_client(m_server.connect())
    {
        tests::RespConnection other = m_server.connect();
        for (const std::vector<Bytes>& command : m_script.given)
            other.ask(command);
        if (!m_script.function.empty())
            other.ask({"FUNCTION", "LOAD", m_script.body});
    }

    Place ask(const Request& request) override
    {
        if (std::holds_alternative<StartRequest>(request))
            return begin();
        if (const auto* again = std::get_if<RestartRequest>(&request); again && !m_began)
            return beginAgain(*again);
        const auto* move = std::get_if<MoveRequest>(&request);
        const bool forward = move && (move->move < Move::Back || move->move == Move::ToEnd);
        const auto* line = std::get_if<RunToLineRequest>(&request);
        // Going forward from the end is to have seen enough: it would end the session.
        if (m_place.ended && (forward || (line && !line->back)))
            return move && move->move == Move::ToEnd ? m_place : Place{.refused = "the session would end"};
        say(wordsFor(request));
        if (!m_refused.empty())
            return {.refused = m_refused};
        return m_place;
    }
    Place goOnAndPause() override { return go(Move::Continue); }
    Place goOnAndSayPause() override
    {
        m_client.sendRequest({"continue"});
        QTest::qWait(kHeadStartMilliseconds);
        m_client.sendRequest({"pause"});
        hear();
        const Place place = m_place;
        // Each is answered.
        hear();
        return place;
    }
    Bytes setLimits(const SetLimitsRequest& limits) override
    {
        say({"limits", "moments", std::to_string(limits.moments), "memory", std::to_string(limits.memoryBytes), "going",
            std::to_string(limits.going.count())});
        return m_refused;
    }
    void clock(const Bytes& words) override
    {
        const std::size_t space = words.find(' ');
        if (space == Bytes::npos)
            say({"clock", words});
        else
            say({"clock", words.substr(0, space), words.substr(space + 1)});
    }
    // The server's clock goes by itself.
    void letTimePass(std::chrono::milliseconds) override { }
    Bytes live(const std::vector<Bytes>& command) override
    {
        // A connection of its own: what waits is dropped with it.
        tests::RespConnection other = m_server.connect();
        other.sendRequest(command);
        const auto reply = other.readAnswer(kHeldMilliseconds);
        return reply ? engine::formatReplyForPeople(*reply) : Bytes("waits");
    }
    Bytes apply(OnConflict onConflict) override { return writes("apply", onConflict); }
    Bytes takeBack(OnConflict onConflict) override { return writes("take-back", onConflict); }
    Place sync() override
    {
        say({"sync"});
        return m_refused.empty() ? m_place : Place{.refused = m_refused};
    }
    void holdElsewhere() override
    {
        m_holder = m_server.connect();
        tests::startDebugging(m_holder, {.mode = "sync", .script = "return 1"});
        m_holder.read();
    }
    void discard() override { endBy("discard"); }
    void leave() override { endBy("quit"); }
    Bytes recording() override
    {
        say({"recording"});
        return QByteArray::fromHex(m_last["hex"].toString().toLatin1()).toStdString();
    }
    Place open(const Bytes& recording) override
    {
        say({"recording", QByteArray::fromStdString(recording).toHex().toStdString()});
        return m_refused.empty() ? m_place : Place{.refused = m_refused};
    }
    Bytes breakpoints(const std::vector<BreakpointSpec>& specs) override
    {
        m_wanted = specs;
        return m_began ? sendBreakpoints() : Bytes();
    }
    Bytes hits() override
    {
        say({"break"});
        Bytes text;
        for (const QJsonValue& each : m_last["breakpoints"].toArray())
            text += std::to_string(each.toObject()["hits"].toInt()) + " ";
        return text;
    }
    Bytes evaluate(const Bytes& code, int frame) override
    {
        const Bytes text = answerIn(frame, {"eval", code});
        return text == "nil" ? Bytes("nothing") : m_refused.empty() ? text : "error: " + m_refused;
    }
    Bytes variables(int frame) override
    {
        answerIn(frame, {"locals"});
        return variablesText(m_last["locals"]) + variablesText(m_last["upvalues"]);
    }
    Bytes unfolded(const Bytes& name) override
    {
        const Bytes value = answerIn(0, {"print", name});
        return value + " " + variablesText(m_last["entries"]);
    }
    Bytes set(const Bytes& name, const Bytes& expression, int frame) override
    {
        const Bytes value = answerIn(frame, {"set", name, expression});
        return m_refused.empty() ? value : refusal(m_refused);
    }
    Bytes watch(const std::vector<Bytes>& expressions) override
    {
        for (; m_watches > 0; --m_watches)
            say({"watch", "-1"});
        m_last = {};
        for (const Bytes& expression : expressions)
            say({"watch", expression});
        m_watches = expressions.size();
        return watchesText(m_last["watches"]);
    }
    Bytes whenChanged(const Bytes& name) override
    {
        say({"when", name});
        Bytes text;
        for (const QJsonValue& each : m_last["changes"].toArray())
            text += number(each["line"]) + ": " + bytes(each["before"]) + " -> " + bytes(each["after"]) + "; ";
        return text;
    }
    Bytes whoWrote(const Bytes& key) override
    {
        say({"who", key});
        Bytes text;
        for (const QJsonValue& each : m_last["writes"].toArray())
            text += number(each["line"]) + ": " + bytes(each["command"][0]) + "; ";
        return text;
    }
    Bytes timeline() override
    {
        say({"timeline"});
        Bytes text;
        for (const QJsonValue& each : m_last["lines"].toArray())
            text += (text.empty() ? "" : " ") + number(each["line"]);
        for (const QJsonValue& each : m_last["calls"].toArray())
            text += "; " + bytes(each["command"][0]) + (each["wrote"].toBool() ? " wrote" : "");
        for (const QJsonValue& each : m_last["errors"].toArray())
            text += (each["caught"].toBool() ? "; caught " : "; ended by ") + bytes(each["text"]);
        for (const QJsonValue& each : m_last["outputs"].toArray())
            text += "; said " + bytes(each["text"]);
        return text;
    }
    Bytes printed() override { return m_printed; }

private:
    static constexpr int kMostWaits = 12; // of ten seconds
    /// Longer than any command takes that does not wait.
    static constexpr int kHeldMilliseconds = 300;

    static Bytes bytes(const QJsonValue& value) { return value.toString().toStdString(); }
    static Bytes number(const QJsonValue& value) { return std::to_string(value.toInt()); }
    static Bytes variablesText(const QJsonValue& variables)
    {
        Bytes text;
        for (const QJsonValue& each : variables.toArray())
            text += bytes(each["name"]) + " = " + bytes(each["value"]) + "; ";
        return text;
    }
    static Bytes watchesText(const QJsonValue& watches)
    {
        Bytes text;
        for (const QJsonValue& each : watches.toArray())
            text += bytes(each["expression"]) + ": "
                + (each["error"].isUndefined() ? bytes(each["value"]) : Bytes("error")) + "; ";
        return text;
    }
    static Bytes changesText(const QJsonValue& changes)
    {
        Bytes text;
        for (const QJsonValue& each : changes.toArray())
            text += (text.empty() ? "" : ", ") + bytes(each["change"]) + " " + bytes(each["key"]);
        return text;
    }
    static Bytes expiriesText(const QJsonValue& changes)
    {
        const auto text = [](const QJsonValue& expiry) {
            return expiry.isNull() ? Bytes("none") : std::to_string(expiry.toInteger());
        };
        Bytes all;
        for (const QJsonValue& each : changes.toArray()) {
            if (!each["expires"].isUndefined())
                all += bytes(each["key"]) + ": " + text(each["expiresBefore"]) + " -> " + text(each["expires"]) + "; ";
        }
        return all;
    }
    static StopReason reasonOf(const Bytes& name)
    {
        for (int i = 0; i <= static_cast<int>(StopReason::LimitReached); ++i) {
            if (reasonName(StopReason(i)) == name)
                return StopReason(i);
        }
        return StopReason::Pause; // "timeout"
    }
    static engine::Reply replyOf(const QJsonValue& json) // NOLINT(misc-no-recursion)
    {
        engine::Reply reply;
        reply.kind = engine::ReplyKind::Bulk;
        reply.text = bytes(json);
        if (json.isDouble()) {
            reply.kind = engine::ReplyKind::Integer;
            reply.integer = json.toInteger();
        } else if (json.isObject()) {
            reply.kind = engine::ReplyKind::Error;
            reply.text = bytes(json["error"]);
        } else if (json.isArray()) {
            reply.kind = engine::ReplyKind::Array;
            for (const QJsonValue& each : json.toArray())
                reply.elements.push_back(replyOf(each));
        }
        return reply;
    }
    static Place stopOf(const QJsonObject& stop)
    {
        Place place{.line = stop["line"].toInt(),
            .moment = static_cast<Moment>(stop["moment"].toInteger()),
            .furthest = static_cast<Moment>(stop["furthest"].toInteger()),
            .reason = reasonOf(bytes(stop["reason"])),
            .breakpoint = stop["breakpoint"].toInt(-1),
            .coroutine = stop["coroutine"].toInt(),
            .event = bytes(stop["about"]),
            .locals = variablesText(stop["locals"]),
            .arguments = variablesText(stop["arguments"]),
            .changes = changesText(stop["changes"]),
            .stepChanges = changesText(stop["stepChanges"]),
            .stepExpiries = expiriesText(stop["stepChanges"]),
            .watches = watchesText(stop["watches"])};
        for (const QJsonValue& frame : stop["frames"].toArray())
            place.frames += (place.frames.empty() ? "" : " ") + bytes(frame["name"]) + ":" + number(frame["line"]);
        for (const QJsonValue& name : stop["changed"].toArray())
            place.changed += (place.changed.empty() ? "" : " ") + bytes(name);
        for (const QJsonValue& call : stop["stepCalls"].toArray()) {
            Bytes words;
            for (const QJsonValue& word : call["command"].toArray())
                words += (words.empty() ? "" : " ") + bytes(word);
            place.calls += words + "; ";
        }
        return place;
    }
    static Place endOf(const QJsonObject& end)
    {
        return {.ended = true,
            .furthest = static_cast<Moment>(end["furthest"].toInteger()),
            .changes = changesText(end["changes"]),
            .reply = replyOf(end["reply"]),
            .errorLine = end["errorLine"].toInt(),
            .stopped = end["stopped"].toBool(),
            .effects = static_cast<std::size_t>(end["effects"].toInt())};
    }

    Place begin()
    {
        tests::startDebugging(m_client,
            {.mode = "extended",
                .script = m_script.body,
                .function = m_script.function,
                .keys = m_script.keys,
                .argv = m_script.argv});
        const Bytes heard = tests::ldbLines(m_client.read());
        if (heard.ends_with("<endsession>")) {
            const auto reply = m_client.read();
            return {.ended = true, .reply = reply ? *reply : engine::Reply()};
        }
        m_began = true;
        say({"format", "json"});
        setLimits(m_script.limits);
        sendBreakpoints();
        say({"goto", "1"});
        // It was told in text, before there could be JSON.
        if (heard.find("stop reason = start of the script") != Bytes::npos)
            m_place.reason = StopReason::Entry;
        return m_place;
    }
    Bytes writes(const Bytes& word, OnConflict onConflict)
    {
        std::vector<Bytes> words{word};
        if (onConflict == OnConflict::WriteAnyway)
            words.emplace_back("anyway");
        say(words);
        if (!m_refused.empty())
            return refusal(m_refused);
        Bytes text = bytes(m_last["outcome"]);
        const bool isConflict = text == "conflict";
        for (const QJsonValue& each : isConflict ? m_last["conflicts"].toArray() : QJsonArray())
            text += (text == "conflict" ? ": " : ", ") + bytes(each["fate"]) + " " + bytes(each["key"])
                + (each["written"].toBool() ? "" : " (read)");
        for (const QJsonValue& each : m_last["command"].toArray())
            text += (text == "refused" ? ": " : " ") + bytes(each);
        return text;
    }
    void endBy(const Bytes& word)
    {
        m_client.sendRequest({word});
        m_client.readToEnd();
    }
    /// What could not begin has ended the session: a new one, as redis-cli does it.
    Place beginAgain(const RestartRequest& request)
    {
        m_script.body = request.body.value_or(m_script.body);
        m_client = m_server.connect();
        return begin();
    }
    Bytes sendBreakpoints()
    {
        for (; m_catches > 0; --m_catches)
            say({"catch", "-1"});
        say({"break", "0"});
        Bytes problems;
        for (const BreakpointSpec& spec : m_wanted) {
            const bool isLine = spec.kind == BreakpointKind::Line;
            BreakpointSpec bare{.kind = spec.kind, .line = spec.line, .pattern = spec.pattern};
            std::vector<Bytes> words{isLine ? "break" : "catch", breakpointText(bare)};
            if (const Bytes clauses = clausesText(spec); !clauses.empty())
                words.push_back(clauses);
            say(words);
            problems += m_refused.empty() ? "" : m_refused + "\n";
            m_catches += !isLine && m_refused.empty() ? 1 : 0;
            if (!spec.enabled && isLine)
                say({"disable", std::to_string(spec.line)});
            else if (!spec.enabled)
                say({"disable", "catch", std::to_string(m_catches)});
        }
        return problems;
    }
    /// Sends and takes what is answered, an object a line.
    void say(const std::vector<Bytes>& words)
    {
        m_client.sendRequest(words);
        hear();
    }
    void hear()
    {
        m_refused.clear();
        auto answer = m_client.read();
        // One call of a hostile script may take longer than a client waits elsewhere, on a machine that is busy.
        for (int waits = 1; !answer && waits < kMostWaits; ++waits)
            answer = m_client.read();
        m_last = {};
        if (!answer)
            m_refused = "the server says nothing";
        for (const engine::Reply& line : answer ? answer->elements : std::vector<engine::Reply>())
            take(QJsonDocument::fromJson(QByteArray::fromStdString(line.text)).object());
    }
    void take(const QJsonObject& object)
    {
        const Bytes event = bytes(object["event"]);
        if (event == "error")
            m_refused = bytes(object["text"]);
        else if (event == "output")
            m_printed += bytes(object["text"]) + "; ";
        else if (event == "stop")
            m_place = stopOf(object);
        else if (event == "end")
            m_place = endOf(object);
        // A table's value is followed by its entries.
        for (auto each = object.begin(); each != object.end(); ++each)
            m_last[each.key()] = each.value();
    }
    Bytes answerIn(int frame, const std::vector<Bytes>& words)
    {
        say({"frame", std::to_string(frame)});
        say(words);
        return bytes(m_last["value"]);
    }
    static std::vector<Bytes> wordsFor(const Request& request)
    {
        if (const auto* move = std::get_if<MoveRequest>(&request))
            return {wordFor(move->move)};
        if (const auto* line = std::get_if<RunToLineRequest>(&request))
            return {line->back ? "back-to" : "run-to", std::to_string(line->line)};
        if (const auto* moment = std::get_if<SeekRequest>(&request))
            return {"goto", std::to_string(moment->moment)};
        const auto* restart = std::get_if<RestartRequest>(&request);
        if (restart && restart->body)
            return {"restart", *restart->body};
        return {restart ? "restart" : "stop"};
    }

    tests::LdbServer m_server;
    SessionGround::Script m_script;
    tests::RespConnection m_client;
    tests::RespConnection m_holder; // of another session that has the live data to itself
    bool m_began = false;
    Place m_place;
    Bytes m_refused;
    QJsonObject m_last; // what was answered last
    Bytes m_printed;
    std::vector<BreakpointSpec> m_wanted;
    int m_catches = 0;
    std::size_t m_watches = 0;
};

} // namespace test
