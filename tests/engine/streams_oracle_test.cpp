// labels: oracle slow
// Random commands of the stream family for this engine and for the real server: every answer, idle times left out, and
// the digest of all data must be the same. FERRITE_STREAM_SEED and FERRITE_STREAM_COMMANDS choose another run.

#include "engine/resp/reply_text.h"
#include "tests/support/argument_values.h"
#include "tests/support/environment.h"
#include "tests/support/redis_server.h"
#include "tests/support/side.h"

#include <QTest>

#include <map>

using namespace engine;
using tests::chance;
using tests::oneOf;
using tests::Words;

namespace {

constexpr std::uint64_t kBetweenFlushes = 500;

/// Commands whose ids move on together, so that they meet each other's entries.
class StreamCommands {
public:
    explicit StreamCommands(std::uint64_t seed) : m_rng(seed) { }

    void startOver() { m_top = 1; }
    Words next();

private:
    Bytes word(std::initializer_list<const char*> words) { return *(words.begin() + m_rng.below(words.size())); }
    Bytes key() { return chance(m_rng, 10) ? word({"c2", "text"}) : word({"a", "b", "c"}); }
    Bytes group() { return word({"g1", "g1", "g2", "nobody"}); }
    Bytes consumer() { return word({"alice", "bob", "carol"}); }
    Bytes id();
    Bytes newId();
    Bytes bound() { return chance(m_rng, 30) ? word({"-", "+"}) : (chance(m_rng, 20) ? "(" : "") + id(); }
    void maybe(Words& words, unsigned percent, const Words& more)
    {
        if (chance(m_rng, percent))
            words.insert(words.end(), more.begin(), more.end());
    }
    void addTrim(Words& words);
    Words adding();
    Words reading();
    Words groupReading();
    Words grouping();
    Words claiming();
    Words looking();

