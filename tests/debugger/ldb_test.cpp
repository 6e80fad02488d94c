// SCRIPT DEBUG over the listener: sessions byte for byte, what a session keeps from others and what it gives them, and
// that no client, script or command harms anybody.

#include "engine/acl/access_control.h"
#include "engine/server/engine_thread.h"
#include "tests/support/bytes_text.h"
#include "tests/support/ldb_server.h"

#include <QtTest>

using namespace engine;
using tests::LdbCall;
using tests::ldbLines;
using tests::LdbServer;
using tests::playLdb;
using tests::RespConnection;
using tests::textOf;

namespace {

constexpr BytesView kFirstStop = "* Stopped at 1, stop reason = step over | -> 1   ";

Bytes request(std::initializer_list<BytesView> words)
{
    Bytes text = "*" + std::to_string(words.size()) + "\r\n";
    for (const BytesView word : words)
        text += "$" + std::to_string(word.size()) + "\r\n" + Bytes(word) + "\r\n";
    return text;
}

/// What a client hears of these bytes, each sent once the answer to the one before has come.
Bytes exchange(LdbServer& server, const std::vector<std::pair<Bytes, Bytes>>& turns)
{
    RespConnection client = server.connect();
    Bytes heard;
    for (const auto& [sent, expected] : turns) {
        client.send(sent);
        heard += client.readBytes(expected.size());
    }
    return heard + client.readToEnd();
}

Bytes expectedOf(const std::vector<std::pair<Bytes, Bytes>>& turns)
{
    Bytes all;
    for (const auto& [sent, expected] : turns)
        all += expected;
    return all;
}

} // namespace

class LdbTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aCopySessionByteForByte();
    void aSyncSessionByteForByte();
    void whatCannotRunEndsAtOnce();
    void aCopyLosesItsWritesAndSyncKeepsThem();
    void syncHoldsEverybodyElse();
    void syncTellsWhoWatchesWaitsAndListens();
    void twoSessionsAndFiftyClientsAtOnce();
    void aClientThatGoesAwayLetsTheScriptEnd();
    void anEndlessLoopIsStoppedAndShown();
    void anEvaluationThatNeverEndsIsEnded();
    void nonsenseEndsTheSession_data();
    void nonsenseEndsTheSession();
    void commandsMayComeTogether();
    void aRestrictedUserStaysRestricted();
    void theServerGoesDownWithSessions();
    void evalshaIsRefused();
    void aTransactionsScriptByteForByte();
    void syncIsRefusedInATransaction();
    void whoMonitorsSeesASyncSessionsWritesAsAScripts();
    void errorsThatAreTablesAreShown();
    void breakpointsAreTakenAwayOneByOne();
    void oneSessionTooManyIsToldSo();
};

// G.1.3, G.1.4, G.2.1: a session on a copy.
void LdbTest::aCopySessionByteForByte()
{
    LdbServer server;
    const std::vector<std::pair<Bytes, Bytes>> turns = {
        {request({"SCRIPT", "DEBUG", "yes"}), "+OK\r\n"},
        {request({"EVAL", "local v = redis.call('INCR', KEYS[1])\nredis.debug('v is', v)\nreturn {v, ARGV[1]}", "1",
             "cnt", "arg"}),
            "*2\r\n+* Stopped at 1, stop reason = step over\r\n+-> 1   local v = redis.call('INCR', KEYS[1])\r\n"},
        {request({"s"}),
            "*4\r\n+<redis> INCR cnt\r\n+<reply> 1\r\n+* Stopped at 2, stop reason = step over\r\n+-> 2   "
            "redis.debug('v is', v)\r\n"},
        {request({"p"}), "*1\r\n+<value> v = 1\r\n"},
        {request({"s"}),
            "*3\r\n+<debug> line 2: \"v is\", 1\r\n+* Stopped at 3, stop reason = step over\r\n+-> 3   return {v, "
            "ARGV[1]}\r\n"},
        {request({"c"}), "*1\r\n+<endsession>\r\n*2\r\n:1\r\n$3\r\narg\r\n"},
    };
    QCOMPARE(exchange(server, turns), expectedOf(turns));
    QCOMPARE(textOf(server.connect().ask({"EXISTS", "cnt"})), Bytes("0"));
}

