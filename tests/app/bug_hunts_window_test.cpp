// Four scripts with a bug each, as people write them: noticed in what the window shows, traced back to its cause by a
// step backwards, mended in the editor and seen to be gone. By mouse and keys alone.
// FERRITE_PICTURES=folder saves a picture of each stage, light and dark.

#include "tests/app/desk.h"

#include <QPlainTextEdit>
#include <QStatusBar>

using tests::Desk;
using tests::fileWith;
using tests::Person;

namespace {

// The limit never ends: nobody ever sees the counter at 0.
const QByteArray kRateLimiter = "-- A fixed window: ARGV[1] requests in ARGV[2] seconds.\n"
                                "local limit = tonumber(ARGV[1])\n"
                                "local current = redis.call('INCR', KEYS[1])\n"
                                "if current == 0 then\n"
                                "  redis.call('EXPIRE', KEYS[1], ARGV[2])\n"
                                "end\n"
                                "local left = limit - current\n"
                                "return {left >= 0 and 1 or 0, left}\n";

// The owner cannot give it back: what is held is compared with the time, not with the token.
const QByteArray kLock = "-- Gives a lock back, if ARGV[1] is whose it is; ARGV[2] is how long it was held.\n"
                         "local function owner()\n"
                         "  return redis.call('GET', KEYS[1])\n"
                         "end\n"
                         "local held = owner()\n"
                         "local token = ARGV[2]\n"
                         "if held == token then\n"
                         "  return redis.call('DEL', KEYS[1])\n"
                         "end\n"
                         "return 0\n";

// It forgets too much: the window is in seconds, and the scores are in milliseconds.
const QByteArray kSlidingWindow = "-- At most ARGV[3] requests in ARGV[2] seconds; ARGV[1] is now in milliseconds.\n"
                                  "local now = tonumber(ARGV[1])\n"
                                  "local window = tonumber(ARGV[2])\n"
                                  "local start = now - window\n"
                                  "redis.call('ZREMRANGEBYSCORE', KEYS[1], 0, start)\n"
                                  "local count = redis.call('ZCARD', KEYS[1])\n"
                                  "if count >= tonumber(ARGV[3]) then\n"
                                  "  return {0, count}\n"
                                  "end\n"
                                  "redis.call('ZADD', KEYS[1], now, 'request:' .. now)\n"
                                  "return {1, count + 1}\n";

// Every second player is a score: names and scores come in turn, and each was taken for a name.
const QByteArray kLeaderboard = "-- The best ARGV[1] players, a line each.\n"
                                "local top = redis.call('ZREVRANGE', KEYS[1], 0, ARGV[1] - 1, 'WITHSCORES')\n"
                                "local lines = {}\n"
                                "for i = 1, #top do\n"
                                "  local name = top[i]\n"
                                "  local score = top[i + 1] or 'none'\n"
                                "  lines[#lines + 1] = name .. ': ' .. score\n"
                                "end\n"
                                "return lines\n";

const QString kKeys = QStringLiteral("keysTable");
const QString kArgv = QStringLiteral("argvTable");
const QString kVariables = QStringLiteral("variablesView");
const QString kChanges = QStringLiteral("changesTree");
const QString kStepChanges = QStringLiteral("stepChangesTree");

bool contains(const QStringList& rows, const QString& text)
{
    return std::any_of(rows.begin(), rows.end(), [&text](const QString& row) { return row.contains(text); });
}

} // namespace

class BugHuntsWindowTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void theRateLimiterThatNeverForgets_data() { themes(); }
    void theRateLimiterThatNeverForgets();
    void theLockThatItsOwnerCannotRelease_data() { themes(); }
    void theLockThatItsOwnerCannotRelease();
    void theSlidingWindowThatForgetsTooMuch_data() { themes(); }
    void theSlidingWindowThatForgetsTooMuch();
    void theLeaderboardThatListsScores_data() { themes(); }
    void theLeaderboardThatListsScores();

