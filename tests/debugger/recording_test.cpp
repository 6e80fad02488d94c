// Recordings in files: what is opened is at every moment what was recorded; what does not fit is refused with the
// reason.

#include "debugger/console/session_port.h"
#include "debugger/recording/recording.h"
#include "engine/base/crc64.h"
#include "engine/script/lua_arena.h"
#include "tests/debugger/session_rig.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include <cstring>

using namespace debugger;

namespace {

using Command = std::vector<Bytes>;

// Every type of value, read and written; what effects do not repeat exactly; what hangs on addresses and chance.
constexpr const char* kManySided = R"(local t = redis.call('TIME')
local seen = {}
for _, name in ipairs({'alpha', 'beta', 'gamma'}) do
  seen[{}] = name
  redis.call('HSET', 'hash', name, tostring(seen))
end
for key, name in pairs(seen) do
  redis.call('RPUSH', 'list', name, tostring(key))
end
redis.call('INCRBYFLOAT', 'float', math.random())
redis.call('APPEND', 'text', t[1])
redis.call('SETBIT', 'bits', 77, 1)
redis.call('PFADD', 'visitors', 'a', 'b', 'c')
redis.call('SADD', 'numbers', 1, 2, 3, 4, 5)
redis.call('SPOP', 'numbers', 2)
redis.call('ZADD', 'scores', 1.5, 'one', '-inf', 'low', 'inf', 'high')
redis.call('GEOADD', 'places', 13.361389, 38.115556, 'Palermo')
redis.call('EXPIRE', 'hash', 100)
local id = redis.call('XADD', 'stream', '*', 'field', 'value')
redis.call('XGROUP', 'CREATE', 'stream', 'readers', '0')
redis.call('XREADGROUP', 'GROUP', 'readers', 'bob', 'COUNT', '1', 'STREAMS', 'stream', '>')
redis.call('SORT', 'order', 'BY', 'weight_*', 'STORE', 'sorted')
redis.call('SELECT', 3)
redis.call('SET', 'elsewhere', redis.call('DBSIZE'))
redis.call('SELECT', 0)
redis.call('RENAME', 'list', 'renamed')
redis.call('DEL', 'text')
pcall(redis.call, 'LPUSH', 'bits', 'x')
redis.log(redis.LOG_WARNING, 'counted ' .. #redis.call('KEYS', '*'))
local co = coroutine.wrap(function(a) local b = coroutine.yield(a + 1) return b end)
return {co(1), id, redis.call('OBJECT', 'ENCODING', 'hash'), tostring({}), redis.call('RANDOMKEY')})";

const std::vector<Command> kGiven = {{"RPUSH", "order", "1", "2", "3"}, {"SET", "weight_1", "9"},
    {"SET", "weight_2", "5"}, {"SET", "weight_3", "7"}, {"SET", "untouched", "nobody asked"}, {"SET", "gone", "y"},
    {"XADD", "stream", "5-1", "a", "b"}, {"XADD", "stream", "6-1", "c", "d"}, {"XDEL", "stream", "6-1"},
    {"XGROUP", "CREATE", "stream", "older", "0"}, {"XREADGROUP", "GROUP", "older", "eve", "STREAMS", "stream", ">"},
    {"HSET", "hash", "before", "1"}, {"ZADD", "scores", "2", "two"}, {"SET", "float", "1.5"}};

class RecordingTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyMomentIsAsItWas();
    void aRecordingOpensWhereItWasLeft();
    void whatAPersonChangedIsInIt();
    void aRunThatIsNotOverGoesOn();
    void aFunctionIsRecordedToo();
    void aRunThatEmptiesTheDatasetTakesItAlong();
    void aTakenPlaceInMemoryIsTold();
    void whatIsNoRecordingIsRefused_data();
    void whatIsNoRecordingIsRefused();
    void damageIsFound();
    void bytesThatNobodyWroteHarmNobody();
    void aScriptThatIsAnotherIsFound();
    void aFileThatCannotBeWrittenIsTold();

private:
    LocalSessionOptions options(Bytes body, const std::vector<Command>& given = {}, Bytes function = {})
    {
        engine::EngineTurn turn = m_engine.beginTurn();
        engine::ClientState client;
        engine::ReplyTreeSink flushed(engine::Protocol::Resp2);
        m_engine.execute(turn, client, std::vector<BytesView>{"FLUSHALL"}, flushed);
        for (const Command& command : given) {
            engine::ReplyTreeSink reply(engine::Protocol::Resp2);
            m_engine.execute(turn, client, std::vector<BytesView>(command.begin(), command.end()), reply);
        }
        return {.input = {.dataset = m_engine.snapshot(turn),
                    .body = std::move(body),
                    .function = std::move(function),
                    .keys = {"k1"},
                    .argv = {"a1"},
                    .clock = &m_clock,
                    .now = turn.now(),
                    .rngSeed = 42,
                    .config = &m_engine.config(),
                    .commands = &m_engine.commands(),
                    .server = &m_server}};
    }
    LocalSessionOptions opened(BytesView recording)
    {
        auto made = withRecording(options("error('another script')"), recording);
        if (!made)
            throw std::runtime_error(made.error());
        return std::move(*made);
    }
    static SessionEventBody ask(SessionPort& port, Request request)
    {
        return port
            .ask({.request = std::move(request),
                .isAnswer =
                    [](const SessionEventBody& event) {
                        return !std::holds_alternative<Running>(event) && !std::holds_alternative<Output>(event)
                            && !std::holds_alternative<Progress>(event);
                    }})
            .event;
    }
    template <class Wanted>
    static Wanted expect(SessionPort& port, Request request)
    {
        SessionEventBody event = ask(port, std::move(request));
        if (const auto* failed = std::get_if<Failed>(&event))
            throw std::runtime_error("refused: " + failed->text);
        if (const auto* diverged = std::get_if<Diverged>(&event))
            throw std::runtime_error("diverged: " + diverged->text);
        return std::get<Wanted>(event);
    }
    Bytes saved(SessionPort& port)
    {
        const QString path = m_folder.filePath("run.ferrite");
        const auto told = expect<RecordingSaved>(port, SaveRecordingRequest{path.toStdString()});
        QFile file(path);
        if (!file.open(QIODevice::ReadOnly) || file.size() != static_cast<qint64>(told.bytes))
            throw std::runtime_error("what was saved is not there");
        m_keysSaved = told.keys;
        return file.readAll().toStdString();
    }
    /// All moments, from the last to the first, and the end.
    static std::vector<Bytes> story(SessionPort& port)
    {
        std::vector<Bytes> moments;
        const auto end = expect<Ended>(port, MoveRequest{Move::ToEnd});
        moments.push_back(test::changesText(end.changes) + " " + end.reply.text + " " + end.log.front().text);
        for (Moment moment = end.furthest; moment >= 1; --moment) {
            const auto stop = expect<Stopped>(port, SeekRequest{moment});
            moments.push_back(test::describe(stop));
        }
        for (const RecordedCall& call : expect<TimelineShown>(port, TimelineRequest{}).calls)
            moments.push_back(call.argv.front() + (call.wrote ? " wrote" : "") + " line " + std::to_string(call.line));
        return moments;
    }
    static Bytes withChecksum(Bytes bytes)
    {
        bytes.resize(bytes.size() - 8);
        std::uint64_t sum = engine::crc64(bytes);
        for (int i = 0; i < 8; ++i, sum >>= 8)
            bytes.push_back(static_cast<char>(sum));
        return bytes;
    }

