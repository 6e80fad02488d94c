// The editor keeps bytes as they are and breakpoints where they belong; a page keeps itself.

#include "widgets/editor/lua_editor.h"
#include "widgets/editor/script_page.h"
#include "widgets/parts/theme.h"
#include "widgets/views/arguments_panel.h"

#include <QLabel>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace widgets;

namespace {

bool write(const QString& path, const QByteArray& bytes)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
}

QByteArray read(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("(not read)");
}

QList<int> linesOf(const LuaEditor& editor)
{
    QList<int> lines;
    for (const debugger::BreakpointSpec& spec : editor.breakpoints())
        lines.append(spec.line);
    return lines;
}

} // namespace

class LuaEditorTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void bytesGoInAndOutUnchanged_data();
    void bytesGoInAndOutUnchanged();
    void breakpointsFollowEdits();
    void breakpointsOutsideTheScriptAreRefused();
    void aCommentIsPutOnAndTakenOff();
    void newLinesFollowTheFile();
    void aPageComesBackAsItWas();
    void anUnreadableFileSaysSoAndChangesNothing();
    void aFileThatHasGoneKeepsTheText();
    void theIdentityIsThatOfTheBytes();

private:
    Theme m_theme;
};

void LuaEditorTest::bytesGoInAndOutUnchanged_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QByteArray all;
    for (int byte = 0; byte < 256; ++byte)
        all += static_cast<char>(byte);
    QTest::newRow("empty") << QByteArray("");
    QTest::newRow("plain") << QByteArray("return 1\n");
    QTest::newRow("no line end") << QByteArray("return 1");
    QTest::newRow("NUL") << QByteArray("return 'a\0b'\n", 13);
    QTest::newRow("NUL first") << QByteArray("\0", 1);
    QTest::newRow("invalid UTF-8") << QByteArray("return '\xff\xfe\xc3'");
    QTest::newRow("CRLF") << QByteArray("a = 1\r\nb = 2\r\n");
    QTest::newRow("lone CR") << QByteArray("a = 1\rb = 2\r");
    QTest::newRow("mixed") << QByteArray("a\r\nb\nc\rd\n\r");
    QTest::newRow("byte order mark") << QByteArray("\xef\xbb\xbfreturn 1");
    QTest::newRow("every byte") << all;
}

void LuaEditorTest::bytesGoInAndOutUnchanged()
{
    QFETCH(const QByteArray, bytes);
    LuaEditor editor(m_theme);
    editor.setBytes(bytes);
    QCOMPARE(editor.bytes(), bytes);
    QVERIFY(!editor.isModified());
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("script.lua"));
    QVERIFY(write(path, bytes));
    ScriptPage page(m_theme);
    QString error;
    QVERIFY2(page.load(path, &error), qPrintable(error));
    QCOMPARE(page.bytes(), bytes);
    const QString copy = folder.filePath(QStringLiteral("copy.lua"));
    QVERIFY2(page.save(copy, &error), qPrintable(error));
    QCOMPARE(read(copy), bytes);
}

void LuaEditorTest::breakpointsFollowEdits()
{
    LuaEditor editor(m_theme);
    editor.setBytes("one()\ntwo()\nthree()\n");
    QSignalSpy changed(&editor, &LuaEditor::breakpointsChanged);
    editor.toggleBreakpoint(3);
    editor.toggleBreakpoint(1);
    QCOMPARE(linesOf(editor), (QList<int>{1, 3}));
    QCOMPARE(changed.size(), 2);
    editor.insertAt(QStringLiteral("zero()\nhalf()\n"), 1, 0);
    QCOMPARE(linesOf(editor), (QList<int>{1, 5}));
    QVERIFY(changed.size() > 2); // a session must be told of the new lines
    editor.toggleBreakpoint(1);
    QCOMPARE(linesOf(editor), QList<int>{5});
}

void LuaEditorTest::breakpointsOutsideTheScriptAreRefused()
{
    LuaEditor editor(m_theme);
    editor.setBytes("one()\ntwo()");
    editor.toggleBreakpoint(0);
    editor.toggleBreakpoint(-3);
    editor.toggleBreakpoint(99);
    QVERIFY(linesOf(editor).isEmpty());
    editor.setBreakpoints({{.line = 2}, {.line = 0}, {.line = 77}, {.line = -1}, {.line = 2}});
    QCOMPARE(linesOf(editor), QList<int>{2});
    editor.showCurrentLine(99);
    editor.showErrorLine(-1);
    editor.goToLine(1'000'000);
    QCOMPARE(editor.caretLine(), 2);
    editor.goToLine(0);
    QCOMPARE(editor.caretLine(), 1);
}