private:
    static void themes()
    {
        QTest::addColumn<QString>("theme");
        QTest::newRow("light") << QStringLiteral("light");
        QTest::newRow("dark") << QStringLiteral("dark");
    }
    const Person& person() const { return m_desk->person; }
    /// Opens the window with this script, its KEYS and its ARGV.
    bool open(const QString& name, const QByteArray& script, const QStringList& keys, const QStringList& argv);
    void picture(const QString& stage) const
    {
        person().picture(m_theme + QLatin1Char('-') + m_name + QLatin1Char('-') + stage);
    }
    /// Types commands into the console, and waits for each to be answered.
    bool console(const QStringList& commands) const;
    /// What the last run or session came to.
    bool headlineSays(const QString& text) const
    {
        return Person::waitFor([&] { return person().label(QStringLiteral("resultHeadline")).contains(text); });
    }
    bool arrowAt(int line) const
    {
        return Person::waitFor([&] { return person().arrowLine() == line; });
    }
    bool shows(const QString& view, const QString& text) const
    {
        return Person::waitFor([&] { return contains(person().rows(view), text); });
    }
    /// Waits for what was clicked to have the keyboard.
    static bool hasFocus(const QWidget* widget)
    {
        return widget && Person::waitFor([widget] {
            const QWidget* focused = QApplication::focusWidget();
            return focused && (focused == widget || widget->isAncestorOf(focused));
        });
    }
    /// Writes a line anew.
    bool write(int line, const QString& text) const
    {
        if (!person().clickLine(line) || !hasFocus(person().editor()))
            return false;
        Person::press(Qt::Key_End);
        Person::press(Qt::Key_Home, Qt::ShiftModifier);
        Person::type(text);
        return person().lineWith(text) == line;
    }
    bool hasTab(const QString& title) const
    {
        for (const QTabBar* bar : m_desk->window().findChildren<QTabBar*>()) {
            for (int tab = 0; tab < bar->count(); ++tab) {
                if (bar->tabText(tab) == title)
                    return true;
            }
        }
        return false;
    }
    static void backOver() { Person::press(Qt::Key_F10, Qt::ShiftModifier | Qt::AltModifier); }
    static void stepBack() { Person::press(Qt::Key_F11, Qt::ShiftModifier | Qt::AltModifier); }
    static void run() { Person::press(Qt::Key_Return, Qt::ControlModifier); }
    static void stop() { Person::press(Qt::Key_F5, Qt::ShiftModifier); }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Desk> m_desk;
    QString m_theme;
    QString m_name;
};

void BugHuntsWindowTest::init()
{
    QFETCH(const QString, theme);
    m_theme = theme;
    m_folder = std::make_unique<QTemporaryDir>();
    QDir(m_folder->path()).mkpath(QStringLiteral("config"));
    QVERIFY(!fileWith(*m_folder, QStringLiteral("config/workbench.ini"), "[General]\ntheme=" + theme.toLatin1() + "\n")
                 .isEmpty());
}

void BugHuntsWindowTest::cleanup()
{
    if (QTest::currentTestFailed() && m_desk)
        picture(QStringLiteral("failed"));
    m_desk.reset();
    m_folder.reset();
}

bool BugHuntsWindowTest::open(
    const QString& name, const QByteArray& script, const QStringList& keys, const QStringList& argv)
{
    m_name = name;
    m_desk = std::make_unique<Desk>(*m_folder, QStringList{fileWith(*m_folder, name + QStringLiteral(".lua"), script)});
    bool filled = m_desk->ready;
    for (int i = 0; i < keys.size(); ++i)
        filled = filled && person().fill(kKeys, i, 2, keys[i]);
    for (int i = 0; i < argv.size(); ++i)
        filled = filled && person().fill(kArgv, i, 2, argv[i]);
    return filled;
}

bool BugHuntsWindowTest::console(const QStringList& commands) const
{
    if (!person().clickTab(QStringLiteral("Console")) || !person().click(QStringLiteral("consoleInput")))
        return false;
    const auto* output = person().see<QPlainTextEdit>(QStringLiteral("consoleOutput"));
    for (const QString& command : commands) {
        Person::type(command);
        Person::press(Qt::Key_Return);
        const bool answered = Person::waitFor([&] {
            const QString text = output->toPlainText();
            return text.contains(command) && text.size() > text.lastIndexOf(command) + command.size() + 1;
        });
        if (!answered)
            return false;
    }
    // The list of commands that popped up may leave the window without its focus, here and on no desktop.
    Person::activate(m_desk->window());
    return person().clickTab(QStringLiteral("Result"));
}