    engine::ManualClock m_clock;
    engine::Engine m_engine{m_clock, 7};
    engine::FrozenServerView m_server{m_engine};
    QTemporaryDir m_folder;
    std::size_t m_keysSaved = 0;
};

} // namespace

void RecordingTest::everyMomentIsAsItWas()
{
    if (!engine::LuaArena::forgetsAtOnce())
        QSKIP("addresses do not repeat in this build");
    std::vector<Bytes> lived;
    Bytes file;
    {
        SessionPort port(options(kManySided, kGiven));
        expect<Stopped>(port, StartRequest{});
        expect<Ended>(port, MoveRequest{Move::ToEnd});
        lived = story(port);
        file = saved(port);
    }
    QVERIFY(lived.size() > 60);
    // What it did not touch is not in it, nor what SORT looked at: how that came out is kept.
    QCOMPARE(m_keysSaved, 14U);
    QVERIFY(file.find("nobody asked") == Bytes::npos);

    m_clock.set(engine::UnixMs{2'000'000'000'000});
    SessionPort port(opened(file));
    const auto stop = expect<Stopped>(port, StartRequest{});
    QCOMPARE(stop.moment, 1U);
    const std::vector<Bytes> relived = story(port);
    QCOMPARE(relived.size(), lived.size());
    for (std::size_t i = 0; i < lived.size(); ++i)
        QVERIFY2(relived[i] == lived[i], (relived[i] + "\n=== instead of\n" + lived[i]).c_str());
    const auto history = expect<KeyHistory>(port, KeyHistoryRequest{.database = 0, .key = "hash"});
    QCOMPARE(history.writes.size(), 4U);
    // What is opened can be saved again.
    QCOMPARE(saved(port).size(), file.size());
}

