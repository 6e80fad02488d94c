// Keys with times to live under a clock that only the test moves, beside a model of a few lines: what every command
// answers, what is left after any time, and that each key that goes is told of once. FERRITE_EXPIRY_SEED and
// FERRITE_EXPIRY_STEPS choose another run.

#include "engine/resp/reply_text.h"
#include "tests/support/argument_values.h"
#include "tests/support/embedded_server.h"
#include "tests/support/environment.h"

#include <QTest>

#include <map>

using namespace engine;
using tests::chance;
using tests::oneOf;

namespace {

constexpr std::int64_t kStart = 1'700'000'000'000;
constexpr int kKeys = 12;

/// What a dataset of strings with times to live is meant to be.
class Model {
public:
    struct Item {
        Bytes value;
        std::optional<std::int64_t> expiry; // ms
    };

    std::int64_t now = kStart;
    std::size_t expired = 0; // keys that have gone because their time had come

    Item* find(const Bytes& key)
    {
        const auto place = m_items.find(key);
        return place == m_items.end() ? nullptr : &place->second;
    }
    void set(const Bytes& key, Item item) { m_items[key] = std::move(item); }
    bool erase(const Bytes& key) { return m_items.erase(key) > 0; }
    std::size_t size() const { return m_items.size(); }
    void pass(std::int64_t milliseconds)
    {
        now += milliseconds;
        // A key is there to the end of its last millisecond.
        expired += std::erase_if(
            m_items, [this](const auto& item) { return item.second.expiry && *item.second.expiry < now; });
    }
    /// Gives the key this time, or takes it away when that is past already.
    void expireAt(const Bytes& key, std::int64_t when)
    {
        if (when <= now)
            erase(key);
        else
            find(key)->expiry = when;
    }

private:
    std::map<Bytes, Item> m_items;
};

Bytes number(std::int64_t value)
{
    return "(integer) " + std::to_string(value);
}

/// Gives the same step to a server and to the model.
class Pair {
public:
    explicit Pair(std::uint64_t seed) : m_rng(seed)
    {
        m_server.run("CONFIG SET notify-keyspace-events Ex");
        m_server.run("PSUBSCRIBE *", "listener");
    }

    /// What went wrong; empty when nothing did.
    Bytes step();
    /// After all that has expired has been looked for: nothing of it is left, and each was told of once.
    Bytes settle();

private:
    Bytes key() { return "k" + std::to_string(m_rng.below(kKeys)); }
    /// A time to live in milliseconds; now and then one that is past.
    std::int64_t life()
    {
        const std::int64_t whole = oneOf<std::int64_t>(m_rng, {1, 5, 50, 1000, 1500, 10'000, 100'000});
        return chance(m_rng, 6) ? -whole : chance(m_rng, 50) ? whole : 1 + static_cast<std::int64_t>(m_rng.below(3000));
    }
    Bytes set();
    Bytes expire();
    Bytes look();
    Bytes move();
    Bytes check(const Bytes& line, const Bytes& expected)
    {
        const Bytes got = m_server.run(line);
        m_story += line + " -> " + got + "\n";
        return got == expected ? Bytes() : m_story + line + "\n expected " + expected + "\n got " + got;
    }

