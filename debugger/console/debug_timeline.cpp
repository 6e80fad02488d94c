// The command of the debugger's console that shows what was recorded: `timeline`.

#include "debugger/console/debug_console.h"
#include "debugger/console/debug_words.h"
#include "debugger/ldb_reply_text.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace debugger {

namespace {

constexpr std::string_view kUsage =
    "timeline takes a range of moments, kinds of lines, calls, writes, errors, outputs, and find TEXT, as in: "
    "timeline 10 20 writes find user:1";

struct TimelineQuestion {
    TimelineRequest range = {};
    // All kinds, when none is named.
    bool lines = false;
    bool calls = false;
    bool writes = false; // calls that wrote
    bool errors = false;
    bool outputs = false;
    std::string_view text = {};

    bool all() const { return !lines && !calls && !writes && !errors && !outputs; }
};

struct KindRow {
    std::string_view word;
    bool TimelineQuestion::*kind;
};

constexpr std::array kKinds{KindRow{"lines", &TimelineQuestion::lines}, KindRow{"calls", &TimelineQuestion::calls},
    KindRow{"writes", &TimelineQuestion::writes}, KindRow{"errors", &TimelineQuestion::errors},
    KindRow{"outputs", &TimelineQuestion::outputs}};

/// Nothing when the words make no sense.
std::optional<TimelineQuestion> questionOf(std::string_view words)
{
    TimelineQuestion question;
    int numbers = 0;
    for (words = trimmed(words); !words.empty();) {
        const std::string_view word = takeWord(words);
        const auto kind = std::ranges::find(kKinds, word, &KindRow::word);
        if (const auto moment = parseNumber(word); moment && *moment >= 1 && numbers < 2) {
            (numbers++ == 0 ? question.range.first : question.range.last) = static_cast<Moment>(*moment);
        } else if (kind != kKinds.end()) {
            question.*(kind->kind) = true;
        } else if (word == "find" && !words.empty()) {
            question.text = words;
            words = {};
        } else {
            return std::nullopt;
        }
    }
    return question;
}

bool holds(std::string_view text, std::string_view wanted)
{
    const auto same = [](char a, char b) {
        return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
    };
    return wanted.empty() || std::search(text.begin(), text.end(), wanted.begin(), wanted.end(), same) != text.end();
}

std::string searchedText(const RecordedCall& call)
{
    std::string text;
    for (const Bytes& word : call.argv)
        text += word + " ";
    return call.reply ? text + ldbReplyText(*call.reply, LdbReplyForm::Whole) : text;
}

} // namespace

void DebugConsole::timeline(const Words& words)
{
    const auto question = questionOf(words.rest);
    if (!question)
        return m_output->error(kUsage);
    auto shown = ask<TimelineShown>(question->range);
    if (!shown)
        return;
    const bool all = question->all();
    const std::string_view text = question->text;
    std::erase_if(shown->lines, [&](const TimelineLine& each) {
        return !(all || question->lines) || !holds(sourceLine(each.line).text, text);
    });
    std::erase_if(shown->calls, [&](const RecordedCall& each) {
        return !(all || question->calls || (question->writes && each.wrote)) || !holds(searchedText(each), text);
    });
    std::erase_if(shown->errors,
        [&](const RecordedError& each) { return !(all || question->errors) || !holds(each.text, text); });
    std::erase_if(
        shown->outputs, [&](const Output& each) { return !(all || question->outputs) || !holds(each.text, text); });
    if (!all && !question->lines)
        shown->linesLeftOut = 0;
    std::vector<SourceLine> source;
    for (const TimelineLine& each : shown->lines)
        source.push_back(sourceLine(each.line));
    m_output->timeline(*shown, source);
}

} // namespace debugger