void RecordingTest::aRecordingOpensWhereItWasLeft()
{
    const char* const kBody = "local n = 0\nfor i = 1, 5 do\n  n = n + i\nend\nredis.call('SET', KEYS[1], n)\nreturn n";
    Bytes inside;
    Bytes atEnd;
    Bytes lived;
    {
        SessionPort port(options(kBody));
        expect<Stopped>(port, StartRequest{});
        expect<Ended>(port, MoveRequest{Move::ToEnd});
        atEnd = saved(port);
        lived = test::describe(expect<Stopped>(port, SeekRequest{6}));
        inside = saved(port);
    }
    {
        SessionPort port(opened(inside));
        const auto stop = expect<Stopped>(port, StartRequest{});
        QCOMPARE(stop.moment, 6U);
        QCOMPARE(test::describe(stop), lived);
        QVERIFY(stop.furthest > 10);
    }
    SessionPort port(opened(atEnd));
    const auto end = expect<Ended>(port, StartRequest{});
    QCOMPARE(end.reply.integer, 15);
    QCOMPARE(test::changesText(end.changes), Bytes("added k1"));
    QCOMPARE(expect<Stopped>(port, MoveRequest{Move::Back}).line, 6);
}

void RecordingTest::whatAPersonChangedIsInIt()
{
    Bytes file;
    {
        SessionPort port(options("local n = 1\nlocal m = 2\nreturn n + m"));
        expect<Stopped>(port, StartRequest{});
        expect<Stopped>(port, MoveRequest{Move::Into});
        expect<VariableSet>(port, SetVariableRequest{.name = "n", .expression = "40"});
        QCOMPARE(expect<Ended>(port, MoveRequest{Move::ToEnd}).reply.integer, 42);
        file = saved(port);
    }
    SessionPort port(opened(file));
    QCOMPARE(expect<Ended>(port, StartRequest{}).reply.integer, 42);
    QCOMPARE(test::valueOf(expect<Stopped>(port, MoveRequest{Move::Back}).locals, "n"), Bytes("40"));
}

void RecordingTest::aRunThatIsNotOverGoesOn()
{
    Bytes file;
    {
        SessionPort port(options(
            "redis.call('INCR', 'n')\nredis.call('INCR', 'n')\nreturn redis.call('GET', 'n')", {{"SET", "n", "5"}}));
        expect<Stopped>(port, StartRequest{});
        expect<Stopped>(port, MoveRequest{Move::Into});
        file = saved(port);
    }
    SessionPort port(opened(file));
    QCOMPARE(expect<Stopped>(port, StartRequest{}).moment, 2U);
    QCOMPARE(expect<Ended>(port, MoveRequest{Move::ToEnd}).reply.text, Bytes("7"));
}

void RecordingTest::aFunctionIsRecordedToo()
{
    Bytes file;
    {
        SessionPort port(options("#!lua name=lib\nlocal calls = 0\nredis.register_function('f', function(keys, args)\n"
                                 "  calls = calls + 1\n  return {keys[1], args[1], calls}\nend)",
            {}, "f"));
        expect<Stopped>(port, StartRequest{});
        file = saved(port);
    }
    SessionPort port(opened(file));
    QCOMPARE(expect<Stopped>(port, StartRequest{}).line, 4);
    QCOMPARE(expect<Ended>(port, MoveRequest{Move::ToEnd}).reply.elements.size(), 3U);
}

void RecordingTest::aRunThatEmptiesTheDatasetTakesItAlong()
{
    Bytes file;
    {
        SessionPort port(options("redis.call('FLUSHALL')\nreturn redis.call('DBSIZE')", kGiven));
        expect<Stopped>(port, StartRequest{});
        expect<Ended>(port, MoveRequest{Move::ToEnd});
        file = saved(port);
    }
    SessionPort port(opened(file));
    QCOMPARE(expect<Ended>(port, StartRequest{}).changes.keys.size(), 10U);
    QCOMPARE(expect<Stopped>(port, MoveRequest{Move::ToStart}).dataset.database(0).size(), 10U);
}

void RecordingTest::aTakenPlaceInMemoryIsTold()
{
    SessionPort port(options("return 1"));
    expect<Stopped>(port, StartRequest{});
    const Bytes file = saved(port);
    try {
        const SessionPort second(opened(file));
        if (engine::LuaArena::forgetsAtOnce())
            QFAIL("two states lie in one place");
    } catch (const std::runtime_error& error) {
        QVERIFY2(std::strstr(error.what(), "slot"), error.what());
    }
}

