// What is kept from start to start comes back as it was; what is damaged counts as absent.

#include "app/settings.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

class SettingsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatWasKeptComesBack();
    void theStateIsForItsOwnerAlone();
    void damagedFilesCountAsEmpty_data();
    void damagedFilesCountAsEmpty();
    void foldersThatCannotBeWrittenHarmNothing();
};

namespace {

app::Settings settingsIn(const QTemporaryDir& folder)
{
    return {folder.filePath(QStringLiteral("config")), folder.filePath(QStringLiteral("state"))};
}

} // namespace

void SettingsTest::whatWasKeptComesBack()
{
    const QTemporaryDir folder;
    app::Preferences preferences;
    preferences.theme = widgets::ThemeChoice::Dark;
    preferences.listener = {QStringLiteral("127.0.0.2"), 7001};
    preferences.runTimeLimit = std::chrono::milliseconds(250);
    settingsIn(folder).setPreferences(preferences);
    app::WindowState state;
    state.geometry = QByteArray("\0\xff geometry", 11);
    state.layout = "layout";
    state.pages = {{.path = {},
        .title = QStringLiteral("a.lua"),
        .bytes = QByteArray("x\0\xfe", 3),
        .hasBytes = true,
        .breakpoints = {{.line = 2},
            {.line = 5, .enabled = false, .condition = "n > 1 -- \xc3\xa4", .hitCount = 3, .logText = "n is {n}"}},
        .keys = {QByteArray("\0", 1), ""},
        .argv = {"\xff"},
        .caretLine = 4}};
    state.currentPage = 1;
    state.consoleHistory = {QStringLiteral("SET k 'v'"), QStringLiteral("ключ")};
    state.watches = {QStringLiteral("#KEYS")};
    state.fileBreakpoints = {{.path = QStringLiteral("/a/ü.lua"), .lines = {{.line = 3, .condition = "x"}}}};
    state.eventBreakpoints = {{.kind = debugger::BreakpointKind::Command, .pattern = "@write"},
        {.kind = debugger::BreakpointKind::UncaughtError, .condition = "true"}};
    settingsIn(folder).setWindowState(state);

    const app::Preferences kept = settingsIn(folder).preferences();
    QVERIFY(kept.theme == widgets::ThemeChoice::Dark);
    QCOMPARE(kept.listener.address, QStringLiteral("127.0.0.2"));
    QCOMPARE(kept.listener.port, 7001);
    QCOMPARE(kept.runTimeLimit.count(), 250);
    const app::WindowState back = settingsIn(folder).windowState();
    QCOMPARE(back.geometry, state.geometry);
    QCOMPARE(back.layout, state.layout);
    QCOMPARE(back.currentPage, 1);
    QCOMPARE(back.consoleHistory, state.consoleHistory);
    QCOMPARE(back.watches, state.watches);
    QCOMPARE(back.pages.size(), 1);
    QCOMPARE(back.pages[0].title, QStringLiteral("a.lua"));
    QCOMPARE(back.pages[0].bytes, state.pages[0].bytes);
    QVERIFY(back.pages[0].hasBytes);
    QVERIFY(back.pages[0].breakpoints == state.pages[0].breakpoints);
    QVERIFY(back.eventBreakpoints == state.eventBreakpoints);
    QVERIFY(back.fileBreakpoints == state.fileBreakpoints);
    QCOMPARE(back.pages[0].keys, state.pages[0].keys);
    QCOMPARE(back.pages[0].argv, state.pages[0].argv);
    QCOMPARE(back.pages[0].caretLine, 4);
}

void SettingsTest::theStateIsForItsOwnerAlone()
{
    const QTemporaryDir folder;
    settingsIn(folder).setWindowState({});
    const auto permissions = QFile::permissions(folder.filePath(QStringLiteral("state/window.json")));
    QVERIFY(permissions & QFileDevice::ReadOwner);
    QVERIFY(!(permissions & (QFileDevice::ReadGroup | QFileDevice::ReadOther | QFileDevice::WriteOther)));
}

void SettingsTest::damagedFilesCountAsEmpty_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("no JSON") << QByteArray("\0\xff[[[", 5);
    QTest::newRow("cut") << QByteArray("{\"geometry\":\"AAA");
    QTest::newRow("a list") << QByteArray("[1,2,3]");
    QTest::newRow("other types") << QByteArray("{\"geometry\":5,\"pages\":{\"a\":1},\"currentPage\":\"x\","
                                               "\"consoleHistory\":[1,null,{}],\"watches\":7}");
    QTest::newRow("pages of nothing") << QByteArray(
        "{\"pages\":[1,null,[],{\"caretLine\":-7,\"breakpoints\":[\"x\",null,-3,1e99,{\"line\":0},"
        "{\"line\":\"x\"},{\"kind\":\"command\",\"pattern\":\"set\"}]}],\"fileBreakpoints\":[1,{\"path\":2},{\"path\":"
        "\"x\",\"breakpoints\":{}}],\"eventBreakpoints\":[7,{\"kind\":\"frob\"},{"
        "\"line\":3},"
        "{\"kind\":\"write\"},[],{\"kind\":[1]}]}");
}

void SettingsTest::damagedFilesCountAsEmpty()
{
    QFETCH(const QByteArray, content);
    const QTemporaryDir folder;
    for (const char* name : {"config/workbench.ini", "state/window.json"}) {
        const QString path = folder.filePath(QLatin1String(name));
        QDir().mkpath(QFileInfo(path).path());
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(content) == content.size());
    }
    const app::Preferences preferences = settingsIn(folder).preferences();
    QVERIFY(preferences.theme == widgets::ThemeChoice::System);
    QCOMPARE(preferences.listener.port, 6380);
    const app::WindowState state = settingsIn(folder).windowState();
    for (const widgets::ScriptPageState& page : state.pages) {
        QVERIFY(page.caretLine >= 1);
        QVERIFY(page.bytes.isEmpty());
        QVERIFY(page.breakpoints.empty());
    }
    QVERIFY(state.eventBreakpoints.empty());
    QVERIFY(state.fileBreakpoints.empty());
}

void SettingsTest::foldersThatCannotBeWrittenHarmNothing()
{
    const QTemporaryDir folder;
    // A file stands where the folder should.
    QFile inTheWay(folder.filePath(QStringLiteral("state")));
    QVERIFY(inTheWay.open(QIODevice::WriteOnly));
    app::WindowState state;
    state.currentPage = 3;
    settingsIn(folder).setWindowState(state);
    QCOMPARE(settingsIn(folder).windowState().currentPage, 0);
    QVERIFY(settingsIn(folder).windowState().pages.isEmpty());
}

QTEST_GUILESS_MAIN(SettingsTest)

#include "settings_test.moc"