// G.1.8, G.3.3: a session in sync.
void LdbTest::aSyncSessionByteForByte()
{
    LdbServer server;
    const std::vector<std::pair<Bytes, Bytes>> turns = {
        {request({"SCRIPT", "DEBUG", "sync"}), "+OK\r\n"},
        {request({"EVAL",
             "local t = {1, {a='x'}}\nif #ARGV == 0 then redis.breakpoint() end\nlocal r = redis.pcall('LPUSH', "
             "'cnt2', 1)\nreturn t.b.c",
             "0"}),
            "*2\r\n+* Stopped at 1, stop reason = step over\r\n+-> 1   local t = {1, {a='x'}}\r\n"},
        {request({"b", "3"}),
            "*3\r\n+   2   if #ARGV == 0 then redis.breakpoint() end\r\n+  #3   local r = redis.pcall('LPUSH', "
            "'cnt2', 1)\r\n+   4   return t.b.c\r\n"},
        {request({"c"}),
            "*2\r\n+* Stopped at 3, stop reason = redis.breakpoint() called\r\n+->#3   local r = redis.pcall('LPUSH', "
            "'cnt2', 1)\r\n"},
        {request({"p", "t"}), "*1\r\n+<value> {1; {[\"a\"]=\"x\"}}\r\n"},
        {request({"c"}),
            "*1\r\n+<endsession>\r\n-ERR user_script:4: attempt to index field 'b' (a nil value) script: "
            "695c9900982fd8f07237c59079a8eaed92090a42, on @user_script:4.\r\n"},
    };
    QCOMPARE(exchange(server, turns), expectedOf(turns));
    QCOMPARE(textOf(server.connect().ask({"LLEN", "cnt2"})), Bytes("1"));
    QCOMPARE(textOf(server.connect().ask({"EVALSHA", "695c9900982fd8f07237c59079a8eaed92090a42", "1", "x", "y"})),
        Bytes("ERR user_script:4: attempt to index field 'b' (a nil value) script: "
              "695c9900982fd8f07237c59079a8eaed92090a42, on @user_script:4."));
}

// G.1.5: neither compiles nor counts its keys.
void LdbTest::whatCannotRunEndsAtOnce()
{
    LdbServer server;
    const auto play = [&](const Bytes& script) { return playLdb(server.port(), {.script = script}, {}); };
    QCOMPARE(play("return ("),
        (std::vector<Bytes>{"<endsession>",
            "(error) ERR Error compiling script (new function): user_script:1: unexpected symbol near '<eof>'",
            "closed"}));
    QCOMPARE(play("#!py\nreturn 1").at(1), Bytes("(error) ERR Unexpected engine in script shebang: #!py"));
    RespConnection client = server.connect();
    QCOMPARE(client.text({"SCRIPT", "DEBUG", "yes"}), Bytes("OK"));
    client.sendRequest({"EVAL", "return 1", "5", "k"});
    QCOMPARE(client.readToEnd(),
        Bytes("*1\r\n+<endsession>\r\n-ERR Number of keys can't be greater than number of args\r\n"));
    // With SYNC too nobody is kept waiting by what has not begun.
    RespConnection sync = server.connect();
    QCOMPARE(sync.text({"SCRIPT", "DEBUG", "sync"}), Bytes("OK"));
    sync.sendRequest({"EVAL", "return 1", "x"});
    QVERIFY(sync.readToEnd().ends_with("-ERR value is not an integer or out of range\r\n"));
    QCOMPARE(server.connect().text({"PING"}), Bytes("PONG"));
}

// G.1.7: both modes.
void LdbTest::aCopyLosesItsWritesAndSyncKeepsThem()
{
    LdbServer server;
    const Bytes script = "redis.call('SELECT', 2)\nredis.call('SET', 'k', ARGV[1], 'EX', 1000)\nreturn 1";
    for (const char* mode : {"yes", "sync"}) {
        const auto heard = playLdb(server.port(), {.mode = mode, .script = script, .argv = {"v"}}, {"c"});
        QCOMPARE(heard.back(), Bytes("closed"));
        RespConnection client = server.connect();
        client.text({"SELECT", "2"});
        QCOMPARE(client.text({"EXISTS", "k"}), BytesView(mode) == "sync" ? Bytes("1") : Bytes("0"));
    }
}

