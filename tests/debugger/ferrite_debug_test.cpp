// `ferrite debug` as a program: commands on standard input, text or JSON on standard output.

#include "engine/script/lua_arena.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QtTest>

class FerriteDebugTest : public QObject {
    Q_OBJECT

private:
    struct Ran {
        int exitCode = -1;
        QByteArray out;
        QByteArray err;
    };
    Ran run(const QByteArray& script, const QByteArray& commands, QStringList words = {}, QStringList options = {})
    {
        QFile file(m_folder.filePath("script.lua"));
        if (!file.open(QIODevice::WriteOnly))
            return {};
        file.write(script);
        file.close();
        options.prepend("debug");
        return runWords(options << file.fileName() << words, commands);
    }
    static Ran runWords(const QStringList& words, const QByteArray& commands)
    {
        QProcess process;
        process.start(QStringLiteral(FERRITE_BINARY_DIR "/bin/ferrite"), words);
        process.write(commands);
        process.closeWriteChannel();
        if (!process.waitForFinished(120'000)) {
            process.kill();
            process.waitForFinished();
            return {};
        }
        return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -2, process.readAllStandardOutput(),
            process.readAllStandardError()};
    }
    QList<QJsonObject> json(const QByteArray& script, const QByteArray& commands, const QStringList& words = {})
    {
        QList<QJsonObject> events;
        for (const QByteArray& line : run(script, commands, words, {"--json"}).out.split('\n')) {
            if (line.isEmpty())
                continue;
            const QJsonDocument document = QJsonDocument::fromJson(line);
            if (!document.isObject())
                qWarning() << "no JSON object:" << line;
            events << document.object();
        }
        return events;
    }
    static QByteArray text(const QJsonObject& object) { return QJsonDocument(object).toJson(QJsonDocument::Compact); }

    QTemporaryDir m_folder;

private Q_SLOTS:
    void aStopIsTheObjectThatTheDesignShows();
    void stepsBackAndForthInJson();
    void everyCommandAnswersInJson();
    void textIsAsLdbWritesIt();
    void breakpointsAreListedAddedAndRemoved();
    void conditionsAndReverseContinue();
    void breakpointsCountLogAndSleep();
    void theTimelineIsShownInParts();
    void framesAreChosenAndPrinted();
    void theEndLeavesTheSessionOpen();
    void noLineEndsTheProgramButQuit();
    void anEndlessLoopIsPaused();
    void writesAreAppliedAndTakenBack();
    void theClockIsMoved();
    void aFunctionOfALibraryIsDebugged();
    void aSavedRecordingIsShownByAnotherProcess();
    void aRecordingIsOpenedInASession();
    void badUsageIsOneLineAndTwo();
    void aScriptThatDoesNotCompileExitsWithOne();
};

void FerriteDebugTest::aStopIsTheObjectThatTheDesignShows()
{
    const auto events = json("local current = 1\nlocal b = 'x\\n'\nreturn b\n", "s\ns\n");
    QCOMPARE(events.size(), 3);
    const QJsonObject expected{{"event", "stop"}, {"moment", 2}, {"line", 2}, {"reason", "step"},
        {"frames", QJsonArray{QJsonObject{{"name", "top level"}, {"line", 2}}}},
        {"locals", QJsonArray{QJsonObject{{"name", "current"}, {"value", "1"}}}}, {"changes", QJsonArray()},
        {"furthest", 2}, {"changed", QJsonArray{"current"}}, {"stepChanges", QJsonArray()}, {"stepCalls", QJsonArray()},
        {"arguments",
            QJsonArray{
                QJsonObject{{"name", "KEYS"}, {"value", "{}"}}, QJsonObject{{"name", "ARGV"}, {"value", "{}"}}}}};
    QCOMPARE(text(events[1]), text(expected));
    QCOMPARE(events[2]["locals"].toArray()[1].toObject()["value"].toString(), QString("\"x\\n\""));
}

