// SCRIPT DEBUG EXTENDED over the listener: what Redis's own debugger cannot do, with scripts and with functions, and
// that sessions keep from others what they should.

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

namespace {

const Bytes kDouble = "local function double(n)\n"
                      "  local twice = n * 2\n"
                      "  return twice\n"
                      "end\n"
                      "local t = {a = {b = 'deep'}}\n"
                      "local v = double(21)\n"
                      "redis.call('SET', KEYS[1], v)\n"
                      "return redis.call('GET', KEYS[1])";

const Bytes kLibrary = "#!lua name=counters\n"
                       "local step = 10\n"
                       "local function add(n)\n"
                       "  return n + step\n"
                       "end\n"
                       "redis.register_function('bump', function(keys, args)\n"
                       "  local before = tonumber(redis.call('GET', keys[1]) or 0)\n"
                       "  local after = add(before)\n"
                       "  redis.call('SET', keys[1], after)\n"
                       "  return after\n"
                       "end)\n";

LdbCall extended(Bytes script = kDouble)
{
    return {.mode = "extended", .script = std::move(script), .keys = {"k"}};
}

} // namespace

class LdbExtendedTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void stepsOverOutAndBack();
    void looksIntoTablesAndSeesLocals();
    void staysAtTheEndToGoBack();
    void helpListsEveryCommand();
    void answersInJsonForPrograms();
    void aPlainSessionMayTurnExtended();
    void debugsFunctions();
    void functionsRunAsUsualForPlainDebuggers();
    void whatCannotRunEndsAtOnce();
    void aCopyLosesItsWritesAndSyncKeepsThem();
    void syncKeepsWhatWasDoneWhereItWasEnded();
    void aClientThatGoesAwayLetsTheScriptEnd();
    void aSyncSessionsWritesAreNotAppliedTwice();
    void whatWasRunLastIsKnownAfterwards();
    void limitsStayWithinTheServers();
    void aClientsClockIsItsOwn();
    void anEndlessLoopIsPaused();
    void theServerGoesDownWithSessions();

private:
    static Bytes shown(const std::vector<Bytes>& heard, std::size_t index)
    {
        return index < heard.size() ? heard[index] : Bytes("(nothing)");
    }
};

void LdbExtendedTest::stepsOverOutAndBack()
{
    LdbServer server;
    const auto heard = playLdb(server.port(), extended(), {"n", "n", "n", "back", "out", "rc", "b 7", "c", "quit"});
    QVERIFY2(shown(heard, 0).ends_with("stop reason = start of the script | -> 4   end"), shown(heard, 0).c_str());
    QVERIFY2(shown(heard, 2).ends_with("-> 6   local v = double(21)"), shown(heard, 2).c_str());
    // Over the function, back into it, and out of it.
    QVERIFY2(shown(heard, 3).ends_with("-> 7   redis.call('SET', KEYS[1], v)"), shown(heard, 3).c_str());
    QVERIFY2(shown(heard, 4).ends_with("-> 3     return twice"), shown(heard, 4).c_str());
    QVERIFY2(shown(heard, 5).ends_with("-> 7   redis.call('SET', KEYS[1], v)"), shown(heard, 5).c_str());
    QVERIFY2(shown(heard, 6).ends_with("-> 4   end"), shown(heard, 6).c_str());
    QVERIFY2(shown(heard, 8).ends_with("stop reason = break point | ->#7   redis.call('SET', KEYS[1], v)"),
        shown(heard, 8).c_str());
    QCOMPARE(shown(heard, 9), Bytes("<endsession>"));
    QVERIFY2(shown(heard, 10).find("script aborted for user request") != Bytes::npos, shown(heard, 10).c_str());
    QCOMPARE(shown(heard, 11), Bytes("closed"));
}

void LdbExtendedTest::looksIntoTablesAndSeesLocals()
{
    LdbServer server;
    const auto heard = playLdb(server.port(), extended(),
        {"b 7", "c", "p t.a.b", "e v + 1", "e \"redis.call('SET', 'k', 'x')\"", "set v 5", "c"});
    QCOMPARE(shown(heard, 3), Bytes("<value> \"deep\""));
    QCOMPARE(shown(heard, 4), Bytes("<retval> 43"));
    QCOMPARE(shown(heard, 5), Bytes("<retval> {ok = \"OK\"}"));
    QCOMPARE(shown(heard, 6), Bytes("<value> 5"));
    QVERIFY2(shown(heard, 7).starts_with("\"5\" | (Script ended -- "), shown(heard, 7).c_str());
}