    Rng m_rng;
    tests::EmbeddedServer m_server;
    Model m_model;
    std::size_t m_told = 0;
    Bytes m_story; // since all was in order last
};

Bytes Pair::set()
{
    const Bytes name = key();
    const Bytes value = "v" + std::to_string(m_rng.below(100));
    const std::int64_t lasts = std::abs(life());
    const auto* old = m_model.find(name);
    switch (m_rng.below(6)) {
    case 0:
        m_model.set(name, {value, m_model.now + lasts});
        return check("SET " + name + " " + value + " PX " + std::to_string(lasts), "OK");
    case 1:
        m_model.set(name, {value, m_model.now + 1000 * lasts});
        return check("SETEX " + name + " " + std::to_string(lasts) + " " + value, "OK");
    case 2:
        m_model.set(name, {value, old ? old->expiry : std::nullopt});
        return check("SET " + name + " " + value + " KEEPTTL", "OK");
    case 3: {
        const std::int64_t when = m_model.now + life();
        m_model.set(name, {value, when});
        m_model.pass(0); // a time that is past already
        return check("SET " + name + " " + value + " PXAT " + std::to_string(when), "OK");
    }
    case 4:
        if (old)
            return check("SET " + name + " " + value + " NX PX " + std::to_string(lasts), "(nil)");
        m_model.set(name, {value, m_model.now + lasts});
        return check("SET " + name + " " + value + " NX PX " + std::to_string(lasts), "OK");
    default:
        m_model.set(name, {value, {}});
        return check("SET " + name + " " + value, "OK");
    }
}

Bytes Pair::expire()
{
    const Bytes name = key();
    const std::int64_t when = m_model.now + life();
    const Bytes condition = oneOf<const char*>(m_rng, {"", "", "", " NX", " XX", " GT", " LT"});
    const Bytes line = chance(m_rng, 50) ? "PEXPIREAT " + name + " " + std::to_string(when) + condition
                                         : "PEXPIRE " + name + " " + std::to_string(when - m_model.now) + condition;
    const auto* item = m_model.find(name);
    const bool allowed = item
        && (condition.empty() || (condition == " NX" && !item->expiry) || (condition == " XX" && item->expiry)
            || (condition == " GT" && item->expiry && when > *item->expiry)
            || (condition == " LT" && (!item->expiry || when < *item->expiry)));
    if (allowed)
        m_model.expireAt(name, when);
    return check(line, number(allowed ? 1 : 0));
}

Bytes Pair::look()
{
    const Bytes name = key();
    const auto* item = m_model.find(name);
    const std::int64_t left = !item ? -2 : item->expiry ? *item->expiry - m_model.now : -1;
    switch (m_rng.below(7)) {
    case 0:
        return check("PTTL " + name, number(left));
    case 1:
        return check("TTL " + name, number(left < 0 ? left : (left + 500) / 1000));
    case 2:
        return check("PEXPIRETIME " + name, number(left < 0 ? left : *item->expiry));
    case 3:
        return check("EXPIRETIME " + name, number(left < 0 ? left : (*item->expiry + 500) / 1000));
    case 4:
        return check("EXISTS " + name, number(item ? 1 : 0));
    case 5:
        return check("TYPE " + name, item ? "string" : "none");
    default:
        return check("GET " + name, item ? "\"" + item->value + "\"" : "(nil)");
    }
}

Bytes Pair::move()
{
    const Bytes from = key();
    const Bytes to = key();
    auto* item = m_model.find(from);
    switch (m_rng.below(5)) {
    case 0: {
        const bool erased = m_model.erase(from);
        return check("DEL " + from, number(erased ? 1 : 0));
    }
    case 1: {
        const bool had = item && item->expiry;
        if (had)
            item->expiry.reset();
        return check("PERSIST " + from, number(had ? 1 : 0));
    }
    case 2: {
        if (!item)
            return check("RENAME " + from + " " + to, "(error) ERR no such key");
        const Model::Item moved = *item;
        m_model.erase(from);
        m_model.set(to, moved);
        return check("RENAME " + from + " " + to, "OK");
    }
    case 3: {
        if (from == to)
            return {};
        const bool copied = item && !m_model.find(to);
        if (copied)
            m_model.set(to, *item);
        return check("COPY " + from + " " + to, number(copied ? 1 : 0));
    }
    default: {
        const std::int64_t lasts = std::abs(life());
        const Bytes answer = item ? "\"" + item->value + "\"" : "(nil)";
        if (item)
            item->expiry = m_model.now + lasts;
        return check("GETEX " + from + " PX " + std::to_string(lasts), answer);
    }
    }
}

Bytes Pair::step()
{
    const std::uint64_t choice = m_rng.below(100);
    if (choice < 30)
        return set();
    if (choice < 45)
        return expire();
    if (choice < 75)
        return look();
    if (choice < 85)
        return move();
    const std::int64_t passes = oneOf<std::int64_t>(m_rng, {1, 1, 4, 49, 51, 500, 999, 1001, 9'000});
    m_story += "after " + std::to_string(passes) + " ms\n";
    m_model.pass(passes);
    m_server.clock().advance(std::chrono::milliseconds(passes));
    if (chance(m_rng, 30))
        m_server.tick();
    return {};
}

Bytes Pair::settle()
{
    // Asking for a key that has expired removes it, as looking for them in turn does.
    for (int i = 0; i < kKeys; ++i)
        m_server.run("EXISTS k" + std::to_string(i));
    while (!m_server.hear("listener").isError())
        ++m_told;
    if (m_told != m_model.expired)
        return "told of " + std::to_string(m_told) + " keys that have expired, of " + std::to_string(m_model.expired);
    m_story.clear();
    return check("DBSIZE", number(static_cast<std::int64_t>(m_model.size())));
}

} // namespace

class ExpiryModelTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyAnswerIsTheModels();
    void nobodyHasToAskForAKeyToGo();
};

void ExpiryModelTest::everyAnswerIsTheModels()
{
    const auto seed = tests::fromEnvironment("FERRITE_EXPIRY_SEED", 20261127);
    const auto steps = tests::fromEnvironment("FERRITE_EXPIRY_STEPS", 100'000);
    qInfo("seed %llu", static_cast<unsigned long long>(seed));
    Pair pair(seed);
    for (std::uint64_t i = 0; i < steps; ++i) {
        const Bytes wrong = i % 100 == 99 ? pair.settle() : pair.step();
        if (!wrong.empty())
            qWarning("step %llu: %s", static_cast<unsigned long long>(i), wrong.c_str());
        QVERIFY(wrong.empty());
    }
}

void ExpiryModelTest::nobodyHasToAskForAKeyToGo()
{
    tests::EmbeddedServer server;
    for (int i = 0; i < 5000; ++i)
        server.run("SET k" + std::to_string(i) + " v PX " + std::to_string(1 + i));
    int ticks = 0;
    for (std::int64_t left = 5000; left > 0;) {
        server.clock().advance(std::chrono::milliseconds(100));
        server.tick();
        left = server.reply(std::vector<Bytes>{"DBSIZE"}).integer;
        QVERIFY(left >= 5000 - 100 * (ticks + 1));
        QVERIFY(++ticks < 1000);
    }
}

QTEST_GUILESS_MAIN(ExpiryModelTest)
#include "expiry_model_test.moc"