void FerriteDebugTest::stepsBackAndForthInJson()
{
    const auto events = json("local function f(x)\n  return x + 1\nend\nlocal a = f(1)\nreturn a\n",
        "next\nstep\nout\nback\nback-out\nback-over\nback-over\ngoto 3\nrun-to 5\nstart\nend\n");
    QList<int> lines;
    for (const QJsonObject& event : events)
        lines << event["line"].toInt(-1);
    QCOMPARE(lines, (QList<int>{3, 4, 2, 5, 2, 4, 3, 3, 2, 5, 3, -1}));
    QCOMPARE(events[8]["reason"].toString(), QString("arrived"));
    QCOMPARE(events[7]["reason"].toString(), QString("start"));
    QCOMPARE(events.last()["event"].toString(), QString("end"));
    QCOMPARE(events.last()["reply"].toInt(), 2);
}

void FerriteDebugTest::everyCommandAnswersInJson()
{
    const QByteArray commands =
        "h\nl\nw\np\np a\np nosuch\nlocals\nb\nb 2\nb -2\nb 0\nt\nframes\nframe 0\ne 1 + 1\n"
        "e 1, 2\ne )(\nr PING\nset a 7\nwatch a\nchanges\nwhen a\nwho k\ntimeline\nb 3\ndisable 3\nenable all\n"
        "catch\nm 100\nfoo\nlimits\nlimits "
        "x\npause\nrecording\ntake-back\napply\napply\ntake-back\nsync\nsync\napply\n"
        "clock\nclock freeze\n";
    const auto events = json("local a = 1\nlocal b = a\nreturn b\n", "n\n" + commands);
    QStringList kinds;
    for (const QJsonObject& event : events)
        kinds << event["event"].toString();
    QCOMPARE(kinds.join(' '),
        QString("stop stop help source source locals value error locals breakpoints source message message frames "
                "frames frames value value error value value watches changes when who timeline source message message "
                "catches "
                "message error limits error message recording error applied applied taken-back stop error error clock "
                "error end kept"));
    QCOMPARE(events[6]["value"].toString(), QString("1"));
    QCOMPARE(events[17]["values"].toArray().size(), 2);
    QCOMPARE(events[20]["value"].toString(), QString("7"));
}

void FerriteDebugTest::textIsAsLdbWritesIt()
{
    const Ran ran = run("local v = redis.call('ECHO', KEYS[1])\nredis.debug('v is', v)\nreturn {v, ARGV[1]}\n",
        "s\np v\ns\nc\n", {"cnt", ",", "arg"});
    QCOMPARE(ran.exitCode, 0);
    QCOMPARE(ran.out,
        QByteArray("* Stopped at 1 (moment 1 of 1), stop reason = start of the script\n"
                   "-> 1   local v = redis.call('ECHO', KEYS[1])\n"
                   "<redis> ECHO cnt\n"
                   "<reply> \"cnt\"\n"
                   "* Stopped at 2 (moment 2 of 2), stop reason = step over\n"
                   "-> 2   redis.debug('v is', v)\n"
                   "<value> \"cnt\"\n"
                   "<debug> line 2: \"v is\", \"cnt\"\n"
                   "* Stopped at 3 (moment 3 of 3), stop reason = step over\n"
                   "-> 3   return {v, ARGV[1]}\n"
                   "\n1) \"cnt\"\n2) \"arg\"\n\n"
                   "(Script ended -- dataset changes are on a snapshot; go back, restart, apply them or quit)\n"));
}

void FerriteDebugTest::breakpointsAreListedAddedAndRemoved()
{
    const Ran ran = run("local a = 1\n\nlocal b = 2\nreturn b\n", "b\nb 2\nb 2\nb 99\nb x\nb\nb -3\nb -3\nb 0\n");
    const auto lines = ran.out.split('\n').mid(2);
    QCOMPARE(lines,
        (QList<QByteArray>{"No breakpoints set. Use 'b <line>' to add one.", "   2   ", "  #3   local b = 2",
            "   4   return b", "<error> There is a breakpoint on line 2 already.", "<error> Wrong line number.",
            "<error> Invalid argument:'x'", "1 breakpoints set:", "  #3   local b = 2", "Breakpoint removed.",
            "<error> No breakpoint in the specified line.", "All breakpoints removed.", ""}));
}

