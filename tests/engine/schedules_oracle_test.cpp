// labels: oracle slow
// Random schedules of several clients, for this engine and for the real server: every answer, everything that is heard
// besides, and the data must be the same. FERRITE_SCHEDULE_SEED and FERRITE_SCHEDULE_STEPS choose another run.

#include "engine/resp/reply_text.h"
#include "engine/server/engine_thread.h"
#include "tests/support/client_group.h"
#include "tests/support/environment.h"
#include "tests/support/redis_server.h"
#include "tests/support/schedule.h"

#include <QTest>

#include <map>
#include <set>

using namespace engine;
using tests::ClientGroup;
using tests::Schedule;
using tests::ScheduleStep;

namespace {

constexpr std::size_t kStepsARound = 300; // then everybody leaves, and the data goes

bool isLateAnswer(const Reply& reply)
{
    return reply.kind != ReplyKind::Push;
}

/// One server and the clients of a round.
class Party {
public:
    explicit Party(quint16 port) : m_clients(port), m_looker(port) { m_looker.ask({"FLUSHALL"}); }

    Bytes answer(const ScheduleStep& step)
    {
        tests::Words words = step.argv;
        for (Bytes& word : words) {
            if (word.starts_with("@"))
                word = m_clients.idOf(word.substr(1));
        }
        const Reply reply = m_clients.ask(step.client, words);
        // HELLO tells ids.
        return step.argv[0] == "HELLO" && reply.kind != ReplyKind::Error ? "(hello)" : formatReplyForPeople(reply);
    }
    /// What the client has heard, and whether a late answer was among it.
    Bytes heard(const Bytes& client, bool& late)
    {
        Bytes text;
        for (const Reply& reply : m_clients.heard(client)) {
            late = late || isLateAnswer(reply);
            text += formatReplyForPeople(reply) + "\n";
        }
        return text;
    }
    void settle() { m_clients.settle(); }
    Bytes data()
    {
        Bytes text;
        for (const char* database : {"0", "1"}) {
            m_looker.ask({"SELECT", database});
            for (const Bytes& key : Schedule::keys()) {
                for (const std::vector<Bytes>& words : {std::vector<Bytes>{"LRANGE", key, "0", "-1"},
                         {"ZRANGE", key, "0", "-1", "WITHSCORES"}, {"GET", key}, {"PTTL", key}})
                    text += formatReplyForPeople(*m_looker.ask(words)) + "\n";
            }
        }
        m_looker.ask({"SELECT", "0"});
        return text;
    }

private:
    ClientGroup m_clients;
    tests::RespConnection m_looker;
};

Bytes textOf(const ScheduleStep& step)
{
    Bytes text = step.client + ":";
    for (const Bytes& word : step.argv)
        text += " " + engine::quoted(word);
    return text + "\n";
}

} // namespace

class SchedulesOracleTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void everybodyHearsTheSame();
    void aLostMessageIsFound();

private:
    /// The difference; empty: none. `spoil` may change what our side has heard.
    Bytes playRound(Schedule& schedule, std::size_t steps, const std::function<void(Bytes&)>& spoil);
    void count(const ScheduleStep& step, const Bytes& answer);

    SystemClock m_clock;
    std::unique_ptr<EngineThread> m_engine;
    std::unique_ptr<tests::RedisServer> m_server;
    quint16 m_port = 0;
    std::map<Bytes, std::size_t> m_counts;
};

void SchedulesOracleTest::initTestCase()
{
    if (tests::RedisServer::version() != "7.0.15")
        QSKIP("redis-server 7.0.15 is not installed");
    m_server = std::make_unique<tests::RedisServer>();
    QVERIFY(m_server->port() != 0);
    m_engine = std::make_unique<EngineThread>(m_clock, 7);
    ListenOptions options;
    options.port = 0;
    const auto listening = m_engine->listen(options).get();
    QVERIFY(listening.ok());
    m_port = static_cast<quint16>(listening->port);
}

void SchedulesOracleTest::count(const ScheduleStep& step, const Bytes& answer)
{
    ++m_counts[step.argv[0]];
    if (answer == "(waits)")
        ++m_counts["(waits)"];
    else if (!answer.starts_with("(error)"))
        ++m_counts["(succeeded)"];
}

Bytes SchedulesOracleTest::playRound(Schedule& schedule, std::size_t steps, const std::function<void(Bytes&)>& spoil)
{
    Party ours(m_port);
    Party theirs(m_server->port());
    std::set<Bytes> waiting;
    Bytes story;
    for (std::size_t i = 0; i < steps; ++i) {
        const ScheduleStep step = schedule.next(waiting);
        story += textOf(step);
        const Bytes ourAnswer = ours.answer(step);
        const Bytes theirAnswer = theirs.answer(step);
        count(step, theirAnswer);
        if (ourAnswer != theirAnswer)
            return story + "  ours:   " + ourAnswer + "\n  theirs: " + theirAnswer + "\n";
        if (theirAnswer == "(waits)")
            waiting.insert(step.client);
        ours.settle();
        theirs.settle();
        for (const Bytes& client : Schedule::clients()) {
            bool late = false;
            Bytes ourWords = ours.heard(client, late);
            spoil(ourWords);
            late = false;
            const Bytes theirWords = theirs.heard(client, late);
            if (ourWords != theirWords)
                return story + "  " + client + " hears, ours:\n" + ourWords + "  theirs:\n" + theirWords;
            m_counts["(heard)"] += theirWords.empty() ? 0 : 1;
            if (late && waiting.erase(client) != 0)
                ++m_counts["(served)"];
        }
    }
    return ours.data() == theirs.data() ? Bytes() : story + "  the data differ\n";
}

void SchedulesOracleTest::everybodyHearsTheSame()
{
    const std::uint64_t seed = tests::fromEnvironment("FERRITE_SCHEDULE_SEED", 20261127);
    const std::uint64_t steps = tests::fromEnvironment("FERRITE_SCHEDULE_STEPS", 12'000);
    qInfo("seed %llu", static_cast<unsigned long long>(seed));
    for (std::uint64_t done = 0, round = 0; done < steps; done += kStepsARound, ++round) {
        Schedule schedule(seed + round);
        const Bytes difference = playRound(schedule, kStepsARound, [](Bytes&) {});
        if (!difference.empty())
            qWarning("%s", difference.c_str());
        QVERIFY2(difference.empty(), ("in round " + std::to_string(round)).c_str());
    }
    Bytes counts;
    for (const auto& [word, count] : m_counts)
        counts += " " + word + " " + std::to_string(count);
    qInfo("%s", counts.c_str());
    // What the schedules are for has happened.
    const auto share = [&](const char* word) { return m_counts[word] * 1'000 / steps; };
    QVERIFY(share("(succeeded)") >= 400);
    QVERIFY(share("(waits)") >= 50);
    QVERIFY(share("(served)") >= 20);
    QVERIFY(share("(heard)") >= 50);
}

void SchedulesOracleTest::aLostMessageIsFound()
{
    for (std::uint64_t seed = 1;; ++seed) {
        bool spoiled = false;
        Schedule schedule(seed);
        const Bytes difference = playRound(schedule, kStepsARound, [&](Bytes& words) {
            spoiled = spoiled || !words.empty();
            words.clear();
        });
        QCOMPARE(!difference.empty(), spoiled);
        if (spoiled)
            return;
    }
}

QTEST_GUILESS_MAIN(SchedulesOracleTest)
#include "schedules_oracle_test.moc"
