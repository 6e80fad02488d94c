// labels: oracle slow
// Random commands of the key, string, list, hash, set and sorted set families for this engine and for the real server:
// every answer and, from time to time, all data must be the same. FERRITE_DIFFERENTIAL_SEED and
// FERRITE_DIFFERENTIAL_COMMANDS choose another run.

#include "engine/server/engine_thread.h"
#include "tests/support/command_generator.h"
#include "tests/support/differential_run.h"
#include "tests/support/argument_values.h"
#include "tests/support/environment.h"
#include "tests/support/redis_server.h"
#include "tests/support/reply_comparison.h"

#include <QTest>

#include <algorithm>
#include <chrono>

using namespace engine;

namespace {

constexpr Group kGroups[] = {Group::Generic, Group::String, Group::List, Group::Hash, Group::Set, Group::SortedSet,
    Group::Bitmap, Group::Geo, Group::HyperLogLog};
constexpr std::size_t kBetweenDataChecks = 1'000;
constexpr std::size_t kBetweenFlushes = 4'000; // bounds what a failure must be cut down from

using SideFactory = std::function<std::unique_ptr<tests::Side>()>;

std::unique_ptr<tests::Side> embeddedSide()
{
    return std::make_unique<tests::EmbeddedSide>(7);
}

/// What a run of random commands came to.
struct Report {
    std::size_t sent = 0;
    std::size_t succeeded = 0;
    tests::Coverage reached;
    Bytes difference;
    std::vector<tests::Words> sinceFlush; // the commands that led to the difference
};

/// One run of random commands.
class RandomRun {
public:
    RandomRun(tests::Side& ours, tests::Side& theirs, const CommandTable& table, std::uint64_t seed)
        : m_ours(ours), m_run(ours, theirs, table), m_generator(table, kGroups, seed)
    {
    }

    /// At least `commands`, and on until all goals are reached or `most` are sent.
    Report run(std::size_t commands, std::size_t most);
    std::vector<Bytes> missedGoals() const;

private:
    void send(const tests::GeneratedCommand& command);
    void sendPlain(const tests::Words& argv);
    void betweenCommands();

    tests::Side& m_ours;
    tests::DifferentialRun m_run;
    tests::CommandGenerator m_generator;
    Report m_report;
};

void RandomRun::sendPlain(const tests::Words& argv)
{
    m_report.sinceFlush.push_back(argv);
    m_run.step(argv);
}

void RandomRun::send(const tests::GeneratedCommand& command)
{
    m_report.sinceFlush.push_back(command.argv);
    const auto outcome = m_run.step(command.argv);
    if (outcome == tests::DifferentialRun::Outcome::NotSent)
        return;
    ++m_report.sent;
    if (outcome != tests::DifferentialRun::Outcome::Succeeded)
        return;
    ++m_report.succeeded;
    ++m_report.reached[command.command->fullName];
    for (const Bytes& option : command.options)
        ++m_report.reached[command.command->fullName + " " + option];
}

// Protocols and databases take turns; keys are grown, counted and compared.
void RandomRun::betweenCommands()
{
    const std::size_t n = m_report.sent;
    if (n % 10 == 0) {
        std::map<Bytes, Bytes> types;
        for (const Bytes& key : tests::sharedKeys())
            types[key] = m_ours.ask({"TYPE", key}).text;
        m_generator.setKeyTypes(std::move(types));
    }
    if (n % 25 == 0) {
        for (const auto& command : m_generator.nextValue())
            send(command);
    }
    if (n % 100 == 0)
        sendPlain({"HELLO", n / 100 % 2 == 0 ? "2" : "3"});
    if (n % 700 == 0)
        sendPlain({"SELECT", n / 700 % 2 == 0 ? "0" : "1"});
    if (n % kBetweenDataChecks == 0)
        m_run.compareData();
    if (n % kBetweenFlushes == 0) {
        sendPlain({"FLUSHALL"});
        m_report.sinceFlush.clear();
        sendPlain({"HELLO", "2"});
        sendPlain({"SELECT", "0"});
    }
}

std::vector<Bytes> RandomRun::missedGoals() const
{
    std::vector<Bytes> missed;
    for (const Bytes& goal : m_generator.goals()) {
        const auto place = m_report.reached.find(goal);
        const std::size_t count = place == m_report.reached.end() ? 0 : place->second;
        if (count < tests::CommandGenerator::goalOf(goal))
            missed.push_back(goal + " (" + std::to_string(count) + ")");
    }
    return missed;
}

Report RandomRun::run(std::size_t commands, std::size_t most)
{
    std::size_t checked = 0;
    while (!m_run.differs() && m_report.sent < most) {
        if (m_report.sent >= commands && checked != m_report.sent / 500) {
            checked = m_report.sent / 500;
            if (missedGoals().empty())
                break;
        }
        const std::size_t before = m_report.sent;
        send(m_generator.next(m_report.reached));
        if (m_report.sent != before)
            betweenCommands();
    }
    if (!m_run.differs())
        m_run.compareData();
    m_report.difference = m_run.difference();
    return m_report;
}

Bytes coverageText(const tests::Coverage& reached)
{
    Bytes text;
    for (const auto& [goal, count] : reached) {
        const bool option = goal.find(' ') != Bytes::npos;
        text += (option ? ", " + goal.substr(goal.find(' ') + 1) : "\n  " + goal) + " " + std::to_string(count);
    }
    return text;
}

/// Passes commands on, and changes something on the way.
class FaultySide final : public tests::Side {
public:
    using Fault = std::function<std::optional<Reply>(tests::Side& real, const tests::Words& argv)>;
    FaultySide(std::unique_ptr<tests::Side> real, Fault fault) : m_real(std::move(real)), m_fault(std::move(fault)) { }

