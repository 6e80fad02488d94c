// What transcripts cannot show of ACLs: files, the configuration's users, the log over time, and what must not be kept.

#include "engine/acl/access_control.h"
#include "engine/acl/acl_password.h"
#include "tests/support/embedded_server.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <set>

using namespace engine;

namespace {

void write(const QString& path, const char* text)
{
    QFile file(path);
    QVERIFY(file.open(QFile::WriteOnly));
    file.write(text);
}

QByteArray read(const QString& path)
{
    QFile file(path);
    return file.open(QFile::ReadOnly) ? file.readAll() : QByteArray("(no file)");
}

Config withAclFile(const QString& path)
{
    Config config;
    CHECK(config.setAtStart("aclfile", path.toStdString()));
    return config;
}

// The field of an entry of ACL LOG.
Bytes fieldOf(const Reply& entry, BytesView name)
{
    for (std::size_t i = 0; i + 1 < entry.elements.size(); i += 2) {
        if (entry.elements[i].text == name)
            return entry.elements[i + 1].text.empty() ? std::to_string(entry.elements[i + 1].integer)
                                                      : entry.elements[i + 1].text;
    }
    return "(no such field)";
}

} // namespace

class AclTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatIsSavedIsLoadedAgain();
    void aFileWithAnErrorChangesNothing();
    void aDirectoryInPlaceOfAFileChangesNothing();
    void loadingEndsTheConnectionsOfOtherUsers();
    void usersOfTheConfigurationAreThere();
    void usersStandInOnePlaceAlone();
    void rewritingKeepsCommentsAndBringsUsersUpToDate();
    void aServerWithoutUsersGetsNoLineOfThem();
    void theLogCountsTheSameRefusalForAMinute();
    void theLogTellsWhereAndWhoItWas();
    void theLogKeepsNoMoreThanItMay();
    void passwordsAreKeptAsHashesAlone();
    void randomPasswordsHaveTheirLengthAndDiffer();
    void freshUsersGetChannelsByTheConfiguration();
    void whatTheProgramItselfAsksIsNeverRefused();
};

void AclTest::whatIsSavedIsLoadedAgain()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath("users.acl");
    write(path, "");
    tests::EmbeddedServer server(withAclFile(path));
    server.run("ACL SETUSER alice on >secret ~a:* %R~b:* &news +@all -@dangerous -select +select|0 (+get ~c*)");
    server.run("ACL SETUSER bob skip-sanitize-payload nopass");
    const Bytes before = server.run("ACL LIST");
    QCOMPARE(server.run("ACL SAVE"), Bytes("OK"));
    server.run("ACL DELUSER alice bob");
    QCOMPARE(server.run("ACL USERS"), Bytes("1) \"default\""));
    QCOMPARE(server.run("ACL LOAD"), Bytes("OK"));
    QCOMPARE(server.run("ACL LIST"), before);
}

void AclTest::aFileWithAnErrorChangesNothing()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath("users.acl");
    tests::EmbeddedServer server(withAclFile(path));
    server.run("ACL SETUSER alice on");
    write(path, "user bob on\nuser carol +nosuch on\nnobody\nuser bob off\n");
    const Bytes before = server.run("ACL LIST");
    const Bytes file = path.toStdString();
    QCOMPARE(server.run("ACL LOAD"),
        "(error) ERR " + file + ":2: Error in applying operation '+nosuch': Unknown command or category name in ACL. "
            + file
            + ":3 should start with user keyword followed by the username. WARNING: Duplicate user 'bob' found on "
            + "line 4. WARNING: ACL errors detected, no change to the previously active ACL rules was performed");
    QCOMPARE(server.run("ACL LIST"), before);
    const auto atStart = server.engine().loadUsers();
    QVERIFY(!atStart.ok());
    QVERIFY2(atStart.error().starts_with(file + ":2: "), atStart.error().c_str());
}

void AclTest::aDirectoryInPlaceOfAFileChangesNothing()
{
    const QTemporaryDir folder;
    tests::EmbeddedServer server(withAclFile(folder.path()));
    server.run("ACL SETUSER alice on");
    QVERIFY(server.run("ACL LOAD").starts_with("(error) ERR Error loading ACLs, reading file '"));
    QVERIFY(
        server.run("ACL SAVE").starts_with("(error) ERR There was an error trying to save the ACLs: cannot write "));
    QVERIFY(server.run("ACL USERS").find("alice") != Bytes::npos);
}

void AclTest::loadingEndsTheConnectionsOfOtherUsers()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath("users.acl");
    write(path, "user alice on nopass +@all ~* &*\n");
    tests::EmbeddedServer server(withAclFile(path));
    QVERIFY(server.engine().loadUsers().ok());
    QCOMPARE(server.run("AUTH alice x", "a"), Bytes("OK"));
    QCOMPARE(server.run("SUBSCRIBE news", "a"), Bytes("1) \"subscribe\"\n2) \"news\"\n3) (integer) 1"));
    QCOMPARE(server.run("ACL LOAD"), Bytes("OK"));
    QCOMPARE(server.run("PUBSUB CHANNELS"), Bytes("(empty array)"));
    QCOMPARE(server.run("PING"), Bytes("PONG"));
}

