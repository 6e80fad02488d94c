// labels: oracle slow
// Random commands of the stream family for this engine and for the real server: every answer, idle times left out, and
// the digest of all data must be the same. FERRITE_STREAM_SEED and FERRITE_STREAM_COMMANDS choose another run.

#include "engine/resp/reply_text.h"
#include "tests/support/environment.h"
#include "tests/support/redis_server.h"
#include "tests/support/side.h"
#include "tests/support/stream_commands.h"

#include <QTest>

#include <map>

using namespace engine;
using tests::Words;

namespace {

constexpr std::uint64_t kBetweenFlushes = 500;

// Takes out of an answer how long ago something was.
void forgetIdle(const Words& argv, Reply& reply)
{
    if (argv[0] == "XPENDING" && argv.size() > 3) {
        for (Reply& entry : reply.elements) {
            if (entry.elements.size() == 4)
                entry.elements[2] = Reply();
        }
    }
    if (argv[0] != "XINFO" || argv[1] != "CONSUMERS")
        return;
    for (Reply& described : reply.elements) {
        for (std::size_t i = 0; i + 1 < described.elements.size(); i += 2) {
            if (described.elements[i].text == "idle")
                described.elements[i + 1] = Reply();
        }
    }
}

} // namespace

class StreamsOracleTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void randomCommandsGetTheSameAnswers();
};

void StreamsOracleTest::randomCommandsGetTheSameAnswers()
{
    if (tests::RedisServer::version() != "7.0.15")
        QSKIP("redis-server 7.0.15 is not installed");
    tests::RedisServer server(QStringList{"--enable-debug-command", "yes"});
    QVERIFY(server.port() != 0);
    tests::EmbeddedSide ours(7);
    tests::SocketSide theirs(server.port());
    const auto seed = tests::fromEnvironment("FERRITE_STREAM_SEED", 20261127);
    const auto commands = tests::fromEnvironment("FERRITE_STREAM_COMMANDS", 12'000);
    qInfo("seed %llu", static_cast<unsigned long long>(seed));

    tests::StreamCommands generator(seed);
    const auto both = [&](const Words& argv) {
        Reply mine = ours.ask(argv);
        Reply other = theirs.ask(argv);
        forgetIdle(argv, mine);
        forgetIdle(argv, other);
        return std::pair(formatReplyForPeople(mine), formatReplyForPeople(other));
    };
    for (tests::Side* side : {static_cast<tests::Side*>(&ours), static_cast<tests::Side*>(&theirs)}) {
        side->ask({"CONFIG", "SET", "stream-node-max-entries", "7"});
        side->ask({"CONFIG", "SET", "stream-node-max-bytes", "400"});
    }
    std::map<Bytes, std::size_t> succeeded;
    Bytes story;
    for (std::uint64_t i = 0; i < commands; ++i) {
        if (i % kBetweenFlushes == 0) {
            both({"FLUSHALL"});
            both({"HELLO", i / kBetweenFlushes % 2 == 0 ? "2" : "3"});
            generator.startOver();
            story.clear();
        }
        const Words argv = generator.next();
        for (const Bytes& word : argv)
            story += engine::quoted(word) + " ";
        story += "\n";
        const auto [mine, other] = both(argv);
        if (mine != other)
            qWarning("%s ours:   %s\n theirs: %s", story.c_str(), mine.c_str(), other.c_str());
        QCOMPARE(mine == other, true);
        if (!mine.starts_with("(error)"))
            ++succeeded[argv[0]];
        if (i % 20 == 0) {
            const auto [digest, theirDigest] = both({"DEBUG", "DIGEST"});
            if (digest != theirDigest)
                qWarning("%s the data differ", story.c_str());
            QCOMPARE(digest, theirDigest);
        }
    }
    for (const char* command : {"XADD", "XDEL", "XTRIM", "XSETID", "XLEN", "XREAD", "XRANGE", "XREVRANGE", "XREADGROUP",
             "XGROUP", "XACK", "XCLAIM", "XAUTOCLAIM", "XPENDING", "XINFO"})
        QVERIFY2(succeeded[command] * 600 >= commands, command);
}

QTEST_GUILESS_MAIN(StreamsOracleTest)
#include "streams_oracle_test.moc"
