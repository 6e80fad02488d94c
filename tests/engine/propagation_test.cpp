// labels: oracle slow
// What a write tells others: keyspace events, the commands that repeat it, and WATCH. Random commands run here and in
// the real server, whose notifications and append-only file are read after each. FERRITE_DIFFERENTIAL_SEED chooses
// another run, FERRITE_STREAM_SEED and FERRITE_STREAM_COMMANDS one of the stream commands.

#include "tests/support/accepted_deviations.h"
#include "tests/support/argument_values.h"
#include "tests/support/command_generator.h"
#include "tests/support/environment.h"
#include "tests/support/propagation_run.h"
#include "tests/support/stream_commands.h"

#include <QTest>

#include <algorithm>

using namespace engine;
using tests::Words;

namespace {

constexpr Group kGroups[] = {Group::Generic, Group::String, Group::List, Group::Hash, Group::Set, Group::SortedSet,
    Group::Bitmap, Group::Geo, Group::HyperLogLog};

// Members drawn by chance, ties in hash order, and ranges of texts over unequal scores: the two datasets would part.
bool changesDataByAccident(const tests::GeneratedCommand& command)
{
    const tests::Comparison how = tests::comparisonOf(command.command->fullName);
    const bool byText = std::ranges::find(command.options, "bylex") != command.options.end();
    const bool ties =
        how == tests::Comparison::Sorted && std::ranges::find(command.options, "by") != command.options.end();
    return how == tests::Comparison::Pop || how == tests::Comparison::EqualScores || byText || ties;
}

// In so many random stream commands each of these tells something a hundred times, or ten times with that word among
// its own.
constexpr std::size_t kGoalsAreFor = 60'000;
constexpr BytesView kTelling[] = {"xadd", "xadd nomkstream", "xadd maxlen", "xadd minid", "xadd ~",
    "xadd =", "xadd limit", "xadd *", "xadd -*", "xtrim", "xtrim maxlen", "xtrim minid", "xtrim ~", "xtrim =", "xdel",
    "xsetid", "xsetid entriesadded", "xsetid maxdeletedid", "xgroup|create", "xgroup|create mkstream",
    "xgroup|create entriesread", "xgroup|create $", "xgroup|createconsumer", "xgroup|delconsumer", "xgroup|destroy",
    "xgroup|setid", "xgroup|setid entriesread", "xgroup|setid $", "xreadgroup", "xreadgroup count", "xreadgroup noack",
    "xreadgroup >", "xreadgroup 0", "xack", "xclaim", "xclaim idle", "xclaim time", "xclaim retrycount", "xclaim force",
    "xclaim justid", "xclaim lastid", "xautoclaim", "xautoclaim count", "xautoclaim justid"};
// And these succeed and tell nothing.
constexpr BytesView kSilent[] = {"xlen", "xread", "xrange", "xrevrange", "xpending", "xinfo|stream", "xinfo|groups",
    "xinfo|consumers", "xreadgroup", "xadd nomkstream", "xtrim", "xdel", "xack", "xclaim", "xautoclaim",
    "xgroup|destroy"};

/// A run of random stream commands.
class StreamRun {
public:
    StreamRun(tests::PropagationRun& run, std::uint64_t seed)
        : m_run(run), m_generator(seed, tests::StreamCommands::Ids::OfClock)
    {
        m_run.ask({"CONFIG", "SET", "stream-node-max-entries", "7"});
    }

    /// What is told differently; the data of both are gone before some steps.
    Bytes step();
    tests::StreamCommands& generator() { return m_generator; }
    std::size_t served() const { return m_served; }
    /// The goals that have not been reached.
    Bytes missed() const;

private:
    using Counts = std::map<Bytes, std::size_t>; // of commands, and of commands with a word of theirs
    void count(const Words& argv, const tests::PropagationRun::Step& step);
    Bytes missedOf(std::span<const BytesView> goals, const Counts& counts) const;

    tests::PropagationRun& m_run;
    tests::StreamCommands m_generator;
    std::size_t m_steps = 0;
    std::size_t m_served = 0; // readers who waited
    Counts m_telling;
    Counts m_silent;
};

Bytes StreamRun::step()
{
    constexpr std::size_t kBetweenFlushes = 500;
    if (m_steps++ % kBetweenFlushes == 0) {
        m_run.endWait();
        m_run.ask({"FLUSHALL"});
        m_generator.startOver();
    }
    const Words argv = m_generator.next();
    const auto step = m_run.step(argv);
    count(argv, step);
    m_served += step.told.heard.size();
    return step.difference;
}

void StreamRun::count(const Words& argv, const tests::PropagationRun::Step& step)
{
    const Command* command = m_run.commands().resolve(std::vector<BytesView>(argv.begin(), argv.end()));
    const bool tells = !step.told.events.empty() || !step.told.effects.empty();
    if (!command || (!tells && step.answer.kind == ReplyKind::Error))
        return;
    Counts& counts = tells ? m_telling : m_silent;
    ++counts[command->fullName];
    for (const Bytes& word : argv)
        ++counts[command->fullName + " " + (word.ends_with("-*") ? "-*" : lowered(word))];
}

Bytes StreamRun::missedOf(std::span<const BytesView> goals, const Counts& counts) const
{
    Bytes text;
    for (const BytesView goal : goals) {
        const auto place = counts.find(Bytes(goal));
        const std::size_t times = place == counts.end() ? 0 : place->second;
        if (times * kGoalsAreFor < tests::CommandGenerator::goalOf(goal) * m_steps)
            text += "\n  " + Bytes(goal) + " (" + std::to_string(times) + ")";
    }
    return text;
}

Bytes StreamRun::missed() const
{
    const Bytes telling = missedOf(kTelling, m_telling);
    const Bytes silent = missedOf(kSilent, m_silent);
    return (telling.empty() ? "" : "\ntoo seldom told:" + telling)
        + (silent.empty() ? "" : "\ntoo seldom silent:" + silent);
}

std::uint64_t streamSeed()
{
    const auto seed = tests::fromEnvironment("FERRITE_STREAM_SEED", 20261127);
    qInfo("seed %llu", static_cast<unsigned long long>(seed));
    return seed;
}

} // namespace