void AclTest::usersOfTheConfigurationAreThere()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath("redis.conf");
    write(path, "requirepass one\nuser alice on >two +nosuch\n");
    Config config;
    QVERIFY(config.loadFile(path.toStdString()).ok());
    tests::EmbeddedServer server(config);
    const auto loaded = server.engine().loadUsers();
    QVERIFY(!loaded.ok());
    QCOMPARE(
        Bytes(loaded.error()), path.toStdString() + ", line 2: user 'alice': Unknown command or category name in ACL");

    write(path, "requirepass one\nuser alice on >two ~a* (+get ~b*)\nuser default on nopass ~* +@all\n");
    Config better;
    QVERIFY(better.loadFile(path.toStdString()).ok());
    tests::EmbeddedServer second(better);
    QVERIFY(second.engine().loadUsers().ok());
    // The line of a user counts for more than requirepass.
    QCOMPARE(second.run("PING", "stranger"), Bytes("PONG"));
    QCOMPARE(second.run("AUTH alice two", "a"), Bytes("OK"));
    QCOMPARE(second.run("GET b1", "a"), Bytes("(nil)"));
}

void AclTest::usersStandInOnePlaceAlone()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath("redis.conf");
    write(path, "user alice on\naclfile users.acl\n");
    Config config;
    QVERIFY(config.loadFile(path.toStdString()).ok());
    tests::EmbeddedServer both(config);
    QVERIFY(!both.engine().loadUsers().ok());

    write(path, "user alice on\nuser alice off\n");
    Config twice;
    QVERIFY(twice.loadFile(path.toStdString()).ok());
    tests::EmbeddedServer server(twice);
    QVERIFY(!server.engine().loadUsers().ok());
}

void AclTest::rewritingKeepsCommentsAndBringsUsersUpToDate()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath("redis.conf");
    write(path, "# mine\nuser alice on nopass\nhz 20\n# end\n");
    Config config;
    QVERIFY(config.loadFile(path.toStdString()).ok());
    tests::EmbeddedServer server(config);
    QVERIFY(server.engine().loadUsers().ok());
    server.run("ACL SETUSER alice +get ~a*");
    server.run("ACL SETUSER bob");
    QCOMPARE(server.run("CONFIG REWRITE"), Bytes("OK"));
    QCOMPARE(read(path),
        QByteArray("# mine\nuser alice on nopass ~a* resetchannels -@all +get\nhz 20\n# end\n"
                   "user bob off resetchannels -@all\nuser default on nopass ~* &* +@all\n"));
}

void AclTest::aServerWithoutUsersGetsNoLineOfThem()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath("redis.conf");
    write(path, "requirepass one\n");
    Config config;
    QVERIFY(config.loadFile(path.toStdString()).ok());
    tests::EmbeddedServer server(config);
    QCOMPARE(server.run("AUTH one"), Bytes("OK"));
    QCOMPARE(server.run("CONFIG REWRITE"), Bytes("OK"));
    QCOMPARE(read(path), QByteArray("requirepass one\n"));
}