void BugHuntsWindowTest::theRateLimiterThatNeverForgets()
{
    QVERIFY(open(QStringLiteral("limiter"), kRateLimiter, {"rl:user:42"}, {"5", "60"}));

    // Noticed: the counter is there, and would be for ever.
    run();
    QVERIFY(headlineSays(QStringLiteral("[1, 4]")));
    QVERIFY(person().clickTab(QStringLiteral("Changes of the run")));
    QVERIFY(shows(QStringLiteral("runChangesTree"), QStringLiteral("rl:user:42")));
    QVERIFY(!contains(person().rows(QStringLiteral("runChangesTree")), QStringLiteral("expires")));
    picture(QStringLiteral("1-noticed"));

    // Run to the end in the debugger: of two commands one was called.
    QVERIFY(person().clickMargin(8));
    Person::press(Qt::Key_F5);
    QVERIFY(arrowAt(8));
    QVERIFY(person().clickTab(QStringLiteral("Timeline")));
    QVERIFY(shows(QStringLiteral("timelineList"), QStringLiteral("INCR rl:user:42")));
    QVERIFY(!contains(person().rows(QStringLiteral("timelineList")), QStringLiteral("EXPIRE")));
    picture(QStringLiteral("2-at-the-end"));

    // Back to the line that decided it, with the values it decided by.
    backOver();
    QVERIFY(arrowAt(7));
    backOver();
    QVERIFY(arrowAt(4));
    QVERIFY(shows(kVariables, QStringLiteral("current | 2")));
    QVERIFY(person().click(QStringLiteral("evaluateLine")));
    Person::type(QStringLiteral("current == 0"));
    Person::press(Qt::Key_Return);
    QVERIFY(Person::waitFor(
        [&] { return person().label(QStringLiteral("evaluateAnswer")).contains(QStringLiteral("false")); }));
    picture(QStringLiteral("3-the-cause"));

    stop();
    QVERIFY(write(4, QStringLiteral("if current == 1 then")));
    QVERIFY(console({QStringLiteral("DEL rl:user:42")}));
    run();
    QVERIFY(headlineSays(QStringLiteral("[1, 4]")));
    QVERIFY(shows(QStringLiteral("runChangesTree"), QStringLiteral("expires")));
    picture(QStringLiteral("4-mended"));
}

void BugHuntsWindowTest::theLockThatItsOwnerCannotRelease()
{
    QVERIFY(open(QStringLiteral("lock"), kLock, {"lock:job"}, {"owner-1", "30000"}));
    QVERIFY(console({QStringLiteral("SET lock:job owner-1 PX 30000")}));

    run();
    QVERIFY(headlineSays(QStringLiteral("gave 0")));
    picture(QStringLiteral("1-noticed"));

    // The lock is looked at by another function, which is stepped into and out of.
    Person::press(Qt::Key_F5);
    QVERIFY(arrowAt(4));
    Person::press(Qt::Key_F10);
    QVERIFY(arrowAt(5));
    Person::press(Qt::Key_F11);
    QVERIFY(arrowAt(3));
    QVERIFY(contains(person().rows(QStringLiteral("stackView")), QStringLiteral("owner")));
    Person::press(Qt::Key_F11, Qt::ShiftModifier);
    QVERIFY(arrowAt(6));
    QVERIFY(shows(kVariables, QStringLiteral("held | \"owner-1\"")));
    picture(QStringLiteral("2-stepped-out"));
    Person::press(Qt::Key_F10);
    QVERIFY(arrowAt(7));
    Person::press(Qt::Key_F10);
    QVERIFY(arrowAt(10));

    // It went past the release: one step back says what was compared, one more where it came from.
    stepBack();
    QVERIFY(arrowAt(7));
    QVERIFY(shows(kVariables, QStringLiteral("token | \"30000\"")));
    stepBack();
    QVERIFY(arrowAt(6));
    QVERIFY(!contains(person().rows(kVariables), QStringLiteral("token")));
    picture(QStringLiteral("3-the-cause"));

    stop();
    QVERIFY(write(6, QStringLiteral("local token = ARGV[1]")));
    QVERIFY(hasTab(QStringLiteral("lock.lua •")));
    run();
    QVERIFY(headlineSays(QStringLiteral("gave 1")));
    QVERIFY(person().clickTab(QStringLiteral("Changes of the run")));
    QVERIFY(shows(QStringLiteral("runChangesTree"), QStringLiteral("lock:job")));
    picture(QStringLiteral("4-mended"));
}

