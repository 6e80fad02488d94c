// Scripts that would crash, hang or fill their host end inside their limits of time and of resident memory, in every
// form, and the next script works.

#include "tests/support/hostile_scripts.h"
#include "tests/support/lua_cases.h"
#include "tests/support/script_ground.h"
#include "tests/support/script_rows.h"
#include "tests/support/work_watch.h"

#include <QtTest>

#include <memory>
#include <set>

using namespace engine;
using tests::HostileScript;
using tests::Pressure;

namespace {

constexpr std::size_t kMemoryBytes = std::size_t(64) << 20;
// Of data that a script writes: with the arena inside of what may be resident.
constexpr std::size_t kDatasetBytes = std::size_t(16) << 20;
constexpr std::chrono::milliseconds kLittleTime(20);
// For what ends by itself, on a slow machine and under a sanitizer, too.
constexpr std::chrono::milliseconds kMuchTime(20'000);

HostileScript rowOf(const char* error)
{
    return {.part = {}, .name = {}, .body = {}, .outcome = tests::fails(error), .bare = true};
}

} // namespace

class HostileScriptsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void theListIsWhole();
    void everyPublishedFaultHasARow();
    void endsInsideItsLimits_data() { rows(tests::hostileScripts()); }
    void endsInsideItsLimits();
    void endsByItselfAsTheListSays_data();
    void endsByItselfAsTheListSays();
    void tooMuchMemoryIsSeen();
    void tooMuchTimeIsSeen();
    void aWrongEndIsSeen_data();
    void aWrongEndIsSeen();

private:
    static void rows(const std::vector<HostileScript>& scripts)
    {
        QTest::addColumn<HostileScript>("script");
        for (const HostileScript& script : scripts)
            QTest::newRow(script.name.c_str()) << script;
    }
    ScriptOutcome run(const Bytes& body, std::chrono::milliseconds time)
    {
        ScriptInput input = m_ground->input(body);
        input.limits.time = time;
        input.limits.datasetBytes = kDatasetBytes;
        input.config = &m_config;
        return m_ground->runner.run(std::move(input));
    }

    engine::Config m_config;
    std::unique_ptr<tests::ScriptGround> m_ground;
    std::size_t m_base = 0;
};

void HostileScriptsTest::initTestCase()
{
    tests::limitOwnMemory();
    m_base = tests::residentBytes();
    QVERIFY(m_base > 0);
    // What is in a dataset is judged behind a command; one value is bounded by this.
    QVERIFY(m_config.setAtStart("proto-max-bulk-len", "16mb").ok());
    m_ground = std::make_unique<tests::ScriptGround>(
        ScriptRunnerOptions{.memoryLimitBytes = kMemoryBytes, .arenaSlot = ScriptRunnerOptions::kRecorded});
}

void HostileScriptsTest::theListIsWhole()
{
    std::set<Bytes> names;
    for (const HostileScript& script : tests::hostileScripts())
        QVERIFY2(names.insert(script.name).second, script.name.c_str());
    const std::size_t hazards = tests::bareHostileScripts().size();
    QVERIFY(hazards > 500);
    QCOMPARE(names.size(), hazards * tests::kHazardForms);
    // As many turns as there are forms show each in each.
    std::set<Bytes> shown;
    for (std::size_t turn = 0; turn < tests::kHazardForms; ++turn) {
        for (const HostileScript& script : tests::someHostileScripts(turn))
            shown.insert(script.name);
    }
    QCOMPARE(shown, names);
}

void HostileScriptsTest::everyPublishedFaultHasARow()
{
    std::set<Bytes> parts;
    for (const HostileScript& script : tests::bareHostileScripts())
        parts.insert(script.part);
    std::size_t published = 0;
    const Bytes text = tests::supportFile("script_rows.txt").toStdString();
    for (const tests::ScriptRow& row : tests::readScriptRows(text).rows) {
        if (!row.text.starts_with("CVE-"))
            continue;
        ++published;
        const Bytes name = row.text.substr(0, row.text.find_first_of(": "));
        // The debugger's parser reads no script.
        if (name != "CVE-2021-32672")
            QVERIFY2(parts.contains("I.2 " + name), name.c_str());
    }
    QVERIFY(published > 15);
}

