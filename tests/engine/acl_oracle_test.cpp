// labels: oracle
// Random rules for a few users, given to this engine and to the real server: each rule must be taken or refused alike,
// and whatever commands the users then try must be allowed or denied alike, for the same reason. FERRITE_ACL_SEED and
// FERRITE_ACL_RULES choose another run.

#include "engine/acl/access_control.h"
#include "engine/command/command_facts.h"
#include "engine/resp/reply_text.h"
#include "tests/support/argument_values.h"
#include "tests/support/environment.h"
#include "tests/support/redis_server.h"
#include "tests/support/side.h"

#include <QTest>

#include <map>
#include <set>

using namespace engine;
using tests::chance;
using tests::oneOf;
using tests::Words;

namespace {

constexpr int kTriesAfterARule = 6;

class AclWords {
public:
    explicit AclWords(std::uint64_t seed) : m_rng(seed) { }

    Bytes user() { return oneOf<const char*>(m_rng, {"alice", "bob", "carol"}); }
    Bytes rule();
    /// A rule that allows much, or nothing: most commands are to get as far as their keys.
    Bytes beginning() { return oneOf<const char*>(m_rng, {"+@all", "+@all", "~*", "~b:*", "&news", ""}); }
    /// A command that a user may try, with arguments that name keys and channels.
    Words command();
    Words setUser();

private:
    const Command& anyCommand() { return m_commands.at(m_rng.below(m_commands.indexCount())); }
    Bytes commandName();
    Bytes pattern() { return oneOf<const char*>(m_rng, {"a*", "b:*", "*", "b:1", "[ab]?1", "", "x y", "news"}); }

    Rng m_rng;
    CommandTable m_commands;
};

Bytes AclWords::commandName()
{
    if (chance(m_rng, 4))
        return oneOf<const char*>(m_rng, {"nosuch", "config|nosuch", "get|", "|", "", "GET", "Config|Get"});
    return anyCommand().fullName;
}

Bytes AclWords::rule()
{
    const Bytes sign = chance(m_rng, 60) ? "+" : "-";
    switch (m_rng.below(12)) {
    case 0:
    case 1:
    case 2:
        return sign + commandName();
    case 3:
    case 4:
        return sign + "@" + Bytes(aclCategoryName(m_rng.below(aclCategoryCount())));
    case 5:
        return sign + commandName() + "|" + oneOf<const char*>(m_rng, {"b:1", "0", "x", "get", ""});
    case 6:
        return oneOf<const char*>(m_rng, {"~", "%R~", "%W~", "%RW~", "%wr~", "%~", "%RR~", "%X~"}) + pattern();
    case 7:
        return "&" + pattern();
    case 8:
        return oneOf<const char*>(m_rng, {">one", ">two", "<one", "#", "!zz", "nopass", "resetpass"});
    case 9:
        return oneOf<const char*>(m_rng,
            {"allcommands", "nocommands", "allkeys", "resetkeys", "allchannels", "resetchannels", "on", "off", "+@all",
                "-@all", "~*", "&*", "clearselectors", "sanitize-payload", "skip-sanitize-payload"});
    case 10:
        return oneOf<const char*>(
            m_rng, {"reset", "nosuch", "", "(", ")", "+", "-", "@", "%", "~", "&", "+@", "((", "()"});
    default: {
        Bytes inside = rule();
        for (std::uint64_t more = m_rng.below(3); more > 0; --more)
            inside += " " + rule();
        return "(" + inside + (chance(m_rng, 95) ? ")" : "");
    }
    }
}

Words AclWords::setUser()
{
    Words words{"ACL", "SETUSER", user()};
    for (std::uint64_t rules = 1 + m_rng.below(4); rules > 0; --rules)
        words.push_back(rule());
    return words;
}

Words AclWords::command()
{
    const Command& command = anyCommand();
    Words words;
    for (const Bytes& part :
        {command.parent ? Bytes(command.parent->spec->name) : Bytes(), Bytes(command.spec->name)}) {
        if (!part.empty())
            words.push_back(part);
    }
    const auto fewest = static_cast<std::size_t>(std::abs(command.spec->arity));
    const std::size_t wanted = fewest + (command.spec->arity < 0 ? m_rng.below(4) : 0);
    while (words.size() < wanted)
        words.emplace_back(oneOf<const char*>(
            m_rng, {"a1", "b:1", "b:2", "news", "x", "1", "2", "0", "STORE", "KEYS", "STREAMS", "get", "*"}));
    return words;
}

// Without the text of the commands: the real server says single ones in an order of its own.
Reply withoutCommands(Reply user)
{
    for (std::size_t i = 0; i + 1 < user.elements.size(); i += 2) {
        if (user.elements[i].text == "commands")
            user.elements[i + 1] = Reply();
        for (Reply& selector : user.elements[i + 1].elements)
            selector = withoutCommands(selector);
    }
    return user;
}

} // namespace

class AclOracleTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyCategoryHoldsTheSameCommands();
    void randomRulesMeanTheSame();
};

void AclOracleTest::everyCategoryHoldsTheSameCommands()
{
    if (tests::RedisServer::version() != "7.0.15")
        QSKIP("redis-server 7.0.15 is not installed");
    tests::RedisServer server;
    tests::SocketSide theirs(server.port());
    tests::EmbeddedSide ours(1);
    const CommandTable commands;
    std::size_t compared = 0;
    for (std::size_t i = 0; i < aclCategoryCount(); ++i) {
        const Bytes name(aclCategoryName(i));
        std::set<Bytes> mine;
        std::set<Bytes> other;
        for (const Reply& command : ours.ask({"ACL", "CAT", name}).elements)
            mine.insert(command.text);
        for (const Reply& command : theirs.ask({"ACL", "CAT", name}).elements) {
            // What the table does not have says nothing about the category.
            if (commands.findFullName(command.text))
                other.insert(command.text);
        }
        QVERIFY2(mine == other, name.c_str());
        compared += mine.size();
    }
    QVERIFY(compared > commands.indexCount());
}

void AclOracleTest::randomRulesMeanTheSame()
{
    if (tests::RedisServer::version() != "7.0.15")
        QSKIP("redis-server 7.0.15 is not installed");
    tests::RedisServer server;
    QVERIFY(server.port() != 0);
    tests::EmbeddedSide ours(7);
    tests::SocketSide theirs(server.port());
    const auto seed = tests::fromEnvironment("FERRITE_ACL_SEED", 20261127);
    const auto rules = tests::fromEnvironment("FERRITE_ACL_RULES", 3000);
    qInfo("seed %llu", static_cast<unsigned long long>(seed));
    AclWords words(seed);
    std::map<Bytes, std::size_t> verdicts;
    Bytes story;
    const auto same = [&](const Words& argv) {
        for (const Bytes& word : argv)
            story += engine::quoted(word) + " ";
        story += "\n";
        const Bytes mine = formatReplyForPeople(withoutCommands(ours.ask(argv)));
        const Bytes other = formatReplyForPeople(withoutCommands(theirs.ask(argv)));
        if (mine != other)
            qWarning("%s ours:   %s\n theirs: %s", story.c_str(), mine.c_str(), other.c_str());
        if (argv[1] != "GETUSER")
            ++verdicts[mine.substr(0, mine.find('\''))];
        return mine == other;
    };
    for (std::uint64_t i = 0; i < rules; ++i) {
        if (i % 20 == 0) {
            story.clear();
            for (const char* user : {"alice", "bob", "carol"})
                QVERIFY(same({"ACL", "SETUSER", user, "reset", words.beginning(), words.beginning()}));
        }
        QVERIFY(same(words.setUser()));
        const Bytes user = words.user();
        QVERIFY(same({"ACL", "GETUSER", user}));
        for (int tries = 0; tries < kTriesAfterARule; ++tries) {
            Words argv{"ACL", "DRYRUN", user};
            const Words command = words.command();
            argv.insert(argv.end(), command.begin(), command.end());
            QVERIFY(same(argv));
        }
    }
    for (const auto& [verdict, times] : verdicts)
        qInfo("%6zu %s", times, verdict.c_str());
    QVERIFY(verdicts["OK"] > rules / 2);
    QVERIFY(verdicts["\"This user has no permissions to access the "] > rules / 50);
    QVERIFY(verdicts["\"This user has no permissions to run the "] > rules / 2);
}

QTEST_GUILESS_MAIN(AclOracleTest)
#include "acl_oracle_test.moc"