void LdbExtendedTest::staysAtTheEndToGoBack()
{
    LdbServer server;
    const auto heard = playLdb(server.port(), extended(), {"c", "back", "who k", "c", "c"});
    QVERIFY2(shown(heard, 2).ends_with("-> 8   return redis.call('GET', KEYS[1])"), shown(heard, 2).c_str());
    QVERIFY2(shown(heard, 3).ends_with("SET k 42 (added)"), shown(heard, 3).c_str());
    QVERIFY2(shown(heard, 4).starts_with("\"42\" | (Script ended -- "), shown(heard, 4).c_str());
    QCOMPARE(shown(heard, 5), Bytes("<endsession>"));
    QCOMPARE(shown(heard, 6), Bytes("\"42\""));
    QCOMPARE(shown(heard, 7), Bytes("closed"));
}

void LdbExtendedTest::helpListsEveryCommand()
{
    LdbServer server;
    const auto heard = playLdb(server.port(), extended(), {"help", "nonsense", "save /tmp/file", "open /etc/passwd"});
    for (const char* word : {"next", "out", "back", "reverse-continue", "goto", "eval", "print", "watch", "who",
             "restart [SOURCE]", "pause", "stop", "limits [moments N]", "apply [anyway]", "take-back", "sync",
             "discard", "clock [live", "recording [DIGITS]", "catch", "timeline", "format"})
        QVERIFY2(shown(heard, 1).find(word) != Bytes::npos, word);
    QCOMPARE(shown(heard, 2), Bytes("<error> Unknown debugger command. Type 'help' for the list of commands."));
    // A client of the listener reads and writes no files.
    QCOMPARE(shown(heard, 3), shown(heard, 2));
    QCOMPARE(shown(heard, 4), shown(heard, 2));
    QVERIFY(shown(heard, 1).find("open") == Bytes::npos);
    QVERIFY(shown(heard, 1).find("save") == Bytes::npos);
}

void LdbExtendedTest::answersInJsonForPrograms()
{
    LdbServer server;
    const auto heard = playLdb(server.port(), extended(),
        {"format xml", "format json", "b 7", "c", "p v", "nonsense", "format text", "p v", "a"});
    QCOMPARE(shown(heard, 1), Bytes("<error> format wants text or json, as in: format json"));
    QCOMPARE(shown(heard, 2), Bytes(R"({"event":"message","text":"Answers are json now."})"));
    QVERIFY2(shown(heard, 4).starts_with(R"({"event":"stop","moment":6,"line":7,"reason":"breakpoint",)"),
        shown(heard, 4).c_str());
    QCOMPARE(shown(heard, 5), Bytes(R"({"event":"value","value":"42"})"));
    QVERIFY2(shown(heard, 6).starts_with(R"({"event":"error",)"), shown(heard, 6).c_str());
    QCOMPARE(shown(heard, 7), Bytes("Answers are text now."));
    QCOMPARE(shown(heard, 8), Bytes("<value> 42"));
    QCOMPARE(shown(heard, 9), Bytes("<endsession>"));
}

void LdbExtendedTest::aPlainSessionMayTurnExtended()
{
    LdbServer server;
    LdbCall call = extended();
    call.mode = "yes";
    const auto heard = playLdb(server.port(), call, {"b 7", "s", "extended", "c", "back-over", "quit"});
    QVERIFY2(shown(heard, 3).find("Extended debugging") != Bytes::npos, shown(heard, 3).c_str());
    QVERIFY2(shown(heard, 3).ends_with("-> 4   end"), shown(heard, 3).c_str());
    QVERIFY2(shown(heard, 4).ends_with("break point | ->#7   redis.call('SET', KEYS[1], v)"), shown(heard, 4).c_str());
    QVERIFY2(shown(heard, 5).ends_with("-> 6   local v = double(21)"), shown(heard, 5).c_str());
    QCOMPARE(shown(heard, 6), Bytes("<endsession>"));
}