void AclTest::theLogCountsTheSameRefusalForAMinute()
{
    tests::EmbeddedServer server;
    server.run("ACL SETUSER alice on nopass +get +set ~a*");
    server.run("AUTH alice x", "a");
    server.run("GET b", "a");
    server.clock().advance(std::chrono::milliseconds(60'000));
    server.run("SET b 1", "a");
    Reply log = server.reply(std::vector<Bytes>{"ACL", "LOG"});
    QCOMPARE(log.elements.size(), std::size_t{1});
    QCOMPARE(fieldOf(log.elements[0], "count"), Bytes("2"));
    QCOMPARE(fieldOf(log.elements[0], "age-seconds"), Bytes("0"));
    server.clock().advance(std::chrono::milliseconds(60'001));
    server.run("GET b", "a");
    log = server.reply(std::vector<Bytes>{"ACL", "LOG"});
    QCOMPARE(log.elements.size(), std::size_t{2});
    QCOMPARE(fieldOf(log.elements[0], "count"), Bytes("1"));
    QCOMPARE(fieldOf(log.elements[1], "count"), Bytes("2"));
    QCOMPARE(fieldOf(log.elements[1], "age-seconds"), Bytes("60.000999999999998"));
}

void AclTest::theLogTellsWhereAndWhoItWas()
{
    tests::EmbeddedServer server;
    server.run("ACL SETUSER alice on nopass +@all -del ~a* resetchannels");
    const auto last = [&server] {
        const Reply log = server.reply(std::vector<Bytes>{"ACL", "LOG", "1"});
        return log.elements.empty() ? Reply() : log.elements[0];
    };
    const auto shown = [](const Reply& entry) {
        Bytes text;
        for (const char* name : {"reason", "context", "object", "username"})
            text += fieldOf(entry, name) + " ";
        return text;
    };
    server.run("AUTH alice x", "a");
    server.run("AUTH nobody x", "a");
    QCOMPARE(shown(last()), Bytes("auth toplevel AUTH nobody "));
    QVERIFY(fieldOf(last(), "client-info").find(" cmd=auth user=alice ") != Bytes::npos);
    server.run("del a", "a");
    QCOMPARE(shown(last()), Bytes("command toplevel del alice "));
    server.run("CONFIG SET maxmemory 0", "a");
    server.run("MGET a1 b1", "a");
    QCOMPARE(shown(last()), Bytes("key toplevel b1 alice "));
    server.run("PUBLISH news x", "a");
    QCOMPARE(shown(last()), Bytes("channel toplevel news alice "));
    server.run("EVAL \"return redis.pcall('DEL', 'a')\" 0", "a");
    QCOMPARE(shown(last()), Bytes("command lua del alice "));
    QVERIFY(fieldOf(last(), "client-info").find(" cmd=eval user=alice ") != Bytes::npos);
    server.run("MULTI", "a");
    server.run("GET b2", "a");
    QCOMPARE(shown(last()), Bytes("key multi b2 alice "));
    server.run("DISCARD", "a");
    QCOMPARE(server.run("ACL LOG RESET"), Bytes("OK"));
    QCOMPARE(server.run("ACL LOG"), Bytes("(empty array)"));
}

void AclTest::theLogKeepsNoMoreThanItMay()
{
    tests::EmbeddedServer server;
    server.run("CONFIG SET acllog-max-len 12");
    server.run("ACL SETUSER alice on nopass +get");
    server.run("AUTH alice x", "a");
    for (int i = 0; i < 20; ++i)
        server.run("GET k" + std::to_string(i), "a");
    QCOMPARE(server.reply(std::vector<Bytes>{"ACL", "LOG"}).elements.size(), std::size_t{10});
    const Reply all = server.reply(std::vector<Bytes>{"ACL", "LOG", "100"});
    QCOMPARE(all.elements.size(), std::size_t{12});
    QCOMPARE(fieldOf(all.elements[11], "object"), Bytes("k8"));
    QCOMPARE(server.run("ACL LOG -1"), Bytes("(empty array)"));
}

void AclTest::passwordsAreKeptAsHashesAlone()
{
    tests::EmbeddedServer server;
    server.run("CONFIG SET slowlog-log-slower-than 0");
    server.run("MONITOR", "m");
    server.run("ACL SETUSER alice on >topsecret");
    server.run("AUTH alice topsecret", "a");
    server.run("HELLO 3 AUTH alice topsecret", "b");
    server.run("AUTH alice wrongsecret", "c");
    server.run("CONFIG SET requirepass topsecret masterauth topsecret");
    for (const char* question : {"ACL LIST", "ACL GETUSER alice", "ACL LOG", "SLOWLOG GET 100"})
        QVERIFY2(server.run(question).find("secret") == Bytes::npos, question);
    for (;;) {
        const Reply heard = server.hear("m");
        if (heard.isError())
            break;
        QVERIFY2(heard.text.find("secret") == Bytes::npos, heard.text.c_str());
    }
    QCOMPARE(passwordHash("abc"), Bytes("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
}

void AclTest::randomPasswordsHaveTheirLengthAndDiffer()
{
    std::set<Bytes> passwords;
    for (std::size_t bits = 1; bits <= 4096; bits += bits < 300 ? 1 : 97) {
        const Bytes password = randomPassword(bits);
        QCOMPARE(password.size(), (bits + 3) / 4);
        QVERIFY(password.find_first_not_of("0123456789abcdef") == Bytes::npos);
        if (bits >= 128)
            QVERIFY(passwords.insert(password).second);
    }
}

void AclTest::freshUsersGetChannelsByTheConfiguration()
{
    tests::EmbeddedServer server;
    server.run("ACL SETUSER alice");
    server.run("CONFIG SET acl-pubsub-default allchannels");
    server.run("ACL SETUSER bob");
    server.run("ACL SETUSER alice (+get)");
    QCOMPARE(server.run("ACL LIST"),
        Bytes("1) \"user alice off resetchannels -@all (&* -@all +get)\"\n2) \"user bob off &* -@all\"\n"
              "3) \"user default on nopass ~* &* +@all\""));
}

void AclTest::whatTheProgramItselfAsksIsNeverRefused()
{
    tests::EmbeddedServer server;
    server.run("ACL SETUSER default off -@all resetkeys");
    ClientState inside; // without an address: no connection
    EngineTurn turn = server.engine().beginTurn();
    server.engine().join(turn, inside);
    Bytes out;
    RespSink sink(out, Protocol::Resp2);
    const BytesView words[] = {"SET", "k", "v"};
    server.engine().execute(turn, inside, words, sink);
    QCOMPARE(out, Bytes("+OK\r\n"));
    server.engine().leave(turn, inside);
    QCOMPARE(server.run("SET k v", "stranger"), Bytes("(error) NOAUTH Authentication required."));
}

QTEST_GUILESS_MAIN(AclTest)
#include "acl_test.moc"
