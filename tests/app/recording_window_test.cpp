// A recording is saved from the window and shown by another one, at the same moment; what is none is told.

#include "tests/app/desk.h"

#include <QAction>
#include <QFileDialog>
#include <QPlainTextEdit>
#include <QStatusBar>
#include <QTimer>

using tests::Desk;
using tests::fileWith;
using tests::Person;

namespace {

const QByteArray kScript = "local total = 0\n"
                           "for i = 1, 3 do\n"
                           "  total = redis.call('INCRBY', 'total', i)\n"
                           "end\n"
                           "return total\n";

/// Writes a path into the file dialog that opens next.
void answerFileDialog(const QString& path)
{
    auto* timer = new QTimer(qApp);
    QObject::connect(timer, &QTimer::timeout, qApp, [timer, path] {
        auto* dialog = qobject_cast<QFileDialog*>(QApplication::activeModalWidget());
        if (!dialog)
            return;
        timer->deleteLater();
        auto* name = dialog->findChild<QLineEdit*>(QStringLiteral("fileNameEdit"));
        name->setText(path);
        QTest::keyClick(name, Qt::Key_Return);
    });
    timer->start(20);
}

bool choose(QMainWindow& window, const QString& action)
{
    auto* found = window.findChild<QAction*>(action);
    if (!found || !found->isEnabled())
        return false;
    found->trigger();
    return true;
}

} // namespace

class RecordingWindowTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aRecordingIsSavedAndShownByAnotherWindow();
    void whatIsNoRecordingIsTold();

private:
    QTemporaryDir m_files;
};

void RecordingWindowTest::aRecordingIsSavedAndShownByAnotherWindow()
{
    const QString saved = m_files.filePath(QStringLiteral("adds up.ferrite"));
    {
        const QTemporaryDir state;
        Desk desk(state, {fileWith(m_files, QStringLiteral("adds.lua"), kScript)});
        QVERIFY(desk.ready);
        QVERIFY(!choose(desk.window(), QStringLiteral("saveRecording"))); // there is nothing to save yet
        Person::press(Qt::Key_F5);
        QVERIFY(Person::waitFor([&] { return desk.person.arrowLine() == 1; }));
        for (const int line : {2, 3, 2, 3}) {
            Person::press(Qt::Key_F10);
            QVERIFY(Person::waitFor([&] { return desk.person.arrowLine() == line; }));
        }
        answerFileDialog(saved);
        QVERIFY(choose(desk.window(), QStringLiteral("saveRecording")));
        QVERIFY(Person::waitFor([&] { return desk.window().statusBar()->currentMessage().contains("1 key."); }));
        QVERIFY(QFile::exists(saved));
    }
    const QTemporaryDir state;
    Desk desk(state);
    QVERIFY(desk.ready);
    answerFileDialog(saved);
    QVERIFY(choose(desk.window(), QStringLiteral("openRecording")));
    QVERIFY(Person::waitFor([&] { return desk.person.arrowLine() == 3; }));
    QVERIFY(Person::waitFor([&] { return desk.person.showsRow("variablesView", {"total", "1"}); }));
    // And further, into what was not recorded.
    Person::press(Qt::Key_F10);
    QVERIFY(Person::waitFor([&] { return desk.person.arrowLine() == 2; }));
    QVERIFY(Person::waitFor([&] { return desk.person.showsRow("variablesView", {"total", "3"}); }));
}

void RecordingWindowTest::whatIsNoRecordingIsTold()
{
    const QTemporaryDir state;
    Desk desk(state);
    QVERIFY(desk.ready);
    answerFileDialog(fileWith(m_files, QStringLiteral("adds.lua"), kScript));
    QVERIFY(choose(desk.window(), QStringLiteral("openRecording")));
    QVERIFY(Person::waitFor([&] {
        return desk.window().statusBar()->currentMessage().endsWith("this is no recording of Ferrite Workbench");
    }));
    QVERIFY(desk.person.clickTab(QStringLiteral("Log")));
    const auto* log = desk.person.see<QPlainTextEdit>(QStringLiteral("logView"));
    QVERIFY(log && log->toPlainText().contains("cannot be shown"));
}

int main(int argc, char** argv)
{
    qputenv("QT_QPA_PLATFORM", qgetenv("QT_QPA_PLATFORM").isEmpty() ? "offscreen" : qgetenv("QT_QPA_PLATFORM"));
    QApplication application(argc, argv);
    RecordingWindowTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "recording_window_test.moc"
