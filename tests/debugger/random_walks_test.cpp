// labels: slow
// Random scripts, and random walks in them: at every stop the frames, their variables unfolded, the replies and the
// data are what another process, which plays the script once and knows nothing of recording, says they are.
//
// FERRITE_WALK_SCRIPTS, FERRITE_WALK_STEPS and FERRITE_WALK_SEED choose another run than the short one.

#include <QtTest>

#include "engine/command/command_facts.h"
#include "engine/command/command_table.h"
#include "engine/server/engine.h"
#include "tests/debugger/fake_run.h"
#include "tests/support/environment.h"
#include "tests/support/ground_truth_program.h"
#include "tests/support/moment_text.h"
#include "tests/support/random_walk.h"
#include "tests/support/walk_scripts.h"

using tests::Bytes;
using tests::Plant;
using tests::RandomWalk;
using tests::WalkCase;
using tests::WalkCounts;

namespace {

constexpr std::uint64_t kScripts = 60;
constexpr const char* kFamilies[] = {"generic", "string", "list", "set", "sorted-set", "hash", "pubsub", "connection",
    "server", "hyperloglog", "geo", "stream", "bitmap"};
constexpr const char* kOccurrences[] = {"moments compared", "replies compared", "ends compared", "evaluations compared",
    "evaluations with effects", "edits", "watches set", "timelines", "key histories", "variable histories",
    "writes in histories", "breakpoints on lines", "breakpoints on events", "breakpoints with a condition",
    "breakpoints with a hit count", "log points", "scripts that end with an error", "move: into", "move: over",
    "move: out", "move: continue", "move: back", "move: back over", "move: back out", "move: reverse-continue",
    "move: to start", "move: to end", "move: seek", "move: run to line", "move: back to line", "move: restart"};

/// The families of the commands that a run called and that did not fail.
void countFamilies(const tests::GroundTruth& truth, const engine::CommandTable& table, WalkCounts& counts)
{
    for (const tests::TrueCall& call : truth.calls) {
        const std::vector<engine::BytesView> words(call.argv.begin(), call.argv.end());
        const engine::Command* command = table.resolve(words);
        if (command && call.replied && !tests::isErrorText(call.reply))
            ++counts["family: " + Bytes(engine::groupName(command->spec->group))];
    }
}

} // namespace

class RandomWalksTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!test::kAddressesRepeat)
            QSKIP("addresses do not repeat under address sanitizer");
    }
    void everyStopShowsTheTruth();
    void lookingLeavesNoTrace();
    void aPlantedDifferenceIsFound_data();
    void aPlantedDifferenceIsFound();
};

void RandomWalksTest::everyStopShowsTheTruth()
{
    const auto scripts = tests::fromEnvironment("FERRITE_WALK_SCRIPTS", kScripts);
    const auto steps = tests::fromEnvironment("FERRITE_WALK_STEPS", 60);
    const auto seed = tests::fromEnvironment("FERRITE_WALK_SEED", 1);
    tests::WalkScriptGenerator generator(seed);
    const engine::ManualClock clock;
    const engine::Engine engine(clock, 1);
    WalkCounts counts;
    std::size_t differences = 0;
    for (std::uint64_t walked = 0; walked < scripts;) {
        const WalkCase wanted = generator.next();
        RandomWalk walk(wanted, seed * 1'000'003 + walked, counts);
        if (walk.unwalkable()) {
            ++counts["scripts too long"];
            continue;
        }
        ++walked;
        counts["moments of scripts"] += walk.truth().moments.size();
        counts["scripts that end with an error"] += tests::isErrorText(walk.truth().reply) ? 1 : 0;
        countFamilies(walk.truth(), engine.commands(), counts);
        if (const auto difference = walk.differenceIn(steps)) {
            ++differences;
            qWarning("script %d: %s", int(walked), difference->c_str());
            if (differences >= 3)
                break;
        }
    }
    for (const auto& count : counts)
        qInfo("%8zu %s", count.second, count.first.c_str());
    QCOMPARE(differences, 0U);
    if (scripts < kScripts)
        return;
    for (const char* each : kOccurrences)
        QVERIFY2(counts[each] > 0, each);
    for (const char* family : kFamilies)
        QVERIFY2(counts["family: " + Bytes(family)] > 0, family);
    const auto& written = generator.counts();
    for (const Bytes& kind : tests::WalkScriptGenerator::kinds())
        QVERIFY2(written.contains(kind), kind.c_str());
}

// The truth itself looks at every moment, and may ask questions: without, the run is the same to the byte.
void RandomWalksTest::lookingLeavesNoTrace()
{
    tests::WalkScriptGenerator generator(3);
    for (int i = 0; i < 140; ++i) {
        WalkCase wanted = generator.next();
        wanted.looks = false;
        const auto alone = tests::askGroundTruth(wanted);
        wanted.looks = true;
        if (i < 30)
            wanted.questions = RandomWalk::questions();
        const auto looked = tests::askGroundTruth(wanted);
        QVERIFY(alone && looked);
        QCOMPARE(looked->moments.size(), alone->moments.size());
        for (std::size_t at = 0; at < alone->moments.size(); ++at)
            QVERIFY2(looked->moments[at].state.find("\n" + alone->moments[at].state) != Bytes::npos,
                alone->moments[at].state.c_str());
        QCOMPARE(looked->reply, alone->reply);
        QCOMPARE(looked->data, alone->data);
    }
}

void RandomWalksTest::aPlantedDifferenceIsFound_data()
{
    QTest::addColumn<int>("plant");
    QTest::newRow("another seed of chance") << int(Plant::OtherChance);
    QTest::newRow("an edit that is not made again") << int(Plant::EditForgotten);
}

void RandomWalksTest::aPlantedDifferenceIsFound()
{
    QFETCH(int, plant);
    tests::WalkScriptGenerator generator(5);
    WalkCounts counts;
    for (int i = 0; i < 20; ++i) {
        RandomWalk walk(generator.next(), static_cast<std::uint64_t>(i), counts, Plant(plant));
        if (!walk.unwalkable() && walk.differenceIn(100))
            return;
    }
    QFAIL("no walk showed it");
}

QTEST_GUILESS_MAIN(RandomWalksTest)
#include "random_walks_test.moc"