// G.1.6: others wait.
void LdbTest::syncHoldsEverybodyElse()
{
    LdbServer server;
    RespConnection client = server.connect();
    RespConnection other = server.connect();
    QCOMPARE(other.text({"PING"}), Bytes("PONG"));
    startDebugging(client, {.mode = "sync", .script = "redis.call('SET', 'k', 'v')\nreturn 1"});
    QCOMPARE(ldbLines(client.read()), Bytes(kFirstStop) + "redis.call('SET', 'k', 'v')");
    other.sendRequest({"GET", "k"});
    RespConnection late = server.connect();
    late.sendRequest({"PING"});
    RespConnection second = server.connect();
    second.sendRequest({"SCRIPT", "DEBUG", "sync"});
    client.sendRequest({"s"});
    QVERIFY(ldbLines(client.read()).starts_with("<redis> SET k v"));
    QVERIFY(!other.readAnswer(50));
    QVERIFY(!late.readAnswer(1));
    QVERIFY(!second.readAnswer(1));
    client.sendRequest({"c"});
    QCOMPARE(ldbLines(client.read()), Bytes("<endsession>"));
    QCOMPARE(textOf(other.read()), Bytes("v"));
    QCOMPARE(textOf(late.read()), Bytes("PONG"));
    QCOMPARE(textOf(second.read()), Bytes("OK"));
}

// G.1.9: others hear.
void LdbTest::syncTellsWhoWatchesWaitsAndListens()
{
    LdbServer server;
    RespConnection watcher = server.connect();
    watcher.text({"WATCH", "k"});
    watcher.text({"MULTI"});
    watcher.text({"PING"});
    RespConnection waiter = server.connect();
    waiter.sendRequest({"BLPOP", "list", "0"});
    RespConnection listener = server.connect();
    listener.text({"CONFIG", "SET", "notify-keyspace-events", "KEA"});
    listener.ask({"SUBSCRIBE", "channel", "__keyevent@0__:set"});
    RespConnection probe = server.connect();
    while (probe.text({"CLIENT", "LIST"}).find("cmd=blpop") == Bytes::npos) { }
    const auto heard = playLdb(server.port(),
        {.mode = "sync",
            .script = "redis.call('SET', 'k', 'v')\nredis.call('RPUSH', 'list', 'x')\nredis.call('PUBLISH', 'channel', "
                      "'said')\nreturn 1"},
        {"c"});
    QCOMPARE(heard.at(1), Bytes("<endsession>"));
    QCOMPARE(watcher.ask({"EXEC"})->kind, ReplyKind::NullArray);
    QCOMPARE(waiter.read()->elements.at(1).text, Bytes("x"));
    listener.readAny(); // the second subscription
    QCOMPARE(listener.readAny()->elements.at(2).text, Bytes("k"));
    QCOMPARE(listener.readAny()->elements.at(2).text, Bytes("said"));
}

// G.1.12: sessions and others side by side.
void LdbTest::twoSessionsAndFiftyClientsAtOnce()
{
    LdbServer server;
    RespConnection sessions[2] = {server.connect(), server.connect()};
    for (RespConnection& session : sessions) {
        startDebugging(
            session, {.script = "for i = 1, 100 do\n  redis.call('INCR', 'n')\nend\nreturn redis.call('GET', 'n')"});
        QVERIFY(ldbLines(session.read()).starts_with(kFirstStop));
    }
    QCOMPARE(server.host().count(), std::size_t{2});
    std::vector<RespConnection> clients;
    for (int i = 0; i < 50; ++i)
        clients.push_back(server.connect());
    for (int step = 0; step < 20; ++step) {
        for (RespConnection& session : sessions) {
            session.sendRequest({"s"});
            QVERIFY(ldbLines(session.read()).find("* Stopped at ") != Bytes::npos);
        }
        for (RespConnection& client : clients)
            client.sendRequest({"INCR", "n"});
        for (RespConnection& client : clients)
            QVERIFY(client.read().has_value());
    }
    for (RespConnection& session : sessions) {
        session.sendRequest({"c"});
        QCOMPARE(ldbLines(session.read()), Bytes("<endsession>"));
        QCOMPARE(textOf(session.read()), Bytes("100"));
    }
    QCOMPARE(server.connect().text({"GET", "n"}), Bytes("1000"));
}

