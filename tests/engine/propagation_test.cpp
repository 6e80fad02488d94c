// labels: oracle slow
// What a write tells others: keyspace events, the commands that repeat it, and WATCH. Random commands run here and in
// the real server, whose notifications and append-only file are read after each. FERRITE_DIFFERENTIAL_SEED chooses
// another run.

#include "tests/support/accepted_deviations.h"
#include "tests/support/argument_values.h"
#include "tests/support/command_generator.h"
#include "tests/support/environment.h"
#include "tests/support/propagation_run.h"

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

} // namespace

class PropagationTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void randomCommandsTellTheSame();
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