void FerriteDebugTest::conditionsAndReverseContinue()
{
    const auto events = json("local n = 0\nfor i = 1, 10 do\n  n = n + i\nend\nreturn n\n",
        "break 3 if i % 4 == 0\nc\nc\nc\nreverse-continue\nrc\nrc\n");
    QList<int> moments;
    for (const QJsonObject& event : events.mid(2))
        moments << event["moment"].toInt();
    QCOMPARE(events[2]["locals"].toArray()[1].toObject()["value"].toString(), QString("4"));
    QCOMPARE(moments, (QList<int>{9, 17, 0, 17, 9, 1}));
}

void FerriteDebugTest::breakpointsCountLogAndSleep()
{
    const QByteArray loop = "local log = 0\nfor i = 1, 10 do\n  log = log + i\nend\nreturn log\n";
    const Ran ran = run(loop,
        "break 3 if log and i % 2 == 0 hits 3\nb 3 log i is {i}, log {log}\nc\nb\ndisable 3\nc\nb\nb 3 hits\n"
        "b 3 hits 0\nb 3 if\nb 3 log\nb 3 when\nb 3 if i +\ndisable\ndisable 4\nenable 3\nrc\n");
    const QByteArray expected =
        "<log> line 3: i is 1, log 0\n<log> line 3: i is 2, log 1\n<log> line 3: i is 3, log 3\n"
        "<log> line 3: i is 4, log 6\n<log> line 3: i is 5, log 10\n<log> line 3: i is 6, log 15\n"
        "* Stopped at 3 (moment 13 of 13), stop reason = break point\n"
        "->#3     log = log + i\n"
        "2 breakpoints set:\n"
        "->#3     log = log + i   -- if log and i % 2 == 0 hits 3, 3 hits\n"
        "->#3     log = log + i   -- log i is {i}, log {log}, 6 hits\n"
        "Breakpoints disabled.\n\n(integer) 55\n\n"
        "(Script ended -- dataset changes are on a snapshot; go back, restart, apply them or quit)\n"
        "2 breakpoints set:\n"
        "  #3     log = log + i   -- if log and i % 2 == 0 hits 3, disabled\n"
        "  #3     log = log + i   -- log i is {i}, log {log}, disabled, 10 hits\n"
        "<error> 'hits' wants a number from 1 on, as in: break 3 hits 5\n"
        "<error> 'hits' wants a number from 1 on, as in: break 3 hits 5\n"
        "<error> 'if' wants an expression, as in: break 3 if n > 10\n"
        "<error> 'log' wants a text, as in: break 3 log n is {n}\n"
        "<error> 'when' is none of if EXPR, hits N and log TEXT, as in: break 3 if n > 10 hits 5 "
        "log n is {n}\n"
        "<error> break 3 if i +: evaluated:1: '=' expected near '+'\n"
        "<error> disable and enable want lines, 'catch' with numbers, or 'all', as in: disable 4\n"
        "<error> There is no breakpoint '4': 'break' and 'catch' list them.\n"
        "<log> line 3: i is 7, log 21\n<log> line 3: i is 8, log 28\n<log> line 3: i is 9, log 36\n"
        "<log> line 3: i is 10, log 45\n"
        "Breakpoints enabled.\n"
        "* Stopped at 3 (moment 21 of 23), stop reason = break point\n";
    QVERIFY2(ran.out.contains(expected), ran.out);

    const auto events = json(loop, "b 3 hits 4\ndisable 3\nb\ncatch command set if i > 1 hits 2 log x\ncatch\n");
    QCOMPARE(text(events[3]["breakpoints"].toArray()[0].toObject()),
        QByteArray(R"({"enabled":false,"hitCount":4,"hits":0,"line":3})"));
    QCOMPARE(text(events[5]["catches"].toArray()[0].toObject()),
        QByteArray(R"({"condition":"i > 1","event":"command set","hitCount":2,"hits":0,"log":"x"})"));
}

