#include "debugger/console/breakpoint_words.h"

#include "debugger/console/debug_words.h"
#include "engine/script/evaluated_code.h"

#include <array>
#include <limits>

namespace debugger {

namespace {

struct CatchRow {
    BreakpointKind kind;
    std::string_view word;
};

constexpr std::array kCatches{
    CatchRow{BreakpointKind::Command, "command"},
    CatchRow{BreakpointKind::KeyRead, "read"},
    CatchRow{BreakpointKind::KeyWritten, "write"},
    CatchRow{BreakpointKind::UndeclaredKey, "undeclared"},
    CatchRow{BreakpointKind::ErrorReply, "error-reply"},
    CatchRow{BreakpointKind::CaughtError, "caught"},
    CatchRow{BreakpointKind::UncaughtError, "uncaught"},
};

constexpr std::string_view kSpace = " \t";

/// An expression, up to the word of another clause. A name behind a whole expression is nowhere Lua, so that a variable
/// called `log` ends none.
std::string_view takeExpression(std::string_view& words)
{
    // Each is compiled, and a line may be long.
    constexpr int kMostTries = 20;
    int tries = 0;
    for (std::size_t at = words.find_first_of(kSpace); at != std::string_view::npos && tries < kMostTries;
         at = words.find_first_of(kSpace, at + 1)) {
        std::string_view rest = words.substr(at);
        const std::string_view word = takeWord(rest);
        if (word != "hits" && word != "log")
            continue;
        ++tries;
        const std::string_view expression = trimmed(words.substr(0, at));
        if (!engine::codeProblem(expression).empty())
            continue;
        words = trimmed(words.substr(at));
        return expression;
    }
    return std::exchange(words, {});
}

} // namespace

engine::Result<BreakpointSpec> withClauses(BreakpointSpec spec, std::string_view words)
{
    for (words = trimmed(words); !words.empty();) {
        const std::string_view clause = takeWord(words);
        if (clause == "if") {
            spec.condition = takeExpression(words);
            if (spec.condition.empty())
                return engine::Error{"'if' wants an expression, as in: break 3 if n > 10"};
        } else if (clause == "hits") {
            const auto count = parseNumber(takeWord(words));
            if (!count || *count < 1 || *count > std::numeric_limits<int>::max())
                return engine::Error{"'hits' wants a number from 1 on, as in: break 3 hits 5"};
            spec.hitCount = static_cast<int>(*count);
        } else if (clause == "log") {
            spec.logText = std::exchange(words, {});
            if (spec.logText.empty())
                return engine::Error{"'log' wants a text, as in: break 3 log n is {n}"};
        } else {
            return engine::Error{"'" + Bytes(clause)
                + "' is none of if EXPR, hits N and log TEXT, as in: "
                  "break 3 if n > 10 hits 5 log n is {n}"};
        }
    }
    return spec;
}

std::string clausesText(const BreakpointSpec& spec)
{
    std::string text;
    const auto add = [&text](std::string_view word, std::string_view value) {
        text += (text.empty() ? "" : " ") + std::string(word) + " " + std::string(value);
    };
    if (!spec.condition.empty())
        add("if", spec.condition);
    if (spec.hitCount > 1)
        add("hits", std::to_string(spec.hitCount));
    if (!spec.logText.empty())
        add("log", spec.logText);
    return text;
}

std::string breakpointText(const BreakpointSpec& spec)
{
    std::string text = spec.kind == BreakpointKind::Line ? std::to_string(spec.line) : "";
    for (const CatchRow& row : kCatches) {
        if (row.kind == spec.kind)
            text = row.word;
    }
    if (!spec.pattern.empty())
        text += " " + spec.pattern;
    const std::string clauses = clausesText(spec);
    return clauses.empty() ? text : text + " " + clauses;
}

std::optional<BreakpointKind> catchKind(std::string_view word)
{
    for (const CatchRow& row : kCatches) {
        if (engine::equalsIgnoringCase(row.word, word))
            return row.kind;
    }
    return std::nullopt;
}

} // namespace debugger
