// labels: oracle
// Libraries of the npm registry that bring Lua scripts of their own: queues, locks, limiters. Each program of
// tests/support/clients/libraries uses one as its documentation shows, against the listener and against redis-server at
// once, and has to observe the same: answers, events, the data left, kinds of errors, digests of the scripts that ran.

#include "tests/support/ferrite_server.h"
#include "tests/support/npm_libraries.h"
#include "tests/support/redis_server.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QSet>
#include <QtTest>

using tests::Finished;

namespace {

const QString kPrograms = QStringLiteral(FERRITE_SOURCE_DIR "/tests/support/clients/libraries/");

// These bring no scripts: the programs give them some.
const QStringList kWithoutScripts = {"ioredis", "node_redis"};

QStringList programNames()
{
    QStringList names;
    for (const QFileInfo& file : QDir(kPrograms).entryInfoList({"*.js"}, QDir::Files))
        names << file.baseName();
    return names;
}

// The first line in which two programs' observations part, for a person; empty when there is none.
QByteArray firstDifference(const QByteArray& ours, const QByteArray& theirs)
{
    const QList<QByteArray> our = ours.split('\n');
    const QList<QByteArray> their = theirs.split('\n');
    for (qsizetype at = 0; at < std::max(our.size(), their.size()); ++at) {
        if (our.value(at) != their.value(at))
            return "ferrite:      " + our.value(at) + "\nredis-server: " + their.value(at);
    }
    return {};
}

// The digests in a program's last line, `["scripts",["…",…]]`.
QSet<QString> digestsOf(const QByteArray& observations)
{
    QSet<QString> digests;
    const QByteArray line = observations.trimmed().split('\n').last();
    for (const QJsonValue digest : QJsonDocument::fromJson(line).array().at(1).toArray())
        digests << digest.toString();
    return digests;
}

} // namespace

class LibraryClientsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void aLibraryObservesTheSame_data();
    void aLibraryObservesTheSame();
    void sixtyScriptsOfLibrariesRan();
    void cleanupTestCase();

private:
    tests::NpmLibraries m_libraries;
    std::unique_ptr<tests::RedisServer> m_redis;
    std::unique_ptr<tests::FerriteServer> m_ferrite;
    QSet<QString> m_digests; // of libraries' own scripts, seen on both servers
};

void LibraryClientsTest::initTestCase()
{
    if (!tests::RedisServer::version().startsWith("7.0"))
        QSKIP("redis-server 7.0 is not installed: nothing to compare with");
    m_libraries = tests::npmLibraries();
    if (!m_libraries.missing.isEmpty())
        QSKIP(m_libraries.missing.constData());
    QVERIFY2(m_libraries.fault.isEmpty(), m_libraries.fault);
    m_redis = std::make_unique<tests::RedisServer>();
    m_ferrite = std::make_unique<tests::FerriteServer>();
    QVERIFY(m_redis->port() != 0);
    QVERIFY(m_ferrite->port() != 0);
}

void LibraryClientsTest::cleanupTestCase()
{
    m_redis.reset();
    m_ferrite.reset();
}

void LibraryClientsTest::aLibraryObservesTheSame_data()
{
    QTest::addColumn<QString>("name");
    for (const QString& name : programNames())
        QTest::newRow(qPrintable(name)) << name;
}

void LibraryClientsTest::aLibraryObservesTheSame()
{
    QFETCH(QString, name);
    const auto start = [&](QProcess& process, quint16 port) {
        tests::startProgram(process, "env",
            {"NODE_PATH=" + m_libraries.folder, "node", kPrograms + name + ".js", QString::number(port)});
    };
    QProcess againstRedis;
    QProcess againstFerrite;
    start(againstRedis, m_redis->port());
    start(againstFerrite, m_ferrite->port());
    const Finished theirs = tests::endOf(againstRedis, 120'000);
    const Finished ours = tests::endOf(againstFerrite, 120'000);
    QVERIFY2(theirs.code == 0, "against redis-server: " + theirs.error);
    QVERIFY2(ours.code == 0, "against ferrite: " + ours.error);
    QVERIFY2(ours.out == theirs.out, firstDifference(ours.out, theirs.out));

    const QSet<QString> digests = digestsOf(ours.out);
    QVERIFY(!digests.isEmpty());
    qInfo("%s: %d scripts", qPrintable(name), int(digests.size()));
    if (!kWithoutScripts.contains(name))
        m_digests += digests;
}

void LibraryClientsTest::sixtyScriptsOfLibrariesRan()
{
    qInfo("%d different scripts in all", int(m_digests.size()));
    QVERIFY(m_digests.size() >= 60);
}

QTEST_GUILESS_MAIN(LibraryClientsTest)
#include "library_clients_test.moc"