void FerriteDebugTest::theTimelineIsShownInParts()
{
    const QByteArray script =
        "redis.call('SET', KEYS[1], 'Some text')\nlocal a = redis.pcall('INCR', KEYS[1])\n"
        "pcall(error, 'boom')\nredis.log(redis.LOG_NOTICE, 'said')\nreturn redis.call('GET', KEYS[1])\n";
    Ran ran = run(script, "c\ntimeline\n", {"k"});
    static const QRegularExpression kTime("[0-9]+ us");
    const QString all = QString::fromUtf8(ran.out.mid(ran.out.indexOf("moment 1      line"))).replace(kTime, "N us");
    QCOMPARE(all,
        QString("moment 1      line 1   redis.call('SET', KEYS[1], 'Some text')\n"
                "moment 1      line 1   <redis> SET k Some text -> \"+OK\" (wrote, N us)\n"
                "moment 2      line 2   local a = redis.pcall('INCR', KEYS[1])\n"
                "moment 2      line 2   <redis> INCR k -> \"-ERR value is not an integer or out of range\" (N us)\n"
                "moment 3      line 3   pcall(error, 'boom')\n"
                "moment 3      line 3   <error> boom (caught)\n"
                "moment 4      line 4   redis.log(redis.LOG_NOTICE, 'said')\n"
                "moment 4      line 4   <log> said\n"
                "moment 5      line 5   return redis.call('GET', KEYS[1])\n"
                "moment 5      line 5   <redis> GET k -> \"Some text\" (N us)\n"));
    ran = run(script,
        "timeline 0\ntimeline 1 2 3\ntimeline nosuch\ntimeline find\nc\ntimeline 2 4 outputs\ntimeline writes find "
        "SOME\n"
        "timeline 6\n",
        {"k"});
    QCOMPARE(ran.out.count("<error> timeline takes a range of moments, kinds of lines, calls, writes"), 4);
    QVERIFY2(QString::fromUtf8(ran.out)
                 .replace(kTime, "N us")
                 .endsWith("quit)\nmoment 4      line 4   <log> said\n"
                           "moment 1      line 1   <redis> SET k Some text -> \"+OK\" (wrote, N us)\n"
                           "Nothing of that was recorded.\n"),
        ran.out);

    const QJsonObject shown = json(script, "c\ntimeline 1 4\n", {"k"}).last();
    QCOMPARE(shown["furthest"].toInt(), 5);
    QCOMPARE(shown["lines"].toArray().size(), 4);
    QJsonObject call = shown["calls"].toArray()[0].toObject();
    QVERIFY(call.take("nanoseconds").toInt() > 0);
    QCOMPARE(
        text(call), QByteArray(R"({"command":["SET","k","Some text"],"line":1,"moment":1,"reply":"OK","wrote":true})"));
    QCOMPARE(text(shown["errors"].toArray()[0].toObject()),
        QByteArray(R"({"caught":true,"line":3,"moment":3,"text":"boom"})"));
    QCOMPARE(text(shown["outputs"].toArray()[0].toObject()),
        QByteArray(R"({"kind":"log","line":4,"moment":4,"text":"said"})"));
}

void FerriteDebugTest::framesAreChosenAndPrinted()
{
    const Ran ran = run("local outer = 5\nlocal function f(p)\n  return p\nend\nlocal r = f('inner')\nreturn r\n",
        "b 3\nc\nt\np p\np outer\nframe 1\np outer\nframes\nframe 9\n");
    const QByteArray expected = "In f:\n->#3     return p\nFrom top level:\n   5   local r = f('inner')\n"
                                "<value> \"inner\"\n<value> 5\n"
                                "   #0 f at line 3\n-> #1 top level at line 5\n"
                                "<value> 5\n"
                                "   #0 f at line 3\n-> #1 top level at line 5\n"
                                "<error> frame wants a number from 0 to 1, as in: frame 1\n";
    QVERIFY2(ran.out.endsWith(expected), ran.out);
}

