#pragma once

// Libraries of the npm registry for programs of tests/support/clients, in the build folder.

#include "tests/support/program.h"

namespace tests {

struct NpmLibraries {
    QString folder; // for NODE_PATH
    QByteArray missing; // why they cannot be had here and what to do, a line; empty: they are there
    QByteArray fault; // what npm said when it failed though its registry answers
};

/// Those of tests/support/clients/libraries/package-lock.json, installed first where they are not yet.
inline NpmLibraries npmLibraries()
{
    constexpr int kUnavailable = 69; // install.sh's, where there is no npm or no registry
    const QString folder = QStringLiteral(FERRITE_BINARY_DIR "/library_clients");
    const Finished done =
        runProgram(QStringLiteral(FERRITE_SOURCE_DIR "/tests/support/clients/libraries/install.sh"), {folder});
    NpmLibraries libraries{.folder = folder + "/node_modules", .missing = {}, .fault = {}};
    if (done.code == kUnavailable)
        libraries.missing = done.error.trimmed().split('\n').last();
    else if (done.code != 0)
        libraries.fault = "npm failed: " + done.error;
    return libraries;
}

} // namespace tests
