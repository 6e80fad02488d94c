// labels: slow
// Hazards through `ferrite run`: a process each, in one form each.

#include "tests/support/hostile_scripts.h"
#include "tests/support/program.h"
#include "tests/support/work_watch.h"

#include <QtTest>

#include <algorithm>

#include <sys/resource.h>

using engine::Bytes;
using tests::HostileScript;
using tests::Pressure;

class HostileRunTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void endsInsideItsLimits_data();
    void endsInsideItsLimits();

private:
    static bool growsData(const HostileScript& script) { return script.part == "I.3 data that grows"; }
    // The most that any of the processes has held.
    static std::size_t mostBytes()
    {
        rusage usage{};
        ::getrusage(RUSAGE_CHILDREN, &usage);
        return static_cast<std::size_t>(usage.ru_maxrss) * 1024;
    }
    static tests::Finished run(const Bytes& body)
    {
        return tests::runProgram(tests::ferriteProgram(), {"run", "--timeout", "0.02", "--memory", "64", "-"},
            QByteArray::fromStdString(body));
    }
};

void HostileRunTest::endsInsideItsLimits_data()
{
    QTest::addColumn<HostileScript>("script");
    // A dataset may hold a value of half a gigabyte; such scripts come last, for the peak counts all that ran before.
    std::vector<HostileScript> scripts = tests::someHostileScripts(3);
    std::ranges::stable_partition(scripts, [](const HostileScript& script) { return !growsData(script); });
    for (const HostileScript& script : scripts)
        QTest::newRow(script.name.c_str()) << script;
}

void HostileRunTest::endsInsideItsLimits()
{
    QFETCH(HostileScript, script);
    const tests::WorkBounds bounds = tests::hostileBounds();
    const std::size_t before = mostBytes();
    const tests::WorkWatch watch({.time = bounds.time, .residentBytes = 0}, 0);
    const tests::Finished finished = run(script.body);
    const Bytes tooMuch = watch.fault();
    QVERIFY2(tooMuch.empty(), tooMuch.c_str());
    QVERIFY2(finished.code == 0 || finished.code == 1, finished.error.right(300).constData());
    const Bytes text = finished.out.left(2000).toStdString();
    const Bytes fault = faultOfEnd(script, finished.code == 1, text, Pressure::Limits);
    QVERIFY2(fault.empty(), fault.c_str());
    // One that holds more than those before it: the program itself takes some.
    const std::size_t most = mostBytes();
    if (bounds.residentBytes != 0)
        QVERIFY2(most == before || growsData(script) || most < bounds.residentBytes + (std::size_t(32) << 20),
            qPrintable(QStringLiteral("it held %1 MiB").arg(most >> 20)));
}

QTEST_GUILESS_MAIN(HostileRunTest)
#include "hostile_run_test.moc"