    Reply ask(const tests::Words& argv) override
    {
        auto answer = m_fault(*m_real, argv);
        return answer ? std::move(*answer) : m_real->ask(argv);
    }

private:
    std::unique_ptr<tests::Side> m_real;
    Fault m_fault;
};

bool isCommand(const tests::Words& argv, BytesView name)
{
    return !argv.empty() && equalsIgnoringCase(argv[0], name);
}

} // namespace

class DifferentialTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void randomCommandsGetTheSameAnswers_data();
    void randomCommandsGetTheSameAnswers();
    void anAlteredReplyIsFoundAndCutDown();
    void aLostWriteIsFoundInTheData();
    void everyDeviationIsOfAKnownCommandAndHasAReason();

private:
    Bytes reproduction(const Report& report, const SideFactory& makeOurs);

    CommandTable m_table;
    std::unique_ptr<tests::RedisServer> m_server;
};

void DifferentialTest::initTestCase()
{
    if (tests::RedisServer::version() != "7.0.15")
        QSKIP("redis-server 7.0.15 is not installed");
    m_server = std::make_unique<tests::RedisServer>(QStringList{"--enable-debug-command", "yes"});
    QVERIFY(m_server->port() != 0);
}

// The fewest commands that make any difference, on fresh servers.
Bytes DifferentialTest::reproduction(const Report& report, const SideFactory& makeOurs)
{
    const auto fails = [&](const std::vector<tests::Words>& commands) {
        const auto ours = makeOurs();
        tests::SocketSide theirs(m_server->port());
        tests::DifferentialRun run(*ours, theirs, m_table);
        for (const tests::Words& argv : commands) {
            run.step(argv);
            if (run.differs())
                return true;
        }
        run.compareData();
        return run.differs();
    };
    if (!fails(report.sinceFlush))
        return "It does not come again when the commands since the last FLUSHALL are repeated.";
    Bytes text = "The shortest way there:\n";
    for (const tests::Words& argv : tests::shortestFailing(report.sinceFlush, fails))
        text += "  " + tests::commandLine(argv) + "\n";
    return text;
}

void DifferentialTest::randomCommandsGetTheSameAnswers_data()
{
    QTest::addColumn<bool>("overTheListener");
    QTest::addColumn<quint64>("seed");
    const quint64 seed = tests::fromEnvironment("FERRITE_DIFFERENTIAL_SEED", 20260101);
    QTest::newRow("inside the process") << false << seed;
    QTest::newRow("over the listener") << true << seed + 1;
}

