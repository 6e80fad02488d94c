// The scripts of the user's page, byte for byte: Run in the window shows the reply that EVAL gives a client of the same
// engine. By mouse and keys; the client is a socket on the window's own listener.

#include "app/main_window.h"
#include "app/workbench.h"
#include "tests/app/person.h"
#include "tests/support/resp_connection.h"
#include "widgets/models/value_text.h"

#include <QClipboard>
#include <QFile>
#include <QTemporaryDir>

using engine::Bytes;
using tests::Person;

class SeedScriptsWindowTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void runShowsWhatEvalReplies_data();
    void runShowsWhatEvalReplies();
};

void SeedScriptsWindowTest::runShowsWhatEvalReplies_data()
{
    QTest::addColumn<QString>("arguments"); // as they are pasted
    QTest::newRow("rate_limiter") << "limit:1 , 2 60";
    QTest::newRow("compare_and_swap") << "cas , old new";
    QTest::newRow("acquire_lock") << "lock , token-1 10000";
    QTest::newRow("release_lock") << "lock , token-1";
    QTest::newRow("leaderboard") << "board , alice 99.75";
    QTest::newRow("stale_while_revalidate") << "cache cache:lock , 10 5";
    QTest::newRow("sliding_window") << "window , 60 1065.5";
    QTest::newRow("hello") << "";
    QTest::newRow("echo_keys_and_args") << "key1 key2 , arg1 arg2";
    QTest::newRow("get") << "mykey";
    QTest::newRow("init_or_increment") << "counter , 100";
    QTest::newRow("counter_add") << "counter , 0.25";
    QTest::newRow("increment_or_init_rust") << "counter , 1";
    QTest::newRow("increment_or_init_python") << "counter , 100";
    QTest::newRow("increment_or_init_typescript") << "counter , 100";
    QTest::newRow("increment_or_init_typescript_created") << "counter , 1.5";
}

void SeedScriptsWindowTest::runShowsWhatEvalReplies()
{
    QFETCH(const QString, arguments);
    const QString path = QStringLiteral(FERRITE_SOURCE_DIR "/tests/support/seed_scripts/%1.lua")
                             .arg(QLatin1String(QTest::currentDataTag()));
    QFile file(path);
    QVERIFY2(file.open(QIODevice::ReadOnly), qPrintable(path));
    const QByteArray script = file.readAll();
    const QTemporaryDir folder;
    app::Workbench workbench(
        app::Settings(folder.filePath(QStringLiteral("config")), folder.filePath(QStringLiteral("state"))));
    workbench.start({path});
    Person::activate(workbench.window());
    QVERIFY(QTest::qWaitForWindowActive(&workbench.window()));
    const Person person(workbench.window());
    QVERIFY(person.clickTab(QStringLiteral("Listener")));
    QVERIFY(person.click(QStringLiteral("listenerPort")));
    Person::press(Qt::Key_A, Qt::ControlModifier);
    Person::type(QStringLiteral("0"));
    QVERIFY(person.click(QStringLiteral("listenerSwitch")));
    QVERIFY(Person::waitFor(
        [&] { return person.label(QStringLiteral("listenerStatus")).contains(QStringLiteral("127.0.0.1:")); }));
    const QString shown = person.label(QStringLiteral("listenerStatus"));
    tests::RespConnection client(static_cast<quint16>(shown.mid(shown.lastIndexOf(QLatin1Char(':')) + 1).toInt()));
    QVERIFY(client.connected());

    // What a client gets, the first time and the second.
    const qsizetype comma = arguments.indexOf(QLatin1Char(','));
    const QStringList keys =
        arguments.left(comma < 0 ? arguments.size() : comma).split(QLatin1Char(' '), Qt::SkipEmptyParts);
    const QStringList argv =
        comma < 0 ? QStringList() : arguments.mid(comma + 1).split(QLatin1Char(' '), Qt::SkipEmptyParts);
    std::vector<Bytes> words{"EVAL", script.toStdString(), std::to_string(keys.size())};
    for (const QString& word : keys + argv)
        words.push_back(word.toStdString());
    QStringList expected;
    for (int i = 0; i < 2; ++i) {
        const auto reply = client.ask(words);
        QVERIFY(reply.has_value());
        expected += reply->isError() ? QStringLiteral("failed: ") + widgets::textOf(reply->text)
                                     : QStringLiteral("gave ") + widgets::replyLine(*reply);
    }
    QCOMPARE(client.text({"FLUSHALL"}), Bytes("OK"));

    // What the window shows.
    QVERIFY(person.editor());
    person.editor()->setFocus();
    QApplication::clipboard()->setText(arguments);
    Person::press(Qt::Key_V, Qt::ControlModifier | Qt::ShiftModifier);
    for (const QString& line : expected) {
        Person::press(Qt::Key_Return, Qt::ControlModifier);
        QVERIFY(Person::waitFor(
            [&] { return person.label(QStringLiteral("resultHeadline")).contains(QStringLiteral(" command")); }));
        const QString headline = person.label(QStringLiteral("resultHeadline"));
        QVERIFY2(headline.contains(line), qPrintable(headline + QStringLiteral(" is not ") + line));
    }
}

QTEST_MAIN(SeedScriptsWindowTest)

#include "seed_scripts_window_test.moc"
