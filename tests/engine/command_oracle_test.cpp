// labels: oracle
// Every row of the command table beside what the real server says of the same command: COMMAND INFO and COMMAND DOCS,
// and the keys that COMMAND GETKEYSANDFLAGS finds in words at random. What the real server has and the table has not
// stands in a list. Summaries and complexities are our own words and are not compared.

#include "tests/support/embedded_server.h"

#include "engine/resp/reply_text.h"
#include "tests/support/argument_values.h"
#include "tests/support/reply_comparison.h"
#include "tests/support/redis_server.h"
#include "tests/support/resp_connection.h"

#include <QTest>

#include <algorithm>

using namespace engine;

namespace {

/// Where we differ on purpose.
struct Deviation {
    const char* command;
    const char* what;
    const char* reason;
};

constexpr Deviation kDeviations[] = {
    {"*", "summary", "our own words"},
    {"*", "complexity", "our own words"},
    {"*", "history", "the history of another program"},
    {"*", "doc_flags", "a remark on that program"},
    {"*", "deprecated_since", "the history of another program"},
    {"*", "replaced_by", "the history of another program"},
    {"*", "notes", "remarks in prose"},
    {"*", "argument since", "the history of another program"},
    {"*", "subcommands", "each is a row of its own"},
};

// Commands that read and write files, which are not there yet.
constexpr BytesView kMissing[] = {"bgrewriteaof", "bgsave", "dump", "migrate", "restore", "restore-asking", "save"};

constexpr int kWordLists = 300;

bool deviates(const Bytes& command, const Bytes& what)
{
    return std::ranges::any_of(kDeviations, [&](const Deviation& known) {
        return (known.command == BytesView("*") || known.command == command) && known.what == what;
    });
}

/// A reply as text in which the order of sets and maps means nothing, without what may differ.
Bytes canonical(const Reply& reply, const Bytes& command)
{
    std::vector<Bytes> parts;
    if (reply.kind == ReplyKind::Map) {
        // Only what describes an argument begins with its name.
        const Bytes prefix = !reply.elements.empty() && reply.elements[0].text == "name" ? "argument " : "";
        for (std::size_t i = 0; i + 1 < reply.elements.size(); i += 2) {
            const Bytes& what = reply.elements[i].text;
            if (!deviates(command, what) && !deviates(command, prefix + what))
                parts.push_back(what + "=" + canonical(reply.elements[i + 1], command));
        }
    } else if (reply.kind == ReplyKind::Set || reply.kind == ReplyKind::Array) {
        for (const Reply& element : reply.elements)
            parts.push_back(canonical(element, command));
    } else {
        return formatReplyForPeople(reply);
    }
    if (reply.kind != ReplyKind::Array)
        std::ranges::sort(parts);
    Bytes text = "{";
    for (const Bytes& part : parts)
        text += part + "; ";
    return text + "}";
}

} // namespace

class CommandOracleTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void noCommandIsMissing();
    void theRowSaysWhatTheRealServerSays_data() { addCommands(); }
    void theRowSaysWhatTheRealServerSays();
    void theKeysAreThoseThatTheRealServerFinds_data() { addCommands(); }
    void theKeysAreThoseThatTheRealServerFinds();

private:
    void addCommands();

    std::unique_ptr<tests::RedisServer> m_server;
    tests::RespConnection m_oracle;
    tests::EmbeddedServer m_ours;
};

void CommandOracleTest::initTestCase()
{
    if (tests::RedisServer::version() != "7.0.15")
        QSKIP("redis-server 7.0.15 is not installed");
    m_server = std::make_unique<tests::RedisServer>();
    QVERIFY(m_server->port() != 0);
    m_oracle = tests::RespConnection(m_server->port());
    QVERIFY(m_oracle.ask({"HELLO", "3"}));
    m_ours.run("HELLO 3");
}