// G.7.4: it ends, or is ended.
void LdbTest::aClientThatGoesAwayLetsTheScriptEnd()
{
    LdbServer server;
    {
        RespConnection client = server.connect();
        startDebugging(
            client, {.mode = "sync", .script = "redis.call('SET', 'a', 1)\nredis.call('SET', 'b', 2)\nreturn 1"});
        QVERIFY(ldbLines(client.read()).starts_with(kFirstStop));
    }
    RespConnection other = server.connect();
    QCOMPARE(other.text({"MGET", "a", "b"}), Bytes("")); // held until the script has ended
    QCOMPARE(other.text({"GET", "b"}), Bytes("2"));

    LdbServer quick(tests::quickToStop());
    {
        RespConnection client = quick.connect();
        startDebugging(client, {.mode = "sync", .script = "redis.call('SET', 'a', 1)\nwhile true do end"});
        QVERIFY(ldbLines(client.read()).starts_with(kFirstStop));
    }
    // What loops without anybody to look at it is ended.
    QCOMPARE(quick.connect().text({"GET", "a"}), Bytes("1"));
}

// G.7.2: stops where it loops.
void LdbTest::anEndlessLoopIsStoppedAndShown()
{
    LdbServer server(tests::quickToStop());
    const auto heard =
        playLdb(server.port(), {.script = "local i = 0\nwhile true do i = i + 1 end"}, {"c", "p", "c", "a"});
    QCOMPARE(heard.at(1),
        Bytes("* Stopped at 2, stop reason = timeout reached, infinite loop? | -> 2   while true do i = i + 1 end"));
    QVERIFY(heard.at(2).starts_with("<value> i = "));
    QVERIFY(heard.at(3).starts_with("* Stopped at 2, stop reason = timeout reached"));
    QCOMPARE(heard.at(4), Bytes("<endsession>"));
    QVERIFY2(heard.at(5).starts_with("(error) ERR script aborted for user request script: "), heard.at(5).c_str());
}

// I.3.10: its own limit.
void LdbTest::anEvaluationThatNeverEndsIsEnded()
{
    LdbServer server;
    const auto heard = playLdb(server.port(), {.script = "local i = 0\nreturn i"},
        {"e \"pcall(function() while true do end end)\"", "e 1+1", "c"});
    QCOMPARE(heard.at(1), Bytes("<error> took longer than 5000 ms and was ended"));
    QCOMPARE(heard.at(2), Bytes("<retval> 2"));
    QCOMPARE(heard.at(4), Bytes("(integer) 0"));
}

void LdbTest::nonsenseEndsTheSession_data()
{
    QTest::addColumn<QByteArray>("sent");
    QTest::newRow("inline") << QByteArray("PING\r\n");
    QTest::newRow("no words") << QByteArray("*0\r\n");
    QTest::newRow("many words") << QByteArray("*1025\r\n");
    QTest::newRow("no number") << QByteArray("*x\r\n");
    QTest::newRow("huge number") << QByteArray("*99999999999999999999\r\n");
    QTest::newRow("empty word") << QByteArray("*1\r\n$0\r\n\r\n");
    QTest::newRow("long word") << QByteArray("*1\r\n$1025\r\n");
    QTest::newRow("no word") << QByteArray("*1\r\n:1\r\n");
    QTest::newRow("no end") << QByteArray("*1\r\n$1\r\nsXX");
    QTest::newRow("noise") << QByteArray("\xff\x00\x01\r\n", 5);
}

// G.2.2, I.2.12: bytes that are no command.
void LdbTest::nonsenseEndsTheSession()
{
    QFETCH(QByteArray, sent);
    LdbServer server;
    RespConnection client = server.connect();
    startDebugging(client, {.mode = "sync", .script = "local a = 1\nreturn a"});
    client.read();
    client.send(sent.toStdString());
    const Bytes heard = client.readToEnd();
    QVERIFY2(heard.starts_with("*1\r\n+<endsession>\r\n-ERR protocol error script: "), heard.c_str());
    QVERIFY2(heard.ends_with(", on @user_script:1.\r\n"), heard.c_str());
    QCOMPARE(server.connect().text({"PING"}), Bytes("PONG"));
}

