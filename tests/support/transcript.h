#pragma once

// Transcripts: commands and the answers they must get, as text. One file a topic under tests/transcripts; each begins
// with an empty dataset and is run against this engine and against the real server. Over RESP3 those two are compared
// with each other. with each other.
//
//   # a comment, up to the end of its line
//   > SET k v            a command, as redis-cli reads it
//   OK                   what redis-cli prints on a terminal; as many lines as it prints
//   >* SMEMBERS s        its elements are sorted first: for answers whose order means nothing
//   ~ (integer) 1*       a line that matches as a glob, where a number cannot be known
//   @client other        the next commands come from another connection
//   < other              what that connection hears next, beside the answers of its own commands; lines follow. A
//                        command that has to wait answers "(waits)", and its answer is heard later
//   (no answer)          after a command: CLIENT REPLY lets nothing be sent. The next answer is the next command's
//   <id:other>           a word within a command: what CLIENT ID tells that connection
//   @pass 20             so many milliseconds pass: the clock is moved, the real server is waited for
//
// An empty line ends an answer.

#include "engine/base/function_ref.h"
#include "engine/resp/reply.h"

#include <algorithm>
#include <functional>
#include <vector>

namespace tests {

struct TranscriptStep {
    int line = 0; // in the file
    engine::Bytes client;
    engine::Bytes command; // empty for @pass and <
    bool hears = false;
    bool sorted = false;
    int passMs = 0;
    std::vector<engine::Bytes> expected;

    bool isSilent() const { return expected == std::vector<engine::Bytes>{"(no answer)"}; }
    bool hasPatterns() const
    {
        return std::ranges::any_of(expected, [](const engine::Bytes& text) { return text.starts_with("~ "); });
    }
};

/// The steps of a file. A line that is none of the above is an error: its text then stands in `error`.
std::vector<TranscriptStep> readTranscript(const engine::Bytes& path, engine::Bytes& error);

/// The words of a step's command, with ids of clients put in; none when its quotes are unbalanced.
std::vector<engine::Bytes> wordsOf(
    const TranscriptStep& step, engine::FunctionRef<engine::Bytes(const engine::Bytes& client)> idOf);

/// Puts the answer of a sorted step in order: its elements, or its pairs.
void sortElements(engine::Reply& reply);

/// What runs a transcript's steps.
struct TranscriptRunner {
    std::function<engine::Reply(const engine::Bytes& client, const std::vector<engine::Bytes>& argv)> run;
    std::function<void(int milliseconds)> pass;
    std::function<engine::Reply(const engine::Bytes& client)> hear;
    /// Runs a silent step. It is the connection that keeps answers back, so without one there is nothing to look at.
    std::function<void(const engine::Bytes& client, const std::vector<engine::Bytes>& argv)> tell;
    std::function<engine::Bytes(const engine::Bytes& client)> idOf;
};

/// The first differences, by line, as text for people; empty when all is as expected.
engine::Bytes replayTranscript(const std::vector<TranscriptStep>& steps, const TranscriptRunner& runner);

/// The files under tests/transcripts, by name.
std::vector<engine::Bytes> transcriptFiles();

} // namespace tests
