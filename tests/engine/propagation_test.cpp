// labels: oracle slow
// What a write tells others: keyspace events, the commands that repeat it, and WATCH. Random commands run here and in
// the real server, whose notifications and append-only file are read after each. FERRITE_DIFFERENTIAL_SEED chooses
// another run.

#include "engine/resp/request_parser.h"
#include "engine/command/command_keys.h"
#include "tests/support/accepted_deviations.h"
#include "tests/support/argument_values.h"
#include "tests/support/command_generator.h"
#include "tests/support/embedded_server.h"
#include "tests/support/environment.h"
#include "tests/support/redis_server.h"
#include "tests/support/reply_comparison.h"
#include "tests/support/side.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace engine;
using tests::Words;

namespace {

constexpr Group kGroups[] = {Group::Generic, Group::String, Group::List, Group::Hash, Group::Set, Group::SortedSet,
    Group::Bitmap, Group::Geo, Group::HyperLogLog};

/// What one command told.
struct Told {
    Words events; // "0 set key"
    std::vector<Words> effects;
};

class Recorder final : public ChangeSink {
public:
    bool wantsBefore() const override { return false; }
    void beforeWrite(int, BytesView, const Entry*) override { }
    void keyModified(int, BytesView) override { }
    void databaseFlushed(int) override { }
    void databasesSwapped(int, int) override { }
    void event(EventClass kind, BytesView name, int database, BytesView key) override
    {
        // Not among the classes of "A".
        if (kind != EventClass::New && kind != EventClass::KeyMiss)
            told.events.push_back(std::to_string(database) + " " + Bytes(name) + " " + Bytes(key));
    }
    void effect(int, std::span<const BytesView> argv) override { told.effects.emplace_back(argv.begin(), argv.end()); }

    Told told;
};

/// The real server with all that tells of its writes.
class TellingServer {
public:
    TellingServer();
    bool works() const { return m_server.port() != 0 && m_aof.isOpen(); }
    Reply ask(const Words& argv) { return m_client.ask(argv).value_or(tests::errorReply("(no reply)")); }
    Reply askAsWatcher(const Words& argv) { return m_watcher.ask(argv).value_or(tests::errorReply("(no reply)")); }
    /// What was told since the last time.
    Told told();

private:
    QTemporaryDir m_folder;
    tests::RedisServer m_server;
    tests::RespConnection m_client;
    tests::RespConnection m_watcher;
    tests::RespConnection m_listener;
    QFile m_aof;
    Bytes m_unread;
};

TellingServer::TellingServer()
    : m_server(
        {"--appendonly", "yes", "--appendfsync", "no", "--dir", m_folder.path(), "--notify-keyspace-events", "EA"}),
      m_client(m_server.port()), m_watcher(m_server.port()), m_listener(m_server.port())
{
    m_listener.ask({"PSUBSCRIBE", "__keyevent@*"});
    m_aof.setFileName(m_folder.filePath("appendonlydir/appendonly.aof.1.incr.aof"));
    // What the file holds already is told now, to nobody.
    if (m_aof.open(QIODevice::ReadOnly))
        told();
}

Told TellingServer::told()
{
    Told told;
    // Events come before the answer to a PING that was sent after them.
    m_listener.sendRequest({"PING"});
    while (const auto message = m_listener.read()) {
        if (message->elements.size() != 4)
            break;
        const Bytes& channel = message->elements[2].text; // __keyevent@0__:set
        const std::size_t at = channel.find('@') + 1;
        const std::size_t colon = channel.find("__:", at);
        told.events.push_back(
            channel.substr(at, colon - at) + " " + channel.substr(colon + 3) + " " + message->elements[3].text);
    }
    m_unread += m_aof.readAll().toStdString();
    RequestParser parser;
    while (!m_unread.empty() && parser.parse(m_unread) == RequestParser::Outcome::Request) {
        const Words words(parser.argv().begin(), parser.argv().end());
        const Bytes name = words.empty() ? "" : lowered(words[0]);
        // How a record is wrapped is the file's business.
        if (!words.empty() && name != "select" && name != "multi" && name != "exec")
            told.effects.push_back(words);
        m_unread.erase(0, parser.consumed());
    }
    return told;
}

// Moments may differ by what lies between the two servers' readings of the clock.
bool sameWord(const Bytes& a, const Bytes& b)
{
    constexpr std::int64_t kMoment = 1'000'000'000'000;
    const auto left = parseInteger(a);
    const auto right = parseInteger(b);
    if (a == b || !left || !right || *left < kMoment || *right < kMoment)
        return a == b;
    return std::abs(*left - *right) < 20'000;
}

bool sameTold(const Told& a, const Told& b)
{
    return a.events == b.events && std::ranges::equal(a.effects, b.effects, [](const Words& left, const Words& right) {
        return std::ranges::equal(left, right, sameWord);
    });
}

// Members drawn by chance, ties in hash order, and ranges of texts over unequal scores: the two datasets would part.
bool changesDataByAccident(const tests::GeneratedCommand& command)
{
    const tests::Comparison how = tests::comparisonOf(command.command->fullName);
    const bool byText = std::ranges::find(command.options, "bylex") != command.options.end();
    const bool ties =
        how == tests::Comparison::Sorted && std::ranges::find(command.options, "by") != command.options.end();
    return how == tests::Comparison::Pop || how == tests::Comparison::EqualScores || byText || ties;
}

Bytes describe(const Told& told)
{
    Bytes text;
    for (const Bytes& event : told.events)
        text += "\n    event " + event;
    for (const Words& effect : told.effects)
        text += "\n    effect " + tests::commandLine(effect);
    return text;
}

} // namespace

class PropagationTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void randomCommandsTellTheSame();
    void whatChanceChoseIsToldAsWhatItChose();

private:
    /// What the two told differently; empty when nothing.
    Bytes step(const Words& argv);
    Reply ours(const Words& argv, const Bytes& client = "main");

    std::unique_ptr<TellingServer> m_theirs;
    tests::EmbeddedServer m_ours;
    Recorder m_recorder;
    SystemClock m_clock;
};

void PropagationTest::initTestCase()
{
    if (tests::RedisServer::version() != "7.0.15")
        QSKIP("redis-server 7.0.15 is not installed");
    m_theirs = std::make_unique<TellingServer>();
    QVERIFY(m_theirs->works());
    EngineTurn turn = m_ours.engine().beginTurn();
    m_ours.engine().setChangeListener(turn, &m_recorder);
}

Reply PropagationTest::ours(const Words& argv, const Bytes& client)
{
    m_ours.clock().set(m_clock.now().ms());
    return m_ours.reply(argv, client);
}

// One command for both, under the eyes of one who watches a key of it.
Bytes PropagationTest::step(const Words& argv)
{
    const std::vector<BytesView> views(argv.begin(), argv.end());
    const Command* command = m_ours.engine().commands().resolve(views);
    Bytes watched = argv.back();
    if (const auto places = command ? keyPlaces(*command->spec, views) : std::nullopt; places && !places->empty())
        watched = argv[places->front().index];
    ours({"WATCH", watched}, "watcher");
    m_theirs->askAsWatcher({"WATCH", watched});
    m_recorder.told = {};
    m_theirs->told();

    ours(argv);
    if (argv.front() == "sort")
        m_theirs->ask(tests::commandThatClearsErrno());
    m_theirs->ask(argv);
    const Told mine = m_recorder.told;
    const Told theirs = m_theirs->told();
    Bytes difference;
    if (!sameTold(mine, theirs))
        difference = "\n  this engine:" + describe(mine) + "\n  redis-server:" + describe(theirs);

    ours({"MULTI"}, "watcher");
    m_theirs->askAsWatcher({"MULTI"});
    const Reply executed = ours({"EXEC"}, "watcher");
    const Reply theirExecuted = m_theirs->askAsWatcher({"EXEC"});
    if (executed != theirExecuted)
        difference += "\n  EXEC of the watcher of " + tests::commandLine({watched})
            + tests::describeDifference(executed, theirExecuted);
    return difference.empty() ? difference : tests::commandLine(argv) + difference;
}

void PropagationTest::randomCommandsTellTheSame()
{
    constexpr std::size_t kCommands = 8'000;
    const quint64 seed = tests::fromEnvironment("FERRITE_DIFFERENTIAL_SEED", 11);
    qInfo("seed %llu", static_cast<unsigned long long>(seed));
    tests::CommandGenerator generator(m_ours.engine().commands(), kGroups, seed);
    tests::Coverage reached;
    std::size_t effects = 0;
    std::map<Bytes, std::size_t> differing; // by command; the first of each is shown
    for (std::size_t i = 0; i < kCommands; ++i) {
        std::vector<tests::GeneratedCommand> commands{generator.next(reached)};
        if (i % 40 == 0)
            commands = generator.nextValue();
        if (i % 10 == 0) {
            std::map<Bytes, Bytes> types;
            // Of both: looking at a key whose time has come removes it.
            for (const Bytes& key : tests::sharedKeys()) {
                types[key] = ours({"TYPE", key}).text;
                m_theirs->ask({"TYPE", key});
            }
            generator.setKeyTypes(std::move(types));
        }
        for (const auto& command : commands) {
            if (changesDataByAccident(command))
                continue;
            const Bytes difference = step(command.argv);
            if (!difference.empty() && ++differing[command.command->fullName] == 1)
                qWarning("%zu: %s", i, difference.c_str());
            ++reached[command.command->fullName];
            effects += m_recorder.told.effects.size();
        }
    }
    qInfo("%zu commands, of which %zu effects were told", kCommands, effects);
    QVERIFY(effects > kCommands / 8);
    QVERIFY(differing.empty());
}

void PropagationTest::whatChanceChoseIsToldAsWhatItChose()
{
    for (const Words& argv : std::vector<Words>{{"SADD", "one", "m"}, {"SPOP", "one"}, {"SADD", "one", "m"},
             {"SPOP", "one", "1"}, {"SADD", "two", "a", "b"}, {"SPOP", "two", "5"}, {"SPOP", "two"},
             {"SPOP", "two", "3"}, {"SADD", "two", "a", "b"}, {"SPOP", "two", "0"}}) {
        const Bytes difference = step(argv);
        QVERIFY2(difference.empty(), difference.c_str());
    }
}

QTEST_GUILESS_MAIN(PropagationTest)
#include "propagation_test.moc"