// G.2.3: none is lost.
void LdbTest::commandsMayComeTogether()
{
    LdbServer server;
    RespConnection client = server.connect();
    startDebugging(client, {.script = "local a = 1\nlocal b = 2\nreturn a + b"});
    client.read();
    const Bytes all = request({"s"}) + request({"s"}) + request({"p"}) + request({"c"});
    for (const char byte : all)
        client.send({&byte, 1});
    QVERIFY(ldbLines(client.read()).starts_with("* Stopped at 2"));
    QVERIFY(ldbLines(client.read()).starts_with("* Stopped at 3"));
    QCOMPARE(ldbLines(client.read()), Bytes("<value> a = 1 | <value> b = 2"));
    QCOMPARE(client.readToEnd(), Bytes("*1\r\n+<endsession>\r\n:3\r\n"));
}

void LdbTest::aRestrictedUserStaysRestricted()
{
    LdbServer server;
    RespConnection admin = server.connect();
    admin.text({"SET", "secret", "x"});
    QCOMPARE(admin.text({"ACL", "SETUSER", "poor", "on", ">word", "~open*", "+@all", "-set"}), Bytes("OK"));
    RespConnection client = server.connect();
    QCOMPARE(client.text({"AUTH", "poor", "word"}), Bytes("OK"));
    startDebugging(client, {.script = "return redis.call('GET', 'secret')"});
    client.read();
    for (const auto& words : {std::vector<Bytes>{"r", "GET", "secret"}, {"r", "SET", "open", "1"}}) {
        client.sendRequest(words);
        const Bytes heard = ldbLines(client.read());
        QVERIFY2(heard.find("<error> The user executing the script can't") != Bytes::npos, heard.c_str());
    }
    client.sendRequest({"e", "redis.call('GET', 'secret')"});
    QVERIFY(ldbLines(client.read()).starts_with("<error> "));
    client.sendRequest({"c"});
    client.read();
    QVERIFY(textOf(client.read()).starts_with("ERR The user executing the script can't"));
}

// G.7.5: paused, held and looping ones.
void LdbTest::theServerGoesDownWithSessions()
{
    auto server = std::make_unique<LdbServer>();
    RespConnection paused = server->connect();
    startDebugging(paused, {.mode = "sync", .script = "local a = 1\nreturn a"});
    paused.read();
    // Held by the other, and so not begun.
    RespConnection held = server->connect();
    held.sendRequest({"SCRIPT", "DEBUG", "yes"});
    server.reset();
    paused.readToEnd();

    server = std::make_unique<LdbServer>();
    RespConnection looping = server->connect();
    startDebugging(looping, {.script = "while true do pcall(function() while true do end end) end"});
    looping.read();
    looping.sendRequest({"c"});
    server.reset();
    looping.readToEnd();
}

// G.1.2: refused while marked.
void LdbTest::evalshaIsRefused()
{
    LdbServer server;
    RespConnection client = server.connect();
    const Bytes sha = client.text({"SCRIPT", "LOAD", "return 1"});
    QCOMPARE(client.text({"SCRIPT", "DEBUG", "maybe"}), Bytes("ERR Use SCRIPT DEBUG YES/SYNC/NO"));
    QCOMPARE(client.text({"SCRIPT", "DEBUG", "yes"}), Bytes("OK"));
    QCOMPARE(client.text({"EVALSHA", sha, "0"}), Bytes("ERR Please use EVAL instead of EVALSHA for debugging"));
    QCOMPARE(client.text({"SCRIPT", "DEBUG", "no"}), Bytes("OK"));
    QCOMPARE(client.text({"EVALSHA", sha, "0"}), Bytes("1"));
}

// E.3.2: on a copy.
void LdbTest::aTransactionsScriptByteForByte()
{
    LdbServer server;
    const std::vector<std::pair<Bytes, Bytes>> turns = {
        {request({"SCRIPT", "DEBUG", "yes"}), "+OK\r\n"},
        {request({"MULTI"}), "+OK\r\n"},
        {request({"SET", "a", "1"}), "+QUEUED\r\n"},
        {request({"EVAL", "redis.call('SET', 'z', '1')\nreturn redis.call('GET', 'z')", "0"}), "+QUEUED\r\n"},
        {request({"SET", "b", "1"}), "+QUEUED\r\n"},
        {request({"EXEC"}),
            "*2\r\n+* Stopped at 1, stop reason = step over\r\n+-> 1   redis.call('SET', 'z', '1')\r\n"},
        {request({"c"}), "*1\r\n+<endsession>\r\n*3\r\n+OK\r\n$1\r\n1\r\n"},
    };
    QCOMPARE(exchange(server, turns), expectedOf(turns));
    // The other commands were done; what the script wrote went with its copy.
    QCOMPARE(textOf(server.connect().ask({"EXISTS", "a", "b"})), Bytes("2"));
    QCOMPARE(textOf(server.connect().ask({"EXISTS", "z"})), Bytes("0"));
}

