// Any command with any arguments, from several clients: each is answered or waits, and the engine goes on.
// FERRITE_HOSTILE_SEED and FERRITE_HOSTILE_COMMANDS choose another run.

#include "engine/server/engine_thread.h"
#include "tests/support/argument_values.h"
#include "tests/support/embedded_server.h"
#include "tests/support/environment.h"

#include <QTest>

#include <algorithm>
#include <map>

using namespace engine;
using tests::chance;
using tests::oneOf;

namespace {

// Words that mean something somewhere, at the wrong place most of the time.
Bytes hostileWord(Rng& rng)
{
    if (chance(rng, 35))
        return oneOf(rng, {"k0", "k1", "k2", "k3"});
    if (chance(rng, 20))
        return tests::elementText(rng);
    // Large enough to be told, small enough that a string may have that length.
    return oneOf(rng,
        {"", "0", "1", "-1", "2", "10", "1000", "-9223372036854775808", "1.5", "nan", "inf", "x", "*", "$", ">", "+",
            "-", "(1", "[a", "NX", "XX", "GT", "LT", "CH", "EX", "PX", "EXAT", "COUNT", "MATCH", "LIMIT", "STORE", "BY",
            "GET", "ASC", "ALPHA", "WITHSCORES", "STREAMS", "GROUP", "g", "c", "MAXLEN", "MINID", "~", "=", "MKSTREAM",
            "ENTRIESREAD", "BLOCK", "LEFT", "RIGHT", "MIN", "MAX", "u8", "i64", "#1", "OVERFLOW", "FAIL", "SET",
            "INCRBY", "AND", "NOT", "BIT", "REDIRECT", "ON", "OFF", "BCAST", "OPTIN", "PREFIX", "ID", "TYPE", "normal",
            "default", "0-0", "5-1", "5-*", "FULL", "IDLE", "JUSTID", "FORCE", "AGGREGATE", "WEIGHTS", "REV", "BYSCORE",
            "BYLEX", "return redis.pcall(KEYS[1], ARGV[1], ARGV[2])", "return {1, 'x', false}"});
}

// What ends the program, holds everybody back, or is there to break things.
bool leftOut(const Command& command)
{
    const BytesView first = command.parent ? command.parent->spec->name : command.spec->name;
    return first == "shutdown" || first == "debug" || command.fullName == "client|pause"
        || command.fullName == "config|set";
}

} // namespace

class HostileCommandsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyCommandTakesAnyArguments();
};

void HostileCommandsTest::everyCommandTakesAnyArguments()
{
    const std::uint64_t seed = tests::fromEnvironment("FERRITE_HOSTILE_SEED", 1);
    const std::uint64_t commands = tests::fromEnvironment("FERRITE_HOSTILE_COMMANDS", 100'000);
    Rng rng(seed);
    tests::EmbeddedServer server;
    const CommandTable& table = server.engine().commands();
    std::size_t answered = 0;
    std::size_t waited = 0;
    std::map<Bytes, std::size_t> succeeded;
    for (std::uint64_t i = 0; i < commands; ++i) {
        const Bytes client = oneOf(rng, {"a", "b", "c", "d"});
        const bool waits = server.client(client).wait.has_value();
        waited += waits ? 1 : 0;
        // Nor does it stay in a transaction, or subscribed, for ever.
        if (waits || chance(rng, 2))
            server.leave(client);
        const Command& command = table.at(static_cast<std::uint32_t>(rng.below(table.indexCount())));
        if (leftOut(command))
            continue;
        std::vector<Bytes> words;
        if (command.parent)
            words.push_back(command.parent->fullName);
        words.emplace_back(command.spec->name);
        const int fewest =
            (command.spec->arity < 0 ? -command.spec->arity : command.spec->arity) - static_cast<int>(words.size());
        const std::uint64_t count = static_cast<std::uint64_t>(std::max(fewest, 0)) + rng.below(5);
        for (std::uint64_t word = chance(rng, 10) ? 1 : 0; word < count; ++word)
            words.push_back(hostileWord(rng));
        const Reply reply = server.reply(words, client);
        ++answered;
        if (reply.kind != ReplyKind::Error)
            ++succeeded[command.fullName];
        if (i % 1'000 == 0) {
            server.clock().advance(std::chrono::seconds(1));
            server.tick();
        }
        if (i % 20'000 == 0)
            server.run("FLUSHALL", "sweeper");
    }
    QCOMPARE(server.run("PING", "sweeper"), Bytes("PONG"));
    // It was not noise alone.
    QVERIFY(answered > commands / 2);
    QVERIFY(waited > 0);
    QVERIFY(succeeded.size() > table.indexCount() / 2);
    qInfo("%zu commands answered, of %zu kinds at least one well; %zu clients waited", answered, succeeded.size(),
        waited);
}

QTEST_GUILESS_MAIN(HostileCommandsTest)
#include "hostile_commands_test.moc"