void FerriteDebugTest::theEndLeavesTheSessionOpen()
{
    const auto events = json("local a = 1\nerror('boom')\n", "c\nn\nback\np a\nrestart\nabort\nquit\nback\n");
    QStringList kinds;
    for (const QJsonObject& event : events)
        kinds << event["event"].toString();
    QCOMPARE(kinds.join(' '), QString("stop end error stop value stop end"));
    QVERIFY(events[1]["reply"].toObject()["error"].toString().startsWith("ERR user_script:2: boom"));
}

void FerriteDebugTest::noLineEndsTheProgramButQuit()
{
#if defined(__SANITIZE_THREAD__)
    constexpr int kLines = 300; // each replay's fresh memory costs a hundred times as much there
#else
    constexpr int kLines = 3000;
#endif
    QByteArray lines;
    quint32 chance = 1;
    for (int i = 0; i < kLines; ++i) {
        chance = chance * 1664525 + 1013904223;
        static const QByteArrayList kWords{"b", "-9223372036854775808", "99999999999999999999", "if", "goto", "frame",
            "\"", "'", "e", "p", "set", "watch", "when", "who", "l", "m", "run-to", "\xff\xfe", "redis", "(", "back",
            "n", "s", "{", "0", "-1", "rc", "t", "out", "changes", "step", "restart", "hits", "log", "disable",
            "enable", "all", "catch", "timeline", "find", "format", "2", QByteArray(1, '\0'), "limits", "moments",
            "clock", "freeze", "jump", "apply", "anyway", "take-back", "sync", "recording", "open", "pause", "stop",
            "00"};
        for (quint32 words = 1 + (chance >> 28) % 3; words > 0; --words) {
            lines += kWords[(chance >> 8) % kWords.size()] + ' ';
            chance = chance * 1664525 + 1013904223;
        }
        lines += '\n';
    }
    const Ran ran =
        run("local a = {1, {2}}\nlocal function f() return a end\nlocal b = f()\nreturn b\n", lines, {}, {"--json"});
    QCOMPARE(ran.exitCode, 0);
    QVERIFY(ran.out.count('\n') >= kLines);
    QCOMPARE(ran.err, QByteArray());
    QCOMPARE(run("return 1", "").exitCode, 0);
    QCOMPARE(run("", "n\nw\nl\nback\n").exitCode, 0);
}

void FerriteDebugTest::anEndlessLoopIsPaused()
{
    const auto events = json("while true do local a = 1 end\n", "c\nback\n", {});
    QVERIFY(events.size() >= 3);
    const Ran ran = run("while true do local a = 1 end\n", "c\n", {}, {"--json", "--timeout", "0.2"});
    QCOMPARE(ran.exitCode, 0);
    QVERIFY2(ran.out.contains("\"timeout\"") || ran.out.contains("\"limit\""), ran.out);
}

void FerriteDebugTest::writesAreAppliedAndTakenBack()
{
    const Ran ran = run("return redis.call('INCR', KEYS[1])\n",
        "end\napply\napply\nrestart\nend\ntake-back\nsync\nend\nsync\ndiscard\nend\n", {"k"});
    const QByteArrayList wanted{"(integer) 1", "Applied: 1 key of the live data has changed.",
        "<error> nothing was written: somebody else has touched these keys since. 'apply anyway' writes all the same, "
        "'restart' begins anew on the data as they are",
        "  \"k\" created", "(integer) 2", "Taken back: 1 key of the live data has changed.", "(integer) 1",
        "<error> this session has the live data to itself already; 'quit' ends it"};
    qsizetype at = 0;
    for (const QByteArray& each : wanted) {
        at = ran.out.indexOf(each + "\n", at);
        QVERIFY2(at >= 0, each + "\nis not where it should be in\n" + ran.out);
        at += each.size();
    }
    // What was discarded is not told of, and the rest is not heard.
    QVERIFY2(ran.out.endsWith("'quit' ends it\n"), ran.out);
    const Ran kept = run("redis.call('SET', KEYS[1], 1)\nreturn 1\n", "sync\nn\n", {"k"});
    QVERIFY2(kept.out.endsWith("Kept: 1 key of the live data has changed.\n"), kept.out);
}