void HostileScriptsTest::endsInsideItsLimits()
{
    QFETCH(HostileScript, script);
    const tests::WorkWatch watch(tests::hostileBounds(), m_base);
    const ScriptOutcome outcome = run(script.body, kLittleTime);
    const Bytes tooMuch = watch.fault();
    QVERIFY2(tooMuch.empty(), tooMuch.c_str());
    const Bytes fault = faultOfEnd(script, outcome.reply.isError(), outcome.reply.text, Pressure::Limits);
    QVERIFY2(fault.empty(), fault.c_str());
    QCOMPARE(run("return 1", kMuchTime).reply.integer, 1);
}

void HostileScriptsTest::endsByItselfAsTheListSays_data()
{
    std::vector<HostileScript> scripts = tests::bareHostileScripts();
    std::erase_if(scripts, [](const HostileScript& script) { return script.outcome.end == tests::HazardEnd::Limit; });
    rows(scripts);
}

void HostileScriptsTest::endsByItselfAsTheListSays()
{
    QFETCH(HostileScript, script);
    const ScriptOutcome outcome = run(script.body, kMuchTime);
    const Bytes fault = faultOfEnd(script, outcome.reply.isError(), outcome.reply.text, Pressure::None);
    QVERIFY2(fault.empty(), fault.c_str());
}

void HostileScriptsTest::tooMuchMemoryIsSeen()
{
    if (tests::hostileBounds().residentBytes == 0)
        QSKIP("a sanitizer keeps memory of its own");
    const tests::WorkWatch watch(tests::hostileBounds(), m_base);
    QCOMPARE(watch.fault(), Bytes());
    const std::size_t most = tests::hostileBounds().residentBytes;
    Bytes(most + most / 2, 'x').back() = 'y'; // gone again when it is asked
    QVERIFY2(watch.fault().starts_with("at its peak it held "), watch.fault().c_str());
    // What an earlier piece of work held is not this one's.
    QCOMPARE(tests::WorkWatch(tests::hostileBounds(), m_base).fault(), Bytes());
}

void HostileScriptsTest::tooMuchTimeIsSeen()
{
    const tests::WorkWatch watch({.time = std::chrono::milliseconds(1), .residentBytes = 0}, m_base);
    run("while true do end", std::chrono::milliseconds(5));
    QVERIFY2(watch.fault().starts_with("it took "), watch.fault().c_str());
}

void HostileScriptsTest::aWrongEndIsSeen_data()
{
    QTest::addColumn<HostileScript>("script");
    QTest::addColumn<bool>("isError");
    QTest::addColumn<QByteArray>("text");
    HostileScript endless = rowOf("");
    endless.outcome = tests::kLimit;
    HostileScript fine = rowOf("");
    fine.outcome = tests::kFine;
    QTest::newRow("an endless one that ends well") << endless << false << QByteArray("1");
    QTest::newRow("an endless one with an error") << endless << true << QByteArray("ERR x");
    QTest::newRow("a fine one with an error") << fine << true << QByteArray("ERR x");
    QTest::newRow("a fine one that a limit ends") << fine << true << QByteArray("ERR x, not enough memory");
    QTest::newRow("a failing one that ends well") << rowOf("ERR x") << false << QByteArray("ERR x");
    QTest::newRow("a failing one with another error") << rowOf("ERR x") << true << QByteArray("ERR xy script: 1");
}

void HostileScriptsTest::aWrongEndIsSeen()
{
    QFETCH(HostileScript, script);
    QFETCH(bool, isError);
    QFETCH(QByteArray, text);
    QVERIFY(!faultOfEnd(script, isError, text.toStdString(), Pressure::None).empty());
}

QTEST_GUILESS_MAIN(HostileScriptsTest)
#include "hostile_scripts_test.moc"