void DifferentialTest::randomCommandsGetTheSameAnswers()
{
    QFETCH(bool, overTheListener);
    QFETCH(quint64, seed);
    // Most of them without a listener between, where the same time holds more of them.
    const std::size_t commands =
        tests::fromEnvironment("FERRITE_DIFFERENTIAL_COMMANDS", overTheListener ? 40'000 : 160'000);
    qInfo("seed %llu", static_cast<unsigned long long>(seed));

    SystemClock clock;
    EngineThread thread(clock, seed);
    std::unique_ptr<tests::Side> ours = embeddedSide();
    if (overTheListener) {
        ListenOptions options;
        options.port = 0;
        const auto report = thread.listen(options).get();
        QVERIFY2(report.ok(), report.ok() ? "" : report.error().c_str());
        ours = std::make_unique<tests::SocketSide>(report->port);
    }
    tests::SocketSide theirs(m_server->port());
    RandomRun random(*ours, theirs, m_table, seed);
    const Report report = random.run(commands, commands * 4);

    if (!report.difference.empty()) {
        qWarning("after %zu commands: %s", report.sent, report.difference.c_str());
        QFAIL(reproduction(report, embeddedSide).c_str());
    }
    qInfo("%zu commands sent, %zu succeeded; of each, with its option words:%s", report.sent, report.succeeded,
        coverageText(report.reached).c_str());
    const std::vector<Bytes> missed = random.missedGoals();
    Bytes missedText;
    for (const Bytes& goal : missed)
        missedText += "\n  " + goal;
    QVERIFY2(missed.empty(), ("too few successful replies:" + missedText).c_str());
}

void DifferentialTest::anAlteredReplyIsFoundAndCutDown()
{
    const SideFactory faulty = [] {
        return std::make_unique<FaultySide>(
            embeddedSide(), [](tests::Side& real, const tests::Words& argv) -> std::optional<Reply> {
                if (!isCommand(argv, "strlen"))
                    return std::nullopt;
                Reply reply = real.ask(argv);
                // Seen only where there is something to count.
                reply.integer += reply.integer > 0 ? 1 : 0;
                return reply;
            });
    };
    const auto ours = faulty();
    tests::SocketSide theirs(m_server->port());
    RandomRun random(*ours, theirs, m_table, 1);
    const Report report = random.run(4'000, 4'000);

    QVERIFY2(BytesView(report.difference).substr(0, 6) == "strlen", report.difference.c_str());
    const Bytes shortest = reproduction(report, faulty);
    QVERIFY2(std::ranges::count(shortest, '\n') <= 3, shortest.c_str());
}

void DifferentialTest::aLostWriteIsFoundInTheData()
{
    const auto lossy = std::make_unique<FaultySide>(
        embeddedSide(), [](tests::Side& real, const tests::Words& argv) -> std::optional<Reply> {
            if (!isCommand(argv, "pexpire"))
                return std::nullopt;
            // The right answer, and nothing done.
            Reply reply = real.ask(argv);
            real.ask({"PERSIST", argv.size() > 1 ? argv[1] : ""});
            return reply;
        });
    tests::SocketSide theirs(m_server->port());
    RandomRun random(*lossy, theirs, m_table, 2);
    const Report report = random.run(4'000, 4'000);
    QVERIFY(!report.difference.empty());
}

void DifferentialTest::everyDeviationIsOfAKnownCommandAndHasAReason()
{
    for (const tests::AcceptedDeviation& row : tests::acceptedDeviations()) {
        const BytesView name = row.command.substr(0, row.command.find(' '));
        QVERIFY2(m_table.findFullName(name), Bytes(row.command).c_str());
        QVERIFY2(!row.reason.empty() && row.how != tests::Comparison::Exact, Bytes(row.command).c_str());
    }
}

QTEST_GUILESS_MAIN(DifferentialTest)
#include "differential_test.moc"
