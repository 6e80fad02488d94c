#pragma once

// Runs a program to its end and gives all that it said.

#include <QByteArray>
#include <QProcess>
#include <QStringList>

#include <csignal>
#include <sys/prctl.h>

namespace tests {

struct Finished {
    int code = -1; // -1: it could not be started, crashed, or did not end in time
    QByteArray out;
    QByteArray error;
};

/// Lets the process end with the test, whatever ends the test.
inline void endWithParent(QProcess& process)
{
    process.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
}

/// Starts a program that ends with the test; `endOf` says how it went.
inline void startProgram(
    QProcess& process, const QString& program, const QStringList& words, const QString& folder = {})
{
    endWithParent(process);
    if (!folder.isEmpty())
        process.setWorkingDirectory(folder);
    process.start(program, words);
}

/// Waits for the end of a program that was started, and ends it when that takes longer than `limitMs`.
inline Finished endOf(QProcess& process, int limitMs = 300'000)
{
    // One that has ended already has nothing to wait for.
    const bool ended = process.state() == QProcess::NotRunning || process.waitForFinished(limitMs);
    if (!ended) {
        process.kill();
        process.waitForFinished();
    }
    return {.code = ended && process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
        .out = process.readAllStandardOutput(),
        .error = process.readAllStandardError()};
}

inline Finished runProgram(const QString& program, const QStringList& words, const QByteArray& input = {},
    int limitMs = 300'000, const QString& folder = {})
{
    QProcess process;
    startProgram(process, program, words, folder);
    if (!process.waitForStarted())
        return {};
    process.write(input);
    process.closeWriteChannel();
    return endOf(process, limitMs);
}

/// The `ferrite` of this build.
inline QString ferriteProgram()
{
    return QStringLiteral(FERRITE_BINARY_DIR "/bin/ferrite");
}

} // namespace tests
