// What every way of having a session promises of recordings as bytes: opened elsewhere they are at every moment what
// was recorded; what does not fit is refused, and nothing is lost by that.
//
// Files are no matter of this suite: the window and `ferrite debug` write and read them (recording_test,
// ferrite_debug_test), and a client of a server must not reach any of its files. It gets and gives the bytes instead.

#include "engine/base/crc64.h"
#include "engine/script/lua_arena.h"
#include "tests/debugger/session_contract.h"
#include "tests/support/bytes_text.h"

using namespace debugger;
using test::contractSession;
using test::Place;

namespace {

constexpr std::size_t kChecksumBytes = 8;

// Its addresses, too, are the recorded ones, where an arena gives the same again.
Bytes manySided()
{
    const Bytes seen = engine::LuaArena::forgetsAtOnce() ? "tostring({})" : "tostring(n)";
    return "local n = redis.call('INCR', KEYS[1])\n"
           "local time = redis.call('TIME')[1]\n"
           "local chance = math.random()\n"
           "for _, name in ipairs({'a', 'b'}) do\n"
           "  redis.call('HSET', 'hash', name, n .. time .. chance)\n"
           "end\n"
           "local seen = "
        + seen
        + "\n"
          "return redis.call('HLEN', 'hash')";
}

Bytes withChecksum(Bytes bytes)
{
    bytes.resize(bytes.size() - kChecksumBytes);
    std::uint64_t sum = engine::crc64(bytes);
    for (std::size_t i = 0; i < kChecksumBytes; ++i, sum >>= 8)
        bytes.push_back(static_cast<char>(sum));
    return bytes;
}

/// The recording of a session that has come to the script's end, and is over.
Bytes recordingOf(test::SessionGround::Script script)
{
    const auto session = contractSession(std::move(script));
    session->start();
    session->end();
    return session->recording();
}

} // namespace

class SessionContractRecordingsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { test::addContractBackEnds(); }

    void whatIsOpenedElsewhereIsAtEveryMomentWhatWasRecorded();
    void editsAreInIt();
    void itOpensWhereItWasLeftAndGoesOn();
    void itCanBeAskedAndBrokenInto();
    void aFunctionIsRecordedWithItsLibrary();
    void damageIsRefusedAndNothingLost();
    void whatDoesNotFitIsToldWithItsMoment();
    void aTakenPlaceInMemoryIsToldAndNothingLost();
    void itsWritesAreToBeLookedAtAlone();
};

void SessionContractRecordingsTest::whatIsOpenedElsewhereIsAtEveryMomentWhatWasRecorded()
{
    auto session = contractSession(
        {.body = manySided(), .keys = {"k"}, .given = {{"SET", "k", "41"}, {"HSET", "hash", "c", "1"}}});
    session->start();
    const Place end = session->end();
    QCOMPARE(end.reply.integer, 3);
    std::vector<Place> moments;
    for (Moment moment = 1; moment <= end.furthest; ++moment)
        moments.push_back(session->seek(moment));
    const Bytes timeline = session->timeline();
    const Bytes writes = session->whoWrote("hash");
    session->end();
    const Bytes recording = session->recording();
    // Its place in memory is the recording's.
    session.reset();

    const auto elsewhere = contractSession({.body = "error('another script')"});
    elsewhere->start();
    const Place shown = elsewhere->open(recording);
    QVERIFY2(shown.ended, shown.refused.c_str());
    QCOMPARE(shown.reply.integer, end.reply.integer);
    QCOMPARE(shown.changes, end.changes);
    QCOMPARE(elsewhere->timeline(), timeline);
    QCOMPARE(elsewhere->whoWrote("hash"), writes);
    for (const Place& wanted : moments) {
        const Place place = elsewhere->seek(wanted.moment);
        QCOMPARE(place.line, wanted.line);
        QCOMPARE(place.locals, wanted.locals);
        QCOMPARE(place.arguments, wanted.arguments);
        QCOMPARE(place.changes, wanted.changes);
        QCOMPARE(place.calls, wanted.calls);
    }
    // And can be taken along again.
    elsewhere->end();
    QCOMPARE(elsewhere->recording().size(), recording.size());
}

void SessionContractRecordingsTest::editsAreInIt()
{
    auto session = contractSession({.body = "local n = 1\nlocal m = 2\nreturn n + m"});
    session->start();
    session->go(Move::Over);
    session->set("n", "40");
    session->end();
    const Bytes recording = session->recording();
    session.reset();
    const auto elsewhere = contractSession({.body = "return 1"});
    elsewhere->start();
    QCOMPARE(elsewhere->open(recording).reply.integer, 42);
    QCOMPARE(elsewhere->go(Move::Back).locals, Bytes("n = 40; m = 2; "));
}

void SessionContractRecordingsTest::itOpensWhereItWasLeftAndGoesOn()
{
    auto session = contractSession({.body = "redis.call('INCR', 'n')\nredis.call('INCR', 'n')\n"
                                            "return redis.call('GET', 'n')",
        .given = {{"SET", "n", "5"}}});
    session->start();
    session->go(Move::Over);
    const Bytes recording = session->recording();
    session.reset();
    const auto elsewhere = contractSession({.body = "return 1", .given = {{"SET", "n", "100"}}});
    elsewhere->start();
    const Place shown = elsewhere->open(recording);
    QCOMPARE(shown.where(), Bytes("line 2"));
    QCOMPARE(shown.moment, Moment(2));
    QCOMPARE(elsewhere->end().reply.text, Bytes("7"));
}