void CommandOracleTest::noCommandIsMissing()
{
    const auto commands = m_oracle.ask({"COMMAND"});
    QVERIFY(commands && commands->elements.size() == 240);
    std::vector<Bytes> missing;
    const auto look = [&](const Bytes& name) {
        if (!m_ours.engine().commands().findFullName(name))
            missing.push_back(name);
    };
    for (const Reply& command : commands->elements) {
        look(command.elements[0].text);
        for (const Reply& subcommand : command.elements[9].elements)
            look(subcommand.elements[0].text);
    }
    std::ranges::sort(missing);
    QCOMPARE(missing, std::vector<Bytes>(std::begin(kMissing), std::end(kMissing)));
}

void CommandOracleTest::addCommands()
{
    QTest::addColumn<QByteArray>("name");
    const CommandTable& table = m_ours.engine().commands();
    for (std::size_t i = 0; i < table.indexCount(); ++i)
        QTest::newRow(table.at(i).fullName.c_str()) << QByteArray::fromStdString(table.at(i).fullName);
}

void CommandOracleTest::theRowSaysWhatTheRealServerSays()
{
    QFETCH(QByteArray, name);
    const Bytes command = name.toStdString();
    const auto theirDocs = m_oracle.ask({"COMMAND", "DOCS", command});
    auto theirInfo = m_oracle.ask({"COMMAND", "INFO", command});
    QVERIFY(theirDocs && theirInfo);
    const Reply ourDocs = m_ours.reply(std::vector<Bytes>{"COMMAND", "DOCS", command});
    Reply ourInfo = m_ours.reply(std::vector<Bytes>{"COMMAND", "INFO", command});
    QVERIFY2(theirInfo->elements.size() == 1 && theirInfo->elements[0].elements.size() == 10, "no such command there");
    // The last element lists the subcommands, each of which is a row of this test.
    theirInfo->elements[0].elements.pop_back();
    ourInfo.elements[0].elements.pop_back();

    QCOMPARE(
        QString::fromStdString(canonical(ourInfo, command)), QString::fromStdString(canonical(*theirInfo, command)));
    QCOMPARE(
        QString::fromStdString(canonical(ourDocs, command)), QString::fromStdString(canonical(*theirDocs, command)));
}

void CommandOracleTest::theKeysAreThoseThatTheRealServerFinds()
{
    QFETCH(QByteArray, name);
    const Command* command = m_ours.engine().commands().findFullName(name.toStdString());
    Rng rng(7);
    int found = 0;
    for (int i = 0; i < kWordLists; ++i) {
        std::vector<Bytes> words{"COMMAND", "GETKEYSANDFLAGS"};
        if (command->parent)
            words.emplace_back(command->parent->spec->name);
        words.emplace_back(command->spec->name);
        for (std::uint64_t more = rng.below(9); more > 0; --more)
            words.emplace_back(tests::oneOf<const char*>(rng,
                {"a", "b", "c", "1", "2", "3", "0", "-1", "x", "STORE", "storedist", "KEYS", "STREAMS", "GET", "BY",
                    "LIMIT", "COUNT", "INCRBY", "SET", "GROUP", "AND", "km"}));
        const auto theirs = m_oracle.ask(words);
        QVERIFY(theirs);
        const Bytes ours = canonical(m_ours.reply(words), name.toStdString());
        const Bytes other = canonical(*theirs, name.toStdString());
        if (ours != other)
            qWarning("%s\n ours:   %s\n theirs: %s", tests::commandLine(words).c_str(), ours.c_str(), other.c_str());
        QCOMPARE(ours == other, true);
        found += theirs->isError() ? 0 : 1;
    }
    const auto isKey = [](const KeySpec& keys) { return (keys.use & KeySpec::NotKey) == 0; };
    if (std::ranges::any_of(command->spec->keys.view(), isKey))
        QVERIFY(found > 0);
}

QTEST_GUILESS_MAIN(CommandOracleTest)
#include "command_oracle_test.moc"