void LdbExtendedTest::debugsFunctions()
{
    LdbServer server;
    RespConnection(server.port()).text({"FUNCTION", "LOAD", kLibrary});
    const LdbCall call{.mode = "extended", .script = {}, .function = "BUMP", .keys = {"k"}};
    const auto heard = playLdb(server.port(), call, {"s", "s", "p step", "t", "out", "p after", "c", "back", "c", "c"});
    QVERIFY2(shown(heard, 0).starts_with("Function 'bump', in its library as it is loaded"), shown(heard, 0).c_str());
    QVERIFY2(shown(heard, 0).ends_with("-> 7     local before = tonumber(redis.call('GET', keys[1]) or 0)"),
        shown(heard, 0).c_str());
    QVERIFY2(shown(heard, 2).ends_with("-> 4     return n + step"), shown(heard, 2).c_str());
    QCOMPARE(shown(heard, 3), Bytes("<value> 10"));
    QCOMPARE(
        shown(heard, 4), Bytes("In add: | -> 4     return n + step | From bump: |    8     local after = add(before)"));
    QVERIFY2(shown(heard, 5).ends_with("-> 9     redis.call('SET', keys[1], after)"), shown(heard, 5).c_str());
    QCOMPARE(shown(heard, 6), Bytes("<value> 10"));
    QVERIFY2(shown(heard, 7).starts_with("(integer) 10 | (Script ended -- "), shown(heard, 7).c_str());
    QVERIFY2(shown(heard, 8).ends_with("-> 10    return after"), shown(heard, 8).c_str());
    QCOMPARE(shown(heard, 10), Bytes("<endsession>"));
    QCOMPARE(shown(heard, 11), Bytes("(integer) 10"));
    QCOMPARE(RespConnection(server.port()).text({"EXISTS", "k"}), Bytes("0"));
}

void LdbExtendedTest::functionsRunAsUsualForPlainDebuggers()
{
    LdbServer server;
    RespConnection client = server.connect();
    client.text({"FUNCTION", "LOAD", kLibrary});
    client.text({"SCRIPT", "DEBUG", "yes"});
    QCOMPARE(client.text({"FCALL", "bump", "1", "k"}), Bytes("10"));
}

void LdbExtendedTest::whatCannotRunEndsAtOnce()
{
    LdbServer server;
    RespConnection(server.port()).text({"FUNCTION", "LOAD", kLibrary});
    const auto script = playLdb(server.port(), extended("return ("), {});
    QVERIFY2(shown(script, 0).ends_with("<endsession>"), shown(script, 0).c_str());
    QVERIFY2(shown(script, 1).starts_with("(error) ERR Error compiling script"), shown(script, 1).c_str());
    const LdbCall call{.mode = "extended", .script = {}, .function = "nosuch"};
    QCOMPARE(playLdb(server.port(), call, {}),
        (std::vector<Bytes>{"<endsession>", "(error) ERR Function not found", "closed"}));
}

void LdbExtendedTest::aCopyLosesItsWritesAndSyncKeepsThem()
{
    LdbServer server;
    playLdb(server.port(), extended(), {"c", "c"});
    QCOMPARE(RespConnection(server.port()).text({"EXISTS", "k"}), Bytes("0"));
    LdbCall sync = extended();
    sync.mode = "extended-sync";
    playLdb(server.port(), sync, {"c", "c"});
    QCOMPARE(RespConnection(server.port()).text({"GET", "k"}), Bytes("42"));
}

void LdbExtendedTest::syncKeepsWhatWasDoneWhereItWasEnded()
{
    LdbServer server;
    LdbCall sync = extended("redis.call('SET', 'one', 1)\nredis.call('SET', 'two', 2)\nreturn 3");
    sync.mode = "extended-sync";
    // To the end, back to before the second write, and away.
    playLdb(server.port(), sync, {"c", "back", "back", "abort"});
    QCOMPARE(RespConnection(server.port()).text({"EXISTS", "one", "two"}), Bytes("1"));
}

void LdbExtendedTest::aClientThatGoesAwayLetsTheScriptEnd()
{
    LdbServer server;
    LdbCall sync = extended();
    sync.mode = "extended-sync";
    {
        RespConnection client = server.connect();
        startDebugging(client, sync);
        QVERIFY(ldbLines(client.read()).starts_with("Extended debugging"));
    }
    QCOMPARE(RespConnection(server.port()).text({"GET", "k"}), Bytes("42"));
}

void LdbExtendedTest::aSyncSessionsWritesAreNotAppliedTwice()
{
    LdbServer server;
    LdbCall sync = extended("return redis.call('INCR', KEYS[1])");
    sync.mode = "extended-sync";
    const auto heard = playLdb(server.port(), sync, {"c", "apply", "apply now", "sync", "take-back", "quit"});
    QVERIFY2(shown(heard, 2).starts_with("<error> this is a sync session"), shown(heard, 2).c_str());
    QCOMPARE(shown(heard, 3), Bytes("<error> apply takes nothing, or the word anyway"));
    QVERIFY2(shown(heard, 4).starts_with("<error> this session has the live data"), shown(heard, 4).c_str());
    QVERIFY2(shown(heard, 5).starts_with("<error> there is nothing to take back"), shown(heard, 5).c_str());
    QCOMPARE(shown(heard, 6), Bytes("Kept: 1 key of the live data has changed. | <endsession>"));
    QCOMPARE(RespConnection(server.port()).text({"GET", "k"}), Bytes("1"));
}