void FerriteDebugTest::theClockIsMoved()
{
    const Ran ran = run("return redis.call('TIME')[1]\n",
        "clock\nclock step 1.5h\nclock jump 2030-01-01T12:00\nclock speed 60\nclock live\nclock warp\nclock live now\n"
        "clock step\nclock step soon\nclock step 5\nclock step 1e300d\nclock jump noon\nclock jump -1\nclock speed "
        "-1\nclock speed nan\nclock freeze\nclock jump 1700000000\nend\nclock step -1d\nrestart\nend\n",
        {}, {"--at", "2024-05-01T12:30:15.250"});
    const QByteArrayList lines = ran.out.split('\n').mid(2);
    const QByteArray usage =
        "<error> clock takes nothing, live, freeze, speed FACTOR, step SPAN or jump MOMENT, as in: clock step 90s";
    const QByteArray span = "' is no span of time: give one such as 250ms, 90s, -5m, 2h, 1d";
    const QByteArray speed = "<error> clock speed wants a factor from 0 to 1000000, as in: clock speed 60";
    const QByteArrayList wanted{"It is 2024-05-01T12:30:15.250Z, and the clock is live.",
        "It is 2024-05-01T14:00:15.250Z, and the clock goes on from there.",
        "It is 2030-01-01T12:00:00.000Z, and the clock goes on from there.",
        "It is 2030-01-01T12:00:00.000Z, and the clock goes at speed 60.",
        "It is 2024-05-01T12:30:15.250Z, and the clock is live.", usage, usage, usage, "<error> 'soon" + span,
        "<error> '5" + span, "<error> '1e300d" + span,
        "<error> 'noon' is no moment: give seconds since 1970, or UTC such as 2024-05-01T12:30:00",
        "<error> clock jump goes to moments from 1970 to 9999", speed, speed,
        "It is 2024-05-01T12:30:15.250Z, and the clock stands still.",
        "It is 2023-11-14T22:13:20.000Z, and the clock stands still."};
    QCOMPARE(lines.mid(0, wanted.size()), wanted);
    QVERIFY2(ran.out.contains("\"1700000000\"\n") && ran.out.contains("\"1699913600\"\n"), ran.out);
}

void FerriteDebugTest::aFunctionOfALibraryIsDebugged()
{
    const QByteArray library = "#!lua name=sums\nlocal step = 10\nlocal function add(n)\n  return n + step\nend\n"
                               "redis.register_function('plus', function(keys, args)\n"
                               "  local sum = add(args[1])\n  redis.call('SET', keys[1], sum)\n  return sum\nend)\n";
    const Ran ran = run(library, "s\np step\nset step 5\nback-out\nout\nback\nchanges\nwho k\nend\n", {"k", ",", "7"},
        {"--function", "plus"});
    QVERIFY2(ran.out.contains("-> 4     return n + step"), ran.out);
    QVERIFY2(ran.out.contains("<value> 10\n<value> 5\n"), ran.out);
    QVERIFY2(ran.out.contains("line 8   SET k 12 (added)"), ran.out);
    QVERIFY2(ran.out.contains("(integer) 12\n"), ran.out);
    const Ran unnamed = run(library, "");
    QCOMPARE(unnamed.exitCode, 2);
    QVERIFY2(unnamed.err.startsWith("ferrite debug: this is a library: name one of its functions"), unnamed.err);
}