void LuaEditorTest::aCommentIsPutOnAndTakenOff()
{
    const QByteArray before = "if x then\n    y()\nend\n";
    LuaEditor editor(m_theme);
    editor.setBytes(before);
    editor.setSelection(0, 0, 2, 0);
    editor.toggleComment();
    QCOMPARE(editor.bytes(), QByteArray("-- if x then\n--     y()\nend\n"));
    editor.setSelection(0, 0, 2, 0);
    editor.toggleComment();
    QCOMPARE(editor.bytes(), before);
    editor.undo();
    QCOMPARE(editor.bytes(), QByteArray("-- if x then\n--     y()\nend\n"));
}

void LuaEditorTest::newLinesFollowTheFile()
{
    LuaEditor editor(m_theme);
    editor.setBytes("a()\r\nb()\r\n");
    editor.setCursorPosition(0, 3);
    QTest::keyClick(&editor, Qt::Key_Return);
    QCOMPARE(editor.bytes(), QByteArray("a()\r\n\r\nb()\r\n"));
}

void LuaEditorTest::aPageComesBackAsItWas()
{
    ScriptPage page(m_theme);
    page.setScript(QStringLiteral("sample.lua"), QByteArray("one()\n\0two()\n", 13));
    page.editor().toggleBreakpoint(2);
    page.editor().goToLine(2);
    page.arguments().setArguments({"k\0", "\xff"}, {"", "v"});

    ScriptPage again(m_theme);
    again.restore(page.state());
    QCOMPARE(again.title(), QStringLiteral("sample.lua"));
    QCOMPARE(again.bytes(), page.bytes());
    QCOMPARE(linesOf(again.editor()), QList<int>{2});
    QCOMPARE(again.editor().caretLine(), 2);
    QCOMPARE(again.arguments().keys(), page.arguments().keys());
    QCOMPARE(again.arguments().argv(), page.arguments().argv());
}

void LuaEditorTest::anUnreadableFileSaysSoAndChangesNothing()
{
    const QTemporaryDir folder;
    ScriptPage page(m_theme);
    page.setScript(QStringLiteral("kept"), "return 1");
    for (const QString& path : {folder.filePath(QStringLiteral("none.lua")), folder.path()}) {
        QString error;
        QVERIFY(!page.load(path, &error));
        QVERIFY2(error.contains(path), qPrintable(error));
        QCOMPARE(page.bytes(), QByteArray("return 1"));
        QCOMPARE(page.path(), QString());
    }
    QFile large(folder.filePath(QStringLiteral("large.lua")));
    QVERIFY(large.open(QIODevice::WriteOnly) && large.resize(17 * 1024 * 1024));
    QString error;
    QVERIFY(!page.load(large.fileName(), &error));
    QVERIFY2(error.contains(QStringLiteral("MiB")), qPrintable(error));
    // Nowhere to save: said, and the page still knows that it is not saved.
    page.editor().insertAt(QStringLiteral("-- "), 0, 0);
    QVERIFY(!page.save(folder.filePath(QStringLiteral("no/such/folder.lua")), &error));
    QVERIFY2(error.contains(QStringLiteral("Could not save")), qPrintable(error));
    QVERIFY(page.isModified());
}

void LuaEditorTest::aFileThatHasGoneKeepsTheText()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("gone.lua"));
    ScriptPageState state{.path = path,
        .title = {},
        .bytes = "return 'typed, never saved'",
        .hasBytes = true,
        .breakpoints = {{.line = 1}},
        .keys = {"k"},
        .argv = {},
        .caretLine = 1};
    ScriptPage page(m_theme);
    page.restore(state);
    QCOMPARE(page.bytes(), state.bytes);
    QCOMPARE(page.path(), path);
    QVERIFY(page.isModified());
    const auto* message = page.findChild<QLabel*>(QStringLiteral("pageMessage"));
    QVERIFY(message && message->text().contains(path));
}

void LuaEditorTest::theIdentityIsThatOfTheBytes()
{
    ScriptPage page(m_theme);
    page.setScript(QStringLiteral("x"), "return 1");
    // As `printf 'return 1' | sha1sum` says.
    QCOMPARE(page.sha1(), QStringLiteral("e0e1f9fabfc9d4800c877a703b823ac0578ff8db"));
    page.setScript(QStringLiteral("x"), "return 1\r\n");
    QVERIFY(page.sha1() != QStringLiteral("e0e1f9fabfc9d4800c877a703b823ac0578ff8db"));
}

QTEST_MAIN(LuaEditorTest)

#include "lua_editor_test.moc"
