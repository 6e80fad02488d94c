#include "tests/support/transcript.h"

#include "engine/base/glob.h"
#include "engine/resp/reply_text.h"
#include "engine/resp/request_parser.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace tests {

using namespace engine;

namespace {

constexpr int kMostDifferences = 10;

std::vector<Bytes> linesOf(BytesView text)
{
    std::vector<Bytes> lines;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        lines.emplace_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

bool lineMatches(const Bytes& expected, const Bytes& got)
{
    return expected.starts_with("~ ") ? globMatches(BytesView(expected).substr(2), got) : expected == got;
}

Bytes joined(const std::vector<Bytes>& lines)
{
    Bytes text;
    for (const Bytes& line : lines)
        text += "    " + line + "\n";
    return text;
}

} // namespace

std::vector<TranscriptStep> readTranscript(const Bytes& path, Bytes& error)
{
    std::ifstream in(path);
    std::vector<TranscriptStep> steps;
    Bytes client = "main";
    Bytes line;
    bool answering = false;
    for (int number = 1; std::getline(in, line); ++number) {
        const auto step = [&]() -> TranscriptStep& {
            steps.push_back({.line = number,
                .client = client,
                .command = {},
                .hears = false,
                .sorted = false,
                .passMs = 0,
                .expected = {}});
            return steps.back();
        };
        const bool command = line.starts_with("> ") || line.starts_with(">* ");
        if (command) {
            TranscriptStep& added = step();
            added.sorted = line[1] == '*';
            added.command = line.substr(added.sorted ? 3 : 2);
            answering = true;
        } else if (line.empty()) {
            answering = false;
        } else if (line.starts_with("# ") || line == "#") {
            continue;
        } else if (line.starts_with("< ")) {
            TranscriptStep& added = step();
            added.client = line.substr(2);
            added.hears = true;
            answering = true;
        } else if (line.starts_with("@client ")) {
            client = line.substr(8);
            answering = false;
        } else if (line.starts_with("@pass ")) {
            step().passMs = std::stoi(line.substr(6));
            answering = false;
        } else if (answering) {
            steps.back().expected.push_back(line);
        } else {
            error = path + ":" + std::to_string(number) + ": an answer without a command: " + line;
            return {};
        }
    }
    if (steps.empty())
        error = path + ": no steps";
    return steps;
}

void sortElements(Reply& reply)
{
    if (reply.kind == ReplyKind::Map) {
        std::vector<std::pair<Bytes, std::size_t>> order;
        for (std::size_t i = 0; i + 1 < reply.elements.size(); i += 2)
            order.emplace_back(formatReplyForPeople(reply.elements[i]), i);
        std::ranges::sort(order);
        std::vector<Reply> sorted;
        for (const auto& [text, at] : order)
            sorted.insert(sorted.end(), {reply.elements[at], reply.elements[at + 1]});
        reply.elements = std::move(sorted);
        return;
    }
    std::ranges::sort(reply.elements, {}, formatReplyForPeople);
}

std::vector<Bytes> wordsOf(const TranscriptStep& step, FunctionRef<Bytes(const Bytes& client)> idOf)
{
    std::vector<Bytes> words;
    if (!splitQuoted(step.command, words))
        return {};
    for (Bytes& word : words) {
        if (word.starts_with("<id:") && word.ends_with(">"))
            word = idOf(word.substr(4, word.size() - 5));
    }
    return words;
}

Bytes replayTranscript(const std::vector<TranscriptStep>& steps, const TranscriptRunner& runner)
{
    Bytes differences;
    int count = 0;
    for (const TranscriptStep& step : steps) {
        if (step.command.empty() && !step.hears) {
            runner.pass(step.passMs);
            continue;
        }
        const std::vector<Bytes> argv = wordsOf(step, runner.idOf);
        if (!step.hears && argv.empty())
            return differences + "line " + std::to_string(step.line) + ": unbalanced quotes\n";
        if (step.isSilent()) {
            runner.tell(step.client, argv);
            continue;
        }
        Reply reply = step.hears ? runner.hear(step.client) : runner.run(step.client, argv);
        if (step.sorted)
            sortElements(reply);
        const auto got = linesOf(formatReplyForPeople(reply));
        if (std::ranges::equal(step.expected, got, lineMatches))
            continue;
        differences += "line " + std::to_string(step.line) + ": " + step.command + "\n  expected\n"
            + joined(step.expected) + "  got\n" + joined(got);
        if (++count == kMostDifferences)
            return differences + "…\n";
    }
    return differences;
}

std::vector<Bytes> transcriptFiles()
{
    std::vector<Bytes> files;
    for (const auto& file : std::filesystem::directory_iterator(FERRITE_SOURCE_DIR "/tests/transcripts")) {
        if (file.path().extension() == ".test")
            files.push_back(file.path().string());
    }
    std::ranges::sort(files);
    return files;
}

} // namespace tests