void BugHuntsWindowTest::theSlidingWindowThatForgetsTooMuch()
{
    QVERIFY(open(QStringLiteral("window"), kSlidingWindow, {"sw:user:42"}, {"1700000060000", "60", "3"}));
    QVERIFY(console({QStringLiteral("ZADD sw:user:42 1700000010000 a 1700000020000 b 1700000030000 c")}));

    // Three in the last minute, and it lets a fourth in.
    Person::press(Qt::Key_F5);
    QVERIFY(arrowAt(2));
    QVERIFY(person().clickLine(6));
    Person::press(Qt::Key_F10, Qt::ControlModifier);
    QVERIFY(arrowAt(6));
    QVERIFY(person().clickTab(QStringLiteral("Changes")));
    QVERIFY(shows(kStepChanges, QStringLiteral("sw:user:42")));
    picture(QStringLiteral("1-noticed"));

    // Who emptied it?
    QVERIFY(person().clickRow(kChanges, QStringLiteral("sw:user:42")));
    QVERIFY(hasFocus(person().see<QTreeView>(kChanges)));
    Person::press(Qt::Key_H, Qt::ControlModifier);
    QVERIFY(shows(QStringLiteral("historyList"), QStringLiteral("ZREMRANGEBYSCORE")));
    picture(QStringLiteral("2-who-wrote-it"));
    QVERIFY(person().clickRow(QStringLiteral("historyList"), QStringLiteral("ZREMRANGEBYSCORE")));
    QVERIFY(arrowAt(5));
    QVERIFY(shows(kVariables, QStringLiteral("start | 1700000059940")));

    // Sixty milliseconds: back to where it was reckoned.
    stepBack();
    QVERIFY(arrowAt(4));
    QVERIFY(shows(kVariables, QStringLiteral("window | 60")));
    QVERIFY(person().clickTab(QStringLiteral("Changes")));
    QVERIFY(person().rows(kChanges).isEmpty());
    picture(QStringLiteral("3-the-cause"));

    stop();
    QVERIFY(write(4, QStringLiteral("local start = now - window * 1000")));
    run();
    QVERIFY(headlineSays(QStringLiteral("[0, 3]")));
    picture(QStringLiteral("4-mended"));
}

void BugHuntsWindowTest::theLeaderboardThatListsScores()
{
    QVERIFY(open(QStringLiteral("leaderboard"), kLeaderboard, {"scores"}, {"3"}));
    QVERIFY(console({QStringLiteral("ZADD scores 300 ann 200 bob 100 cid")}));

    run();
    QVERIFY(headlineSays(QStringLiteral("ann: 300")));
    QVERIFY(headlineSays(QStringLiteral("300: bob")));
    picture(QStringLiteral("1-noticed"));

    // Stop where a line is made of a score, by a condition.
    QVERIFY(person().clickLine(7));
    QVERIFY(hasFocus(person().editor()));
    Person::press(Qt::Key_F9, Qt::ShiftModifier);
    QVERIFY(hasFocus(person().see<QWidget>(QStringLiteral("breakpointsTable"))));
    QVERIFY(Person::waitFor([] { return qobject_cast<QLineEdit*>(QApplication::focusWidget()) != nullptr; }));
    Person::type(QStringLiteral("tonumber(name)"));
    Person::press(Qt::Key_Return);
    QVERIFY(person().hasSign(7, Person::Sign::Conditional));
    Person::press(Qt::Key_F5);
    QVERIFY(arrowAt(7));
    QVERIFY(shows(kVariables, QStringLiteral("name | \"300\"")));
    QVERIFY(contains(person().rows(kVariables), QStringLiteral("i | 2")));
    picture(QStringLiteral("2-a-score-for-a-name"));

    // Back by the turn: i went from 1 to 2, where two entries make a player.
    backOver();
    QVERIFY(arrowAt(6));
    backOver();
    QVERIFY(arrowAt(5));
    backOver();
    QVERIFY(arrowAt(4));
    backOver();
    QVERIFY(arrowAt(7));
    QVERIFY(shows(kVariables, QStringLiteral("i | 1")));
    QVERIFY(contains(person().rows(kVariables), QStringLiteral("name | \"ann\"")));
    picture(QStringLiteral("3-the-cause"));

    stop();
    QVERIFY(write(4, QStringLiteral("for i = 1, #top, 2 do")));
    run();
    QVERIFY(headlineSays(QStringLiteral("[\"ann: 300\", \"bob: 200\", \"cid: 100\"]")));
    picture(QStringLiteral("4-mended"));
}

QTEST_MAIN(BugHuntsWindowTest)

#include "bug_hunts_window_test.moc"
