#pragma once

// What a run of a script really does, moment by moment, as the program `ground_truth` tells it: it plays the script
// once, forwards, with a probe of its own, and knows nothing of the debugger. What a debug session shows is compared
// with it. This file is what the program and the tests share: the question, the answer, and their texts.

#include "engine/base/bytes.h"
#include "engine/base/result.h"

#include <cstdint>
#include <vector>

namespace tests {

using engine::Bytes;

/// A variable that is given another value before the line of a moment.
struct WalkEdit {
    std::uint64_t moment = 0;
    int frame = 0;
    Bytes name = {};
    Bytes expression = {};
};

/// A run, with all that it depends on.
struct WalkCase {
    Bytes body = {};
    std::vector<Bytes> keys = {};
    std::vector<Bytes> argv = {};
    std::vector<std::vector<Bytes>> given = {}; // commands that make the dataset
    std::uint64_t engineSeed = 7;
    std::uint64_t rngSeed = 42;
    std::vector<WalkEdit> edits = {}; // in order of time
    std::vector<Bytes> questions = {}; // expressions to be evaluated at every moment, in the innermost frame
    bool looks = true; // else a moment's state is Lua's memory alone
    std::uint64_t mostMoments = 3000;
};

struct TrueMoment {
    int line = 0;
    int depth = 0;
    int coroutine = 0;
    bool inScript = true;
    bool begins = false; // the first line of its activation
    bool forcedStop = false; // redis.breakpoint() was called in the line before
    Bytes state = {}; // see moment_text.h
    std::vector<Bytes> answers = {}; // to the case's questions
};

struct TrueCall {
    std::uint64_t moment = 0;
    int line = 0;
    std::vector<Bytes> argv = {};
    bool replied = false;
    Bytes reply = {};
    std::vector<Bytes> changedKeys = {}; // "DATABASE KEY"
};

struct TrueError {
    std::uint64_t moment = 0;
    int line = 0;
    Bytes text = {};
    bool caught = false;
};

struct TrueOutput {
    std::uint64_t moment = 0;
    int line = 0;
    Bytes text = {};
};

struct GroundTruth {
    bool tooLong = false; // more moments than the case's most: the rest is missing
    Bytes failedEdit = {}; // why an edit could not be done; empty: all could
    std::vector<TrueMoment> moments = {}; // the first is moment 1
    std::vector<TrueCall> calls = {};
    std::vector<TrueError> errors = {};
    std::vector<TrueOutput> outputs = {};
    Bytes reply = {};
    Bytes data = {}; // at the end
    std::vector<Bytes> effects = {};

    const TrueMoment& at(std::uint64_t moment) const { return moments[moment - 1]; }
};

Bytes textOf(const WalkCase& wanted);
engine::Result<WalkCase> walkCaseFrom(engine::BytesView text);
Bytes textOf(const GroundTruth& truth);
engine::Result<GroundTruth> groundTruthFrom(engine::BytesView text);

} // namespace tests
