#pragma once

// Asks the program `ground_truth`.

#include "tests/support/ground_truth.h"
#include "tests/support/program.h"

namespace tests {

inline engine::Result<GroundTruth> askGroundTruth(const WalkCase& wanted)
{
    constexpr int kLimitMs = 120'000; // far more than it takes: the machine may be busy
    const Finished said = runProgram(QStringLiteral(FERRITE_BINARY_DIR "/tests/ground_truth"), {},
        QByteArray::fromStdString(textOf(wanted)), kLimitMs);
    if (said.code != 0)
        return engine::Error{"ground_truth ended with " + std::to_string(said.code) + ": " + said.error.toStdString()};
    return groundTruthFrom(engine::BytesView(said.out.constData(), static_cast<std::size_t>(said.out.size())));
}

} // namespace tests