void RecordingTest::whatIsNoRecordingIsRefused_data()
{
    QTest::addColumn<Bytes>("bytes");
    QTest::addColumn<Bytes>("reason");
    QTest::newRow("empty") << Bytes() << Bytes("this is no recording of Ferrite Workbench");
    QTest::newRow("a script") << Bytes("return redis.call('PING')")
                              << Bytes("this is no recording of Ferrite Workbench");
    QTest::newRow("the beginning") << Bytes("Ferrite recording\n") << Bytes("the recording is cut off");
    QTest::newRow("no checksum") << Bytes("Ferrite recording\n0123456789")
                                 << Bytes("the recording is damaged or cut off: its checksum is another");
    QTest::newRow("another format") << withChecksum("Ferrite recording\n\x07"
                                                    "12345678")
                                    << Bytes("the recording is of format 7, and this program reads format 2");
    QTest::newRow("another version")
        << withChecksum(Bytes("Ferrite recording\n\x02\x05"
                              "9.9.9"
                              "12345678"))
        << Bytes("the recording was made by version 9.9.9 of the engine, and this is " FERRITE_VERSION
                 ": a replay is true on the same engine alone");
}

void RecordingTest::whatIsNoRecordingIsRefused()
{
    QFETCH(Bytes, bytes);
    QFETCH(Bytes, reason);
    const auto made = withRecording(options("return 1"), bytes);
    QVERIFY(!made);
    QCOMPARE(made.error(), reason);
}

void RecordingTest::damageIsFound()
{
    Bytes file;
    {
        SessionPort port(options(kManySided, kGiven));
        expect<Stopped>(port, StartRequest{});
        expect<Ended>(port, MoveRequest{Move::ToEnd});
        file = saved(port);
    }
    for (std::size_t size = 0; size < file.size(); size += 1 + size / 50)
        QVERIFY(!withRecording(options("return 1"), BytesView(file).substr(0, size)));
    for (std::size_t at = 0; at < file.size(); at += 7) {
        Bytes flipped = file;
        flipped[at] = static_cast<char>(flipped[at] ^ 1);
        QVERIFY(!withRecording(options("return 1"), flipped));
    }
}

// With a right checksum: such a file may open, and then is played or told to be another; it never does harm.
void RecordingTest::bytesThatNobodyWroteHarmNobody()
{
    Bytes file;
    {
        SessionPort port(options(kManySided, kGiven));
        expect<Stopped>(port, StartRequest{});
        expect<Ended>(port, MoveRequest{Move::ToEnd});
        file = saved(port);
    }
    engine::Rng chance(11);
    int refused = 0;
    int told = 0;
    for (int round = 0; round < 600; ++round) {
        Bytes other = file;
        for (std::uint64_t changes = 1 + chance.below(3); changes > 0; --changes) {
            const std::size_t at = 18 + chance.below(other.size() - 26);
            if (chance.below(4) == 0)
                other.erase(at, 1 + chance.below(5));
            else
                other[at] = static_cast<char>(chance.below(256));
        }
        const auto made = withRecording(options("return 1"), withChecksum(other));
        if (!made) {
            ++refused;
            continue;
        }
        try {
            LocalSessionOptions of = *made;
            of.limits.going = std::chrono::milliseconds(500);
            SessionPort port(std::move(of));
            told += std::holds_alternative<Diverged>(ask(port, StartRequest{})) ? 1 : 0;
        } catch (const std::runtime_error& error) {
            // A place in memory that there is not.
            QVERIFY2(std::strstr(error.what(), "slot") || std::strstr(error.what(), "memory"), error.what());
        }
    }
    QVERIFY2(refused > 50 && told > 50, qPrintable(QString("%1 refused, %2 told").arg(refused).arg(told)));
}

void RecordingTest::aScriptThatIsAnotherIsFound()
{
    Bytes file;
    {
        SessionPort port(options("local a = 1\nlocal b = 2\nreturn redis.call('SET', 'k', a + b)"));
        expect<Stopped>(port, StartRequest{});
        expect<Ended>(port, MoveRequest{Move::ToEnd});
        file = saved(port);
    }
    const std::size_t at = file.find("a + b");
    QVERIFY(at != Bytes::npos);
    file.replace(at, 5, "a - b");
    SessionPort port(opened(withChecksum(file)));
    const SessionEventBody event = ask(port, StartRequest{});
    const auto* diverged = std::get_if<Diverged>(&event);
    QVERIFY(diverged);
    QCOMPARE(diverged->moment, 3U);
}

void RecordingTest::aFileThatCannotBeWrittenIsTold()
{
    SessionPort port(options("return 1"));
    const auto early = std::get<Failed>(ask(port, SaveRecordingRequest{"/nonexistent/x"}));
    QCOMPARE(early.text, Bytes("the script has not begun; start it first"));
    expect<Stopped>(port, StartRequest{});
    const auto failed = std::get<Failed>(ask(port, SaveRecordingRequest{"/nonexistent/x"}));
    QVERIFY2(
        failed.text.starts_with("could not write the recording to /nonexistent/x: No such file"), failed.text.c_str());
}

QTEST_GUILESS_MAIN(RecordingTest)
#include "recording_test.moc"