Q_DECLARE_METATYPE(std::function<void(tests::Told&)>)

class PropagationTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void randomCommandsTellTheSame();
    void randomStreamCommandsTellTheSame();
    void readersOfStreamsWhoWaitedAreServedAlike();
    void aFaultInWhatIsToldIsFound_data();
    void aFaultInWhatIsToldIsFound();
    void whatChanceChoseIsToldAsWhatItChose();

private:
    std::unique_ptr<tests::PropagationRun> m_run;
};

void PropagationTest::initTestCase()
{
    if (tests::RedisServer::version() != "7.0.15")
        QSKIP("redis-server 7.0.15 is not installed");
    m_run = std::make_unique<tests::PropagationRun>();
    QVERIFY(m_run->works());
}

void PropagationTest::randomCommandsTellTheSame()
{
    constexpr std::size_t kCommands = 8'000;
    const quint64 seed = tests::fromEnvironment("FERRITE_DIFFERENTIAL_SEED", 11);
    qInfo("seed %llu", static_cast<unsigned long long>(seed));
    tests::CommandGenerator generator(m_run->commands(), kGroups, seed);
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
            for (const Bytes& key : tests::sharedKeys())
                types[key] = m_run->ask({"TYPE", key}).text;
            generator.setKeyTypes(std::move(types));
        }
        for (const auto& command : commands) {
            if (changesDataByAccident(command))
                continue;
            const auto step = m_run->step(command.argv);
            if (!step.difference.empty() && ++differing[command.command->fullName] == 1)
                qWarning("%zu: %s", i, step.difference.c_str());
            ++reached[command.command->fullName];
            effects += step.told.effects.size();
        }
    }
    qInfo("%zu commands, of which %zu effects were told", kCommands, effects);
    QVERIFY(effects > kCommands / 8);
    QVERIFY(differing.empty());
}

void PropagationTest::randomStreamCommandsTellTheSame()
{
    const auto seed = streamSeed();
    const auto commands = tests::fromEnvironment("FERRITE_STREAM_COMMANDS", kGoalsAreFor);
    StreamRun run(*m_run, seed);
    for (std::uint64_t i = 0; i < commands; ++i) {
        const Bytes difference = run.step();
        QVERIFY2(difference.empty(), difference.c_str());
    }
    const Bytes missed = run.missed();
    QVERIFY2(missed.empty(), missed.c_str());
}

void PropagationTest::readersOfStreamsWhoWaitedAreServedAlike()
{
    constexpr std::size_t kCommands = 3'000;
    StreamRun run(*m_run, streamSeed());
    for (std::size_t i = 0; i < kCommands; ++i) {
        if (i % 3 == 0)
            m_run->letWait(run.generator().waiting());
        const Bytes difference = run.step();
        QVERIFY2(difference.empty(), difference.c_str());
    }
    qInfo("%zu readers were served", run.served());
    QVERIFY(run.served() > kCommands / 100);
}

void PropagationTest::aFaultInWhatIsToldIsFound_data()
{
    using Fault = std::function<void(tests::Told&)>;
    QTest::addColumn<Fault>("fault");
    QTest::newRow("a lost event") << Fault([](tests::Told& told) { std::erase(told.events, "0 xgroup-setid a"); });
    QTest::newRow("an effect less") << Fault([](tests::Told& told) {
        if (told.effects.size() > 1 && told.effects.back().front() == "XCLAIM")
            told.effects.pop_back();
    });
    QTest::newRow("an altered effect") << Fault([](tests::Told& told) {
        if (!told.effects.empty() && told.effects.back().front() == "XCLAIM")
            told.effects.back().back() += "1";
    });
    QTest::newRow("another moment") << Fault([](tests::Told& told) {
        if (!told.effects.empty() && told.effects.back().front() == "XCLAIM")
            told.effects.back()[7] = "1700000000000";
    });
    QTest::newRow("a watch too many") << Fault([](tests::Told& told) {
        if (!told.effects.empty() && told.effects.back().front() == "XACK")
            told.executed = Reply();
    });
}

void PropagationTest::aFaultInWhatIsToldIsFound()
{
    QFETCH(const std::function<void(tests::Told&)>, fault);
    StreamRun run(*m_run, 1);
    m_run->setFault(fault);
    bool found = false;
    for (int i = 0; i < 3'000 && !found; ++i)
        found = !run.step().empty();
    m_run->setFault({});
    QVERIFY(found);
}

void PropagationTest::whatChanceChoseIsToldAsWhatItChose()
{
    for (const Words& argv : std::vector<Words>{{"SADD", "one", "m"}, {"SPOP", "one"}, {"SADD", "one", "m"},
             {"SPOP", "one", "1"}, {"SADD", "two", "a", "b"}, {"SPOP", "two", "5"}, {"SPOP", "two"},
             {"SPOP", "two", "3"}, {"SADD", "two", "a", "b"}, {"SPOP", "two", "0"}}) {
        const Bytes difference = m_run->step(argv).difference;
        QVERIFY2(difference.empty(), difference.c_str());
    }
}

QTEST_GUILESS_MAIN(PropagationTest)
#include "propagation_test.moc"