void LdbExtendedTest::whatWasRunLastIsKnownAfterwards()
{
    LdbServer server;
    LdbCall sync = extended();
    sync.mode = "extended-sync";
    playLdb(server.port(), sync, {"restart \"return 'another'\"", "c", "quit"});
    // sha1 of: return 'another'
    RespConnection client = server.connect();
    QCOMPARE(client.text({"EVALSHA", "8ccba07cb67abc17451cc61a747019a4e5fb22fb", "0"}), Bytes("another"));
}

void LdbExtendedTest::limitsStayWithinTheServers()
{
    engine::Config config;
    QVERIFY(config.setAtStart("maxmemory", "64mb"));
    LdbServer server(std::move(config));
    const auto heard = playLdb(server.port(), extended(),
        {"limits", "limits memory 65mb", "limits moments 10000001", "limits memory 1mb moments 100 going 2000",
            "limits memory", "limits moments none", "limits going 0", "quit"});
    QCOMPARE(shown(heard, 1),
        Bytes(
            "The recording may have 10000000 moments and take 67108864 bytes of memory. | The script may run on for as "
            "long as it likes."));
    QCOMPARE(shown(heard, 2), Bytes("<error> this server lets memory be 67108864 at most"));
    QCOMPARE(shown(heard, 3), Bytes("<error> this server lets moments be 10000000 at most"));
    QCOMPARE(shown(heard, 4),
        Bytes("The recording may have 100 moments and take 1048576 bytes of memory. | The script ends when it runs on "
              "for 2000 ms without a stop."));
    QVERIFY2(shown(heard, 5).starts_with("<error> limits takes moments N"), shown(heard, 5).c_str());
    QCOMPARE(shown(heard, 6), shown(heard, 5));
    QVERIFY2(shown(heard, 7).ends_with("as long as it likes."), shown(heard, 7).c_str());
}

void LdbExtendedTest::aClientsClockIsItsOwn()
{
    LdbServer server;
    const auto heard = playLdb(server.port(), extended("return redis.call('SET', KEYS[1], 1, 'EX', 5)"),
        {"clock freeze", "clock jump 4000000000", "c", "apply", "sync", "clock live", "apply", "restart", "end",
            "apply", "sync", "clock freeze", "discard"});
    QCOMPARE(shown(heard, 2), Bytes("It is 2096-10-02T07:06:40.000Z, and the clock stands still."));
    QVERIFY2(shown(heard, 4).starts_with("<error> this run's clock was moved"), shown(heard, 4).c_str());
    QVERIFY2(shown(heard, 5).starts_with("<error> the session's clock has been moved"), shown(heard, 5).c_str());
    QVERIFY2(shown(heard, 6).ends_with("and the clock is live."), shown(heard, 6).c_str());
    // It was moved when the run wrote.
    QVERIFY2(shown(heard, 7).starts_with("<error> this run's clock was moved"), shown(heard, 7).c_str());
    QCOMPARE(shown(heard, 10), Bytes("Applied: 1 key of the live data has changed."));
    QVERIFY2(
        shown(heard, 12).starts_with("<error> the clock cannot be moved in a sync session"), shown(heard, 12).c_str());
    // Everybody else's has gone on as ever.
    RespConnection other = server.connect();
    const Bytes lives = other.text({"PTTL", "k"});
    QVERIFY2(std::stoll(lives) > 0 && std::stoll(lives) <= 5000, lives.c_str());
    QVERIFY(std::stoll(other.ask({"TIME"})->elements[0].text) < 4000000000);
}

void LdbExtendedTest::anEndlessLoopIsPaused()
{
    LdbServer server(tests::quickToStop());
    const auto heard =
        playLdb(server.port(), extended("local n = 0\nwhile true do n = n + 1 end"), {"c", "e n > 0", "a"});
    QVERIFY2(shown(heard, 1).find("timeout reached, infinite loop?") != Bytes::npos, shown(heard, 1).c_str());
    QCOMPARE(shown(heard, 2), Bytes("<retval> true"));
    QCOMPARE(shown(heard, 3), Bytes("<endsession>"));
}

void LdbExtendedTest::theServerGoesDownWithSessions()
{
    auto server = std::make_unique<LdbServer>();
    RespConnection client = server->connect();
    startDebugging(client, extended("while true do end"));
    client.read();
    client.sendRequest({"c"});
    QTRY_COMPARE(server->host().count(), std::size_t(1));
    server.reset();
    QVERIFY(client.readToEnd().empty());
}

QTEST_GUILESS_MAIN(LdbExtendedTest)
#include "ldb_extended_test.moc"
