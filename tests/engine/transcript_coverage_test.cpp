// The transcripts show every command: each token, each arity error, a key of a wrong type and a missing key. The test
// walks the command table, so a new row fails here until a transcript shows it; what is missing is listed.

#include "engine/base/glob.h"
#include "tests/support/command_coverage.h"
#include "tests/support/embedded_server.h"
#include "tests/support/transcript.h"

#include <QTemporaryFile>
#include <QTest>

#include <set>

using namespace engine;
using tests::CommandCoverage;

namespace {

/// Goals, as a glob over CommandCoverage's texts, that no transcript can reach.
struct Excuse {
    const char* goals;
    const char* reason;
};

constexpr Excuse kExcuses[] = {
    {"shutdown: *", "It ends the server."},
    {"failover: *", "It needs replicas, and there are none."},
    {"module|loadex: A*", "It is refused, as enable-module-command is."},
    {"module|loadex: CONFIG", "Likewise."},
    {"cluster|failover: *", "Cluster support is disabled."},
    {"cluster|reset: *", "Likewise."},
    {"cluster|setslot: [A-Z]*", "Likewise."},
    {"mget: wrong type", "It answers nil for it."},
    {"mset: wrong type", "It replaces keys of every type."},
    {"msetnx: wrong type", "It only looks whether keys are there."},
    {"psetex: wrong type", "It replaces keys of every type."},
    {"setex: wrong type", "Likewise."},
    {"setnx: wrong type", "It only looks whether the key is there."},
};

/// Runs a command, and notes it with what was there before.
void runNoted(tests::EmbeddedServer& server, const tests::TranscriptStep& step, CommandCoverage& coverage)
{
    const auto argv =
        tests::wordsOf(step, [&](const Bytes& client) { return std::to_string(server.client(client).id); });
    const auto database = static_cast<std::size_t>(server.client(step.client).database);
    const Keyspace before = server.snapshot();
    const UnixMs now = server.clock().now().ms();
    const Reply reply = server.reply(argv, step.client);
    coverage.see(argv, reply, [&](BytesView key) {
        const Entry* entry = before.database(database).find(key);
        return entry && (!entry->expiry() || *entry->expiry() > now);
    });
}

/// Plays a transcript on an engine of its own. Whether the answers are right is the matter of transcripts_test.
void play(const std::vector<tests::TranscriptStep>& steps, CommandCoverage& coverage)
{
    tests::EmbeddedServer server;
    for (const tests::TranscriptStep& step : steps) {
        if (step.hears) {
            server.hear(step.client);
        } else if (!step.command.empty()) {
            runNoted(server, step, coverage);
        } else {
            server.clock().advance(std::chrono::milliseconds(step.passMs));
            server.tick();
        }
    }
}

Bytes listed(const std::vector<Bytes>& lines)
{
    Bytes text;
    for (const Bytes& line : lines)
        text += line + "\n";
    return text;
}

std::vector<Bytes> unreached(const CommandCoverage& coverage)
{
    std::vector<Bytes> goals;
    for (const auto& [goal, reached] : coverage.goals()) {
        if (!reached)
            goals.push_back(goal);
    }
    return goals;
}

/// A table of two rows made up for the purpose: real names, so that an engine answers, but arguments of their own.
constexpr CommandSpec kMadeUpRows[] = {
    {.name = "getex",
        .syntax = "key:key [EX seconds:integer|PERSIST]:expiration",
        .arity = -2,
        .keys = KeySpec::one(1),
        .group = Group::String},
    {.name = "lmove",
        .syntax = "source:key destination:key (LEFT|RIGHT):wherefrom (LEFT|RIGHT):whereto",
        .arity = 5,
        .keys = {KeySpec::one(1), KeySpec::one(2)},
        .group = Group::List},
};

/// What shows them whole; each line is needed for the goals behind it.
struct MadeUpLine {
    const char* command;
    std::vector<Bytes> goals;
};

const std::vector<MadeUpLine>& madeUpTranscript()
{
    static const std::vector<MadeUpLine> lines = {
        {"GETEX", {"getex: too few words"}},
        {"GETEX none", {"getex: missing key"}},
        {"GETEX text EX 100", {"getex: EX of expiration"}},
        {"GETEX text PERSIST", {"getex: PERSIST of expiration"}},
        {"GETEX list", {"getex: wrong type"}},
        {"LMOVE a b LEFT", {"lmove: too few words"}},
        {"LMOVE a b LEFT LEFT LEFT", {"lmove: too many words"}},
        {"LMOVE list list LEFT RIGHT", {"lmove: RIGHT of whereto"}},
        {"LMOVE list list RIGHT LEFT", {"lmove: RIGHT of wherefrom"}},
        {"LMOVE none1 none2 LEFT LEFT", {"lmove: missing key"}},
        {"LMOVE text list LEFT LEFT", {"lmove: wrong type"}},
    };
    return lines;
}

/// What the made-up table misses in a transcript of these commands, in which "text" and "list" are there.
std::vector<Bytes> gapsOf(const std::vector<Bytes>& commands)
{
    QTemporaryFile file;
    if (!file.open())
        return {"no temporary file"};
    file.write("> SET text x\nOK\n\n> RPUSH list a b c\n(integer) 3\n\n");
    for (const Bytes& command : commands)
        file.write(("> " + command + "\n\n").c_str());
    file.close();

    const std::span<const CommandSpec> family = kMadeUpRows;
    const CommandTable table(std::span(&family, 1));
    CommandCoverage coverage(table);
    Bytes error;
    const auto steps = tests::readTranscript(file.fileName().toStdString(), error);
    if (!error.empty())
        return {error};
    play(steps, coverage);
    return unreached(coverage);
}

std::vector<Bytes> madeUpCommandsBut(std::size_t omitted)
{
    std::vector<Bytes> commands;
    for (std::size_t i = 0; i < madeUpTranscript().size(); ++i) {
        if (i != omitted)
            commands.emplace_back(madeUpTranscript()[i].command);
    }
    return commands;
}

} // namespace

class TranscriptCoverageTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyCommandIsShownWhole();
    void aWholeTranscriptHasNoGaps();
    void eachKindOfGapIsReported_data();
    void eachKindOfGapIsReported();
    void aCallThatShowsNothingClosesNoGap_data();
    void aCallThatShowsNothingClosesNoGap();
};

void TranscriptCoverageTest::everyCommandIsShownWhole()
{
    const CommandTable table;
    CommandCoverage coverage(table);
    for (const Bytes& path : tests::transcriptFiles()) {
        Bytes error;
        const auto steps = tests::readTranscript(path, error);
        QVERIFY2(error.empty(), error.c_str());
        play(steps, coverage);
    }

    std::vector<Bytes> gaps = unreached(coverage);
    for (const Excuse& excuse : kExcuses) {
        const auto excused = std::erase_if(gaps, [&](const Bytes& gap) { return globMatches(excuse.goals, gap); });
        QVERIFY2(excused > 0, (Bytes("an excuse that nothing needs: ") + excuse.goals).c_str());
    }
    // A line each: Qt Test cuts a long message short.
    for (const Bytes& gap : gaps)
        qWarning("no transcript shows %s", gap.c_str());
    QVERIFY2(gaps.empty(), "listed above");
}

void TranscriptCoverageTest::aWholeTranscriptHasNoGaps()
{
    QCOMPARE(listed(gapsOf(madeUpCommandsBut(madeUpTranscript().size()))), Bytes());
}

void TranscriptCoverageTest::eachKindOfGapIsReported_data()
{
    QTest::addColumn<int>("omitted");
    for (std::size_t i = 0; i < madeUpTranscript().size(); ++i)
        QTest::newRow(madeUpTranscript()[i].command) << static_cast<int>(i);
}

void TranscriptCoverageTest::eachKindOfGapIsReported()
{
    QFETCH(int, omitted);
    const auto line = static_cast<std::size_t>(omitted);
    QCOMPARE(listed(gapsOf(madeUpCommandsBut(line))), listed(madeUpTranscript()[line].goals));
}

void TranscriptCoverageTest::aCallThatShowsNothingClosesNoGap_data()
{
    QTest::addColumn<QByteArray>("omitted");
    QTest::addColumn<QByteArray>("instead");
    const auto row = [](const char* omitted, const char* instead) {
        QTest::newRow(instead) << QByteArray(omitted) << QByteArray(instead);
    };
    row("GETEX text PERSIST", "GETEX PERSIST");
    row("GETEX text PERSIST", "GETEX text PERSIST EX 10");
    row("GETEX text PERSIST", "GETEX list PERSIST");
    row("GETEX text PERSIST", "EVAL \"return redis.call('GETEX', KEYS[1], 'PERSIST')\" 1 text");
    row("GETEX none", "GETEX text");
    row("GETEX none", "GETEX none NOSUCH");
    row("GETEX list", "GETEX none");
    row("LMOVE none1 none2 LEFT LEFT", "LMOVE none1 list LEFT LEFT");
    row("LMOVE none1 none2 LEFT LEFT", "LMOVE none1 none2 LEFT NOSUCH");
}

void TranscriptCoverageTest::aCallThatShowsNothingClosesNoGap()
{
    QFETCH(QByteArray, omitted);
    QFETCH(QByteArray, instead);
    const auto& lines = madeUpTranscript();
    const auto place = std::ranges::find(lines, omitted.toStdString(), &MadeUpLine::command);
    QVERIFY(place != lines.end());
    auto commands = madeUpCommandsBut(static_cast<std::size_t>(place - lines.begin()));
    commands.push_back(instead.toStdString());
    QCOMPARE(listed(gapsOf(commands)), listed(place->goals));
}

QTEST_GUILESS_MAIN(TranscriptCoverageTest)
#include "transcript_coverage_test.moc"