    Rng m_rng;
    std::uint64_t m_top = 1;
};

Bytes StreamCommands::id()
{
    if (chance(m_rng, 4))
        return word({"bad", "-", "+", "1-1-1", "(5", "18446744073709551615-18446744073709551615", "1-", " 1", "+1",
            "01-02", "-1", "$", ">", "1-*", "0", "0-0", "18446744073709551616", ""});
    const std::uint64_t lowest = m_top > 12 ? m_top - 12 : 0;
    const Bytes milliseconds = std::to_string(lowest + m_rng.below(14));
    return chance(m_rng, 50) ? milliseconds : milliseconds + "-" + std::to_string(m_rng.below(4));
}

Bytes StreamCommands::newId()
{
    if (chance(m_rng, 5))
        return id();
    m_top += m_rng.below(3);
    const Bytes milliseconds = std::to_string(m_top);
    return milliseconds + oneOf(m_rng, {"-0", "-1", "-2", "-*", ""});
}

void StreamCommands::addTrim(Words& words)
{
    const bool byLength = chance(m_rng, 50);
    words.emplace_back(byLength ? "MAXLEN" : "minid");
    maybe(words, 60, {word({"~", "~", "="})});
    words.push_back(byLength ? word({"0", "1", "5", "20", "40", "-1", "x"}) : id());
    maybe(words, 15, {"LIMIT", word({"0", "1", "10", "20", "-1"})});
    maybe(words, 3, {"MAXLEN", "3"});
}

Words StreamCommands::adding()
{
    if (chance(m_rng, 25)) {
        Words words{"XDEL", key(), id()};
        maybe(words, 50, {id(), id()});
        return words;
    }
    if (chance(m_rng, 10)) {
        Words words{"XTRIM", key()};
        addTrim(words);
        return words;
    }
    if (chance(m_rng, 6)) {
        Words words{"XSETID", key(), chance(m_rng, 50) ? id() : std::to_string(m_top + 1) + "-5"};
        maybe(words, 30, {"ENTRIESADDED", word({"-1", "3", "200", "5000"})});
        maybe(words, 30, {"MAXDELETEDID", id()});
        return words;
    }
    Words words{"XADD", key()};
    maybe(words, 10, {"NOMKSTREAM"});
    if (chance(m_rng, 10))
        addTrim(words);
    words.push_back(newId());
    words.insert(words.end(), {word({"x", "x", "y"}), word({"1", "hello", "-5", "70000", ""})});
    maybe(words, 30, {"y", Bytes(oneOf(m_rng, {1U, 70U, 200U}), 'v')});
    maybe(words, 2, {"odd"});
    return words;
}

Words StreamCommands::reading()
{
    switch (m_rng.below(4)) {
    case 0:
        return {"XLEN", key()};
    case 1: {
        Words words{"XREAD"};
        maybe(words, 70, {"COUNT", word({"0", "1", "4"})});
        maybe(words, 5, {"NOACK"});
        maybe(words, 5, {"GROUP", "g1", "x"});
        const bool two = chance(m_rng, 40);
        words.insert(words.end(), {"STREAMS", key()});
        maybe(words, two ? 100 : 0, {key()});
        words.push_back(id());
        maybe(words, two ? 95 : 5, {chance(m_rng, 50) ? id() : "$"});
        return words;
    }
    default: {
        Words words{word({"XRANGE", "XREVRANGE"}), key(), bound(), bound()};
        maybe(words, 60, {"COUNT", word({"0", "1", "3", "-1"})});
        return words;
    }
    }
}

Words StreamCommands::groupReading()
{
    Words words{"XREADGROUP", "GROUP", chance(m_rng, 90) ? "g1" : group(), consumer()};
    maybe(words, 80, {"COUNT", word({"0", "1", "2", "5"})});
    maybe(words, 10, {"NOACK"});
    words.insert(words.end(), {"STREAMS", word({"a", "b", "c"}), word({"a", "b", "c"})});
    for (int i = 0; i < 2; ++i)
        words.push_back(chance(m_rng, 70) ? word({">", ">", "0"}) : id());
    return words;
}

Words StreamCommands::grouping()
{
    switch (m_rng.below(7)) {
    case 0:
    case 1: {
        Words words{"XGROUP", "CREATE", key(), group(), chance(m_rng, 60) ? word({"0", "$"}) : id()};
        maybe(words, 30, {"MKSTREAM"});
        maybe(words, 30, {"ENTRIESREAD", word({"-1", "0", "3", "-2"})});
        maybe(words, 3, {"foo"});
        return words;
    }
    case 2: {
        Words words{"XGROUP", "SETID", key(), group(), chance(m_rng, 60) ? word({"0", "$"}) : id()};
        maybe(words, 30, {"ENTRIESREAD", word({"-1", "0", "3", "-2"})});
        return words;
    }
    case 3:
        return {"XGROUP", "DESTROY", key(), chance(m_rng, 70) ? "g2" : group()};
    case 4:
        return {"XGROUP", "CREATECONSUMER", key(), group(), consumer()};
    case 5:
        return {"XGROUP", chance(m_rng, 30) ? "DELCONSUMER" : "CREATECONSUMER", key(), group(), consumer()};
    default: {
        Words words{"XACK", key(), group(), id()};
        maybe(words, 50, {id(), id(), id()});
        return words;
    }
    }
}

Words StreamCommands::claiming()
{
    if (chance(m_rng, 50)) {
        Words words{"XAUTOCLAIM", key(), group(), consumer(), word({"0", "0", "-1", "999999999", "x"}),
            chance(m_rng, 50) ? "0" : bound()};
        maybe(words, 60, {"COUNT", word({"1", "2", "0", "x"})});
        maybe(words, 30, {"JUSTID"});
        return words;
    }
    Words words{"XCLAIM", key(), group(), consumer(), word({"0", "0", "-1", "999999999", "x"}), id()};
    maybe(words, 50, {id(), id()});
    maybe(words, 30, {"FORCE"});
    maybe(words, 30, {"JUSTID"});
    maybe(words, 30, {"RETRYCOUNT", word({"0", "5", "-1", "x"})});
    maybe(words, 30, {"LASTID", id()});
    maybe(words, 30, {"IDLE", word({"0", "100000"})});
    maybe(words, 30, {"TIME", word({"1", "1000000"})});
    maybe(words, 2, {"FOO"});
    return words;
}

Words StreamCommands::looking()
{
    switch (m_rng.below(8)) {
    case 0:
        return {"XPENDING", key(), group()};
    case 1:
    case 2: {
        Words words{"XPENDING", key(), group()};
        maybe(words, 20, {"IDLE", word({"0", "999999999", "x"})});
        words.insert(words.end(), {bound(), bound(), word({"1", "10", "0", "-1", "x"})});
        maybe(words, 50, {consumer()});
        return words;
    }
    case 3:
        return {"XINFO", "STREAM", key()};
    case 4:
        return {"XINFO", "GROUPS", key()};
    case 5:
        return {"XINFO", "CONSUMERS", key(), group()};
    case 6:
        return {"COPY", "a", "c2", "REPLACE"};
    default:
        return chance(m_rng, 50) ? Words{"OBJECT", "ENCODING", key()} : Words{"SET", "text", "1"};
    }
}

Words StreamCommands::next()
{
    switch (m_rng.below(10)) {
    case 0:
        return reading();
    case 1:
    case 2:
        return groupReading();
    case 3:
    case 4:
        return grouping();
    case 5:
        return claiming();
    case 6:
        return looking();
    default:
        return adding();
    }
}

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
    const auto seed =
        tests::fromEnvironment("FERRITE_STREAM_SEED", static_cast<std::uint64_t>(SystemClock().now().value));
    const auto commands = tests::fromEnvironment("FERRITE_STREAM_COMMANDS", 12'000);
    qInfo("seed %llu", static_cast<unsigned long long>(seed));

    StreamCommands generator(seed);
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
