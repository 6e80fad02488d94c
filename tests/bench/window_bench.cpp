// How soon the window shows where a step came to: from the key to a window that is painted, with all its panels. Run by
// hand from a release build, on a quiet machine; QT_QPA_PLATFORM=offscreen does.

#include "tests/app/desk.h"

#include <QElapsedTimer>
#include <QTextStream>

#include <algorithm>

using tests::Desk;
using tests::fileWith;
using tests::Person;

namespace {

constexpr int kSteps = 200;
constexpr int kArrowMarker = 15;

const QByteArray kScript = "local t = {list = {1, 2, 3}, name = 'x'}\n"
                           "local sum = 0\n"
                           "for i = 1, 1000 do\n"
                           "  sum = sum + i\n"
                           "  t[i % 7] = 'value ' .. i\n"
                           "  redis.call('HSET', KEYS[1], 'field:' .. i, sum)\n"
                           "end\n"
                           "return sum\n";

struct Figures {
    double median = 0;
    double worst = 0;
};

/// Milliseconds from the key to the painted window, over so many steps; each must move the arrow.
Figures steps(const Person& person, Qt::Key key, Qt::KeyboardModifiers modifiers)
{
    std::vector<double> each;
    // Looked for once: a person does not search the window for it.
    QsciScintilla* editor = person.editor();
    const auto arrow = [editor] { return editor->markerFindNext(0, 1U << kArrowMarker); };
    for (int i = 0; i < kSteps; ++i) {
        const int before = arrow();
        QElapsedTimer timer;
        timer.start();
        Person::press(key, modifiers);
        while (arrow() == before && timer.elapsed() < 10'000)
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents, 1);
        // What the panels have been given is painted.
        QCoreApplication::sendPostedEvents();
        QCoreApplication::processEvents();
        each.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
    }
    std::sort(each.begin(), each.end());
    return {.median = each[each.size() / 2], .worst = each.back()};
}

void report(QTextStream& out, const char* name, const Figures& figures)
{
    out << qSetFieldWidth(0) << name << ": " << QString::number(figures.median, 'f', 2) << " ms, the slowest of "
        << kSteps << " " << QString::number(figures.worst, 'f', 2) << " ms (to reach: < 16 ms)\n";
    out.flush();
}

} // namespace

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    const QTemporaryDir folder;
    Desk desk(folder, {fileWith(folder, QStringLiteral("steps.lua"), kScript)});
    const Person& person = desk.person;
    if (!desk.ready || !person.fill(QStringLiteral("keysTable"), 0, 2, QStringLiteral("h")))
        return 1;
    Person::press(Qt::Key_F5);
    if (!Person::waitFor([&] { return person.arrowLine() == 1; }))
        return 1;
    QTextStream out(stdout);
    person.clickTab(QStringLiteral("Changes"));
    report(out, "a step, with the changes in sight", steps(person, Qt::Key_F11, {}));
    report(out, "a step back", steps(person, Qt::Key_F11, Qt::ShiftModifier | Qt::AltModifier));
    person.clickTab(QStringLiteral("Timeline"));
    report(out, "a step, with the timeline in sight", steps(person, Qt::Key_F11, {}));
    return 0;
}