void SessionContractRecordingsTest::itCanBeAskedAndBrokenInto()
{
    const Bytes recording = recordingOf({.body = manySided(), .keys = {"k"}});
    const auto elsewhere = contractSession({.body = "local a = 1\nreturn a"});
    elsewhere->breakpoints({{.line = 5, .condition = "name == 'b'"}});
    elsewhere->start();
    elsewhere->watch({"n + 1"});
    elsewhere->open(recording);
    elsewhere->breakpoints({{.line = 5, .condition = "name == 'b'"}});
    const Place stop = elsewhere->go(Move::ReverseContinue);
    QCOMPARE(stop.line, 5);
    QCOMPARE(elsewhere->evaluate("name"), Bytes("\"b\""));
    QCOMPARE(elsewhere->evaluate("redis.call('HLEN', 'hash')"), Bytes("1"));
    QCOMPARE(elsewhere->whenChanged("n"), Bytes("1:  -> 1; "));
    QCOMPARE(elsewhere->watch({"n + 2"}), Bytes("n + 2: 3; "));
}

void SessionContractRecordingsTest::aFunctionIsRecordedWithItsLibrary()
{
    const Bytes recording = recordingOf({.body = "#!lua name=lib\nlocal step = 3\n"
                                                 "redis.register_function('f', function(keys, args)\n"
                                                 "  step = step + tonumber(args[1])\n  return step\nend)",
        .argv = {"4"},
        .function = "f"});
    const auto elsewhere = contractSession({.body = "return 1"});
    elsewhere->start();
    QCOMPARE(elsewhere->open(recording).reply.integer, 7);
    QCOMPARE(elsewhere->go(Move::ToStart).line, 4);
    QCOMPARE(elsewhere->variables(0), Bytes("keys = {}; args = {\"4\"}; step = 3; "));
}

void SessionContractRecordingsTest::damageIsRefusedAndNothingLost()
{
    const auto session = contractSession({.body = "local a = 1\nreturn a"});
    session->start();
    session->breakpoints({{.line = 2}});
    session->end();
    const Bytes recording = session->recording();
    QVERIFY(!recording.empty());
    for (const std::size_t at : {std::size_t(0), recording.size() / 2, recording.size() - 1}) {
        Bytes damaged = recording;
        damaged[at] = static_cast<char>(damaged[at] ^ 1);
        QCOMPARE(session->open(damaged).where(), Bytes("refused"));
    }
    QCOMPARE(session->open(recording.substr(0, recording.size() / 2)).where(), Bytes("refused"));
    QCOMPARE(session->open("return 1").where(), Bytes("refused"));
    QCOMPARE(session->seek(1).line, 1);
    QCOMPARE(session->go(Move::Continue).locals, Bytes("a = 1; "));
}

void SessionContractRecordingsTest::whatDoesNotFitIsToldWithItsMoment()
{
    Bytes recording = recordingOf({.body = "local a = 1\nlocal b = 2\nreturn redis.call('SET', 'k', a + b)"});
    const std::size_t at = recording.find("a + b");
    QVERIFY(at != Bytes::npos);
    recording.replace(at, 5, "a - b");
    const auto elsewhere = contractSession({.body = "return 1"});
    elsewhere->start();
    const Place shown = elsewhere->open(withChecksum(recording));
    QVERIFY2(shown.refused.find("diverged at moment 3") != Bytes::npos, shown.refused.c_str());
    // Before that all is as it was; and what is there can be run anew.
    QCOMPARE(elsewhere->seek(2).locals, Bytes("a = 1; "));
    elsewhere->ask(RestartRequest{});
    QCOMPARE(elsewhere->end().changes, Bytes("added k"));
}

void SessionContractRecordingsTest::aTakenPlaceInMemoryIsToldAndNothingLost()
{
    if (!engine::LuaArena::forgetsAtOnce())
        QSKIP("addresses do not repeat in this build");
    const auto first = contractSession({.body = "local a = 1\nreturn a"});
    first->start();
    const Bytes recording = first->recording();
    const auto second = contractSession({.body = "local b = {}\nlocal c = tostring(b)\nreturn c"});
    second->start();
    const Place there = second->go(Move::Over);
    const Place refused = second->open(recording);
    QVERIFY2(refused.refused.find("slot") != Bytes::npos, refused.refused.c_str());
    // The window has ended what it showed by then; the consoles put it back.
    if (test::backEnd() != test::BackEnd::Local) {
        QCOMPARE(second->seek(there.moment).locals, there.locals);
        QCOMPARE(second->go(Move::Over).line, 3);
    }
    QCOMPARE(first->go(Move::Over).locals, Bytes("a = 1; "));
}

void SessionContractRecordingsTest::itsWritesAreToBeLookedAtAlone()
{
    const Bytes recording = recordingOf({.body = "return redis.call('SET', 'k', 'recorded')"});
    const auto elsewhere = contractSession({.body = "return 1", .given = {{"SET", "k", "here"}}});
    elsewhere->start();
    QCOMPARE(elsewhere->open(recording).changes, Bytes("added k"));
    if (test::backEnd() != test::BackEnd::Local) { // the window offers nothing to be done with them
        QVERIFY(elsewhere->apply().starts_with("refused: "));
        QCOMPARE(elsewhere->sync().where(), Bytes("refused"));
    }
    elsewhere->leave();
    QCOMPARE(elsewhere->live({"GET", "k"}), Bytes("\"here\""));
}

QTEST_GUILESS_MAIN(SessionContractRecordingsTest)
#include "session_contract_recordings_test.moc"