void FerriteDebugTest::aSavedRecordingIsShownByAnotherProcess()
{
    if (!engine::LuaArena::forgetsAtOnce())
        QSKIP("addresses do not repeat in this build");
    QTemporaryDir folder;
    const QString path = folder.filePath("my run.ferrite");
    const Ran lived = run("local seen = {}\nseen[{}] = 1\nredis.call('SET', KEYS[1], tostring(next(seen)))\n"
                          "return redis.call('GET', KEYS[1])\n",
        "next\nnext\nnext\nsave " + path.toUtf8() + "\nend\n", {"k"});
    QVERIFY2(lived.out.contains("Recording saved to " + path.toUtf8() + ": "), lived.out);
    QVERIFY2(lived.out.contains("bytes, with the values of 1 key.\n"), lived.out);
    const Ran relived = runWords({"debug", "--open", path}, "back\nend\nchanges\n");
    QCOMPARE(relived.exitCode, 0);
    QVERIFY2(relived.out.startsWith("* Stopped at 4 (moment 4 of 4), stop reason = arrived\n"), relived.out);
    QVERIFY2(relived.out.contains("+ \"k\" (string)"), relived.out);
    // The table that is a key lies where it lay.
    const qsizetype at = lived.out.indexOf("\"table: 0x");
    QVERIFY2(at > 0 && relived.out.contains(lived.out.mid(at, 18)), relived.out);
}

void FerriteDebugTest::aRecordingIsOpenedInASession()
{
    if (!engine::LuaArena::forgetsAtOnce())
        QSKIP("addresses do not repeat in this build");
    QTemporaryDir folder;
    const QByteArray path = folder.filePath("my run.ferrite").toUtf8();
    run("local a = tostring({})\nreturn a\n", "n\nsave " + path + "\n");
    // In the place of another run, and of itself; what is refused leaves the session as it is.
    const Ran ran = run("local b = 1\nreturn b\n",
        "open\nopen /nosuch/file\nopen " + folder.path().toUtf8()
            + "\nopen /etc/hostname\nrecording xyz\nrecording 00\n"
              "n\np b\nopen "
            + path + "\nw\np a\nopen " + path + "\np a\napply\nsync\nrestart\nend\n");
    QVERIFY2(ran.out.contains("<error> Type 'open FILE'.\n"
                              "<error> could not read /nosuch/file: No such file or directory\n"
                              "<error> could not read "
                 + folder.path().toUtf8()
                 + ": Is a directory\n"
                   "<error> the recording is not shown: this is no recording of Ferrite Workbench\n"
                   "<error> recording takes nothing, or what it has answered: two hexadecimal digits a byte\n"
                   "<error> the recording is not shown: this is no recording of Ferrite Workbench\n"
                   "* Stopped at 2 (moment 2 of 2), stop reason = step over\n"
                   "-> 2   return b\n<value> 1\n"
                   "* Stopped at 2 (moment 2 of 2), stop reason = arrived\n"
                   "-> 2   return a\n"
                   "   1   local a = tostring({})\n-> 2   return a\n<value> \"table: 0x"),
        ran.out);
    QCOMPARE(ran.out.count("stop reason = arrived"), 2);
    QCOMPARE(ran.out.count("<error> a recording is of another time or place"), 2);
    QVERIFY2(
        ran.out.contains("stop reason = start of the script\n-> 1   local a = tostring({})\n\n\"table: 0x"), ran.out);
}

void FerriteDebugTest::badUsageIsOneLineAndTwo()
{
    for (const QStringList& words : {QStringList{"debug"}, QStringList{"debug", "/nosuch/file.lua"},
             QStringList{"debug", "-"}, QStringList{"debug", "--nosuch", "x"},
             QStringList{"debug", "--open", "/nosuch/file"}, QStringList{"debug", "--open", "/etc/hostname"},
             QStringList{"debug", "--open", "/etc/hostname", "x"}, QStringList{"debug", "--at", "noon", "x"}}) {
        const Ran ran = runWords(words, "");
        QCOMPARE(ran.exitCode, 2);
        QCOMPARE(ran.err.count('\n'), 1);
        QCOMPARE(ran.out, QByteArray());
    }
}

void FerriteDebugTest::aScriptThatDoesNotCompileExitsWithOne()
{
    const Ran ran = run("return (", "n\nback\nquit\n");
    QCOMPARE(ran.exitCode, 1);
    QVERIFY(ran.out.contains("Error compiling script"));
}

QTEST_GUILESS_MAIN(FerriteDebugTest)
#include "ferrite_debug_test.moc"
