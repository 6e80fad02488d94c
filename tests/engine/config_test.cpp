// CONFIG's values: every row, the file that is read and rewritten.

#include "engine/server/config.h"
#include "engine/server/config_table.h"
#include "engine/server/config_values.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <set>
#include <sstream>

using namespace engine;

namespace {

Bytes contents(const Bytes& path)
{
    std::ifstream in(path);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

Bytes valueOf(const Config& config, BytesView name)
{
    const BytesView patterns[] = {name};
    const auto found = config.matching(patterns);
    return found.size() == 1 ? found[0].second : "(not one)";
}

Bytes failureOf(Config& config, std::initializer_list<ConfigAssignment> assignments)
{
    const auto done = config.set({assignments.begin(), assignments.size()});
    return done ? "" : Bytes(done.error());
}

} // namespace

class ConfigTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyRowHasADefaultThatItAcceptsAndAnotherName();
    void settingIsAllOrNone();
    void sizesHaveUnits();
    void aFileIsReadWithQuotesAndComments();
    void aBrokenFileNamesItsLine();
    void rewritingKeepsOtherLinesAndAddsWhatChanged();
    void olderNamesAreTheSameParameter();
    void encodingLimitsFollow();
};

void ConfigTest::everyRowHasADefaultThatItAcceptsAndAnotherName()
{
    std::set<BytesView> names;
    for (const ConfigRow& row : configRows()) {
        QVERIFY2(names.insert(row.name).second, Bytes(row.name).c_str());
        QVERIFY(row.alias.empty() || names.insert(row.alias).second);
        const auto parsed = parseConfigValue(row, row.initial);
        QVERIFY2(parsed.ok(), Bytes(row.name).c_str());
        QCOMPARE(parsed->text, Bytes(row.initial));
    }
}

void ConfigTest::settingIsAllOrNone()
{
    Config config;
    QVERIFY(!failureOf(config, {{"timeout", "5"}, {"hz", "x"}}).empty());
    QCOMPARE(config.number(Param::Timeout), 0);
    QCOMPARE(failureOf(config, {{"TIMEOUT", "5"}, {"hz", "20"}}), Bytes());
    QCOMPARE(config.number(Param::Timeout), 5);
    QCOMPARE(config.number(Param::Hz), 20);
}

void ConfigTest::sizesHaveUnits()
{
    QCOMPARE(parseMemory("64"), 64);
    QCOMPARE(parseMemory("64b"), 64);
    // No digits are no bytes, as in Redis.
    QCOMPARE(parseMemory(""), 0);
    QCOMPARE(parseMemory("kb"), 0);
    QCOMPARE(parseMemory("1k"), 1000);
    QCOMPARE(parseMemory("1KB"), 1024);
    QCOMPARE(parseMemory("2gb"), 2LL * 1024 * 1024 * 1024);
    for (const char* bad : {"1tb", "-1", "1.5mb", "9223372036854775808", "9000000000000gb", "1 kb"})
        QVERIFY2(!parseMemory(bad), bad);
}

void ConfigTest::aFileIsReadWithQuotesAndComments()
{
    QTemporaryDir directory;
    const Bytes path = directory.filePath("a.conf").toStdString();
    std::ofstream(path)
        << "# comment\n\n  maxmemory 1mb\nrequirepass \"a b\"\nclient-output-buffer-limit normal 1 2 3\n";
    Config config;
    const auto loaded = config.loadFile(path);
    QVERIFY2(loaded.ok(), loaded.ok() ? "" : loaded.error().c_str());
    QCOMPARE(config.number(Param::Maxmemory), 1024 * 1024);
    QCOMPARE(config.text(Param::Requirepass), Bytes("a b"));
    QCOMPARE(config.outputLimit(OutputClass::Normal).softSeconds, 3);
}

void ConfigTest::aBrokenFileNamesItsLine()
{
    QTemporaryDir directory;
    const Bytes path = directory.filePath("a.conf").toStdString();
    const auto failure = [&](const char* text) {
        std::ofstream(path, std::ios::trunc) << text;
        Config config;
        const auto loaded = config.loadFile(path);
        return loaded ? Bytes() : Bytes(loaded.error());
    };
    QVERIFY(failure("hz 10\nnosuch 1\n").find(", line 2: nosuch: there is no parameter") != Bytes::npos);
    QVERIFY(failure("hz\n").find("line 1: 'hz' needs a value") != Bytes::npos);
    QVERIFY(failure("hz \"1\n").find("line 1: unbalanced quotes") != Bytes::npos);
    QVERIFY(failure("timeout -1\n").find("argument must be between 0") != Bytes::npos);
    Config config;
    QVERIFY(!config.loadFile(path + ".missing").ok());
}

void ConfigTest::rewritingKeepsOtherLinesAndAddsWhatChanged()
{
    QTemporaryDir directory;
    const Bytes path = directory.filePath("a.conf").toStdString();
    std::ofstream(path) << "# mine\nhash-max-ziplist-entries 7\ntimeout 3\n";
    Config config;
    QVERIFY(config.loadFile(path).ok());
    QCOMPARE(failureOf(config, {{"timeout", "4"}, {"requirepass", "a \"b\""}}), Bytes());
    QVERIFY(config.rewrite().ok());
    QCOMPARE(contents(path), Bytes("# mine\nhash-max-listpack-entries 7\ntimeout 4\nrequirepass \"a \\\"b\\\"\"\n"));
    Config again;
    QVERIFY(again.loadFile(path).ok());
    QCOMPARE(again.text(Param::Requirepass), Bytes("a \"b\""));
    QCOMPARE(again.number(Param::Timeout), 4);
}

void ConfigTest::olderNamesAreTheSameParameter()
{
    Config config;
    QCOMPARE(failureOf(config, {{"lua-time-limit", "77"}}), Bytes());
    QCOMPARE(valueOf(config, "busy-reply-threshold"), Bytes("77"));
    QCOMPARE(valueOf(config, "lua-time-limit"), Bytes("77"));
}

void ConfigTest::encodingLimitsFollow()
{
    Config config;
    QCOMPARE(config.encodingLimits().hashMaxListpackEntries, 512U);
    QCOMPARE(failureOf(config, {{"zset-max-ziplist-value", "9"}, {"list-max-listpack-size", "-1"}}), Bytes());
    QCOMPARE(config.encodingLimits().zsetMaxListpackValue, 9U);
    QCOMPARE(config.encodingLimits().listMaxListpackSize, -1);
}

QTEST_GUILESS_MAIN(ConfigTest)
#include "config_test.moc"