// E.3.2: only a copy can be debugged there.
void LdbTest::syncIsRefusedInATransaction()
{
    LdbServer server;
    RespConnection client = server.connect();
    client.text({"SCRIPT", "DEBUG", "sync"});
    client.text({"MULTI"});
    client.text({"EVAL", "return 1", "0"});
    QVERIFY(client.ask({"EXEC"})->elements.at(0).isError());
    QCOMPARE(client.text({"PING"}), Bytes("PONG"));
}

// G.4.19: a table that was raised.
void LdbTest::whoMonitorsSeesASyncSessionsWritesAsAScripts()
{
    LdbServer server;
    RespConnection monitor = server.connect();
    QCOMPARE(monitor.text({"MONITOR"}), Bytes("OK"));
    playLdb(server.port(), {.mode = "sync", .script = "redis.call('GET', 'k')\nredis.call('SET', 'k', 'v')"}, {"c"});
    Bytes seen;
    while (seen.find("\"SET\" \"k\"") == Bytes::npos) {
        const auto line = monitor.read();
        QVERIFY(line);
        seen = line->text;
    }
    QVERIFY2(seen.find("[0 lua]") != Bytes::npos, seen.c_str());
}

void LdbTest::errorsThatAreTablesAreShown()
{
    LdbServer server;
    const auto heard = playLdb(server.port(), {.script = "local i = 0\nreturn i"},
        {"e \"redis.call('nosuch')\"", "e \"error({err='MY error'})\"", "e \"error({})\"", "e \"error()\"", "c"});
    QCOMPARE(heard.at(1), Bytes("<error> ERR Unknown Redis command called from script"));
    QCOMPARE(heard.at(2), Bytes("<error> MY error"));
    QVERIFY(heard.at(3).starts_with("<error> an error that is no text"));
    QVERIFY(heard.at(4).starts_with("<error> an error that is no text"));
    QCOMPARE(heard.at(6), Bytes("(integer) 0"));
}

// G.4.18: the others stay.
void LdbTest::breakpointsAreTakenAwayOneByOne()
{
    LdbServer server;
    Bytes script;
    for (int i = 0; i < 10; ++i)
        script += "local a = " + std::to_string(i) + "\n";
    const auto heard = playLdb(server.port(), {.script = script}, {"b 2 4 6 8", "b -2", "b"});
    QCOMPARE(heard.back(), Bytes("3 breakpoints set: |   #4   local a = 3 |   #6   local a = 5 |   #8   local a = 7"));
}

void LdbTest::oneSessionTooManyIsToldSo()
{
    LdbServer server;
    std::vector<RespConnection> sessions;
    for (std::size_t i = 0; i < debugger::LdbHost::kMostSessions; ++i) {
        sessions.push_back(server.connect());
        startDebugging(sessions.back(), {.script = "return 1"});
        QVERIFY(ldbLines(sessions.back().read()).starts_with(kFirstStop));
    }
    const LdbCall call{.mode = "sync", .script = "return 1"};
    RespConnection refused = server.connect();
    startDebugging(refused, call);
    QCOMPARE(refused.readToEnd(),
        Bytes(
            "*1\r\n+<endsession>\r\n-ERR 64 scripts are being debugged already: end one of these sessions first\r\n"));
    QCOMPARE(server.connect().text({"PING"}), Bytes("PONG"));
    // One that has gone makes room.
    sessions.pop_back();
    while (server.host().count() == debugger::LdbHost::kMostSessions) { }
    QCOMPARE(playLdb(server.port(), call, {"c"}).at(2), Bytes("(integer) 1"));
}

QTEST_APPLESS_MAIN(LdbTest)
#include "ldb_test.moc"
