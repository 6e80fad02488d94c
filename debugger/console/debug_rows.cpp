// The table of the debugger's console: LDB's commands with its short forms, and what it lacks; how one is found, and
// who is offered it. The handlers are in debug_commands.cpp and beside it.

#include "debugger/console/debug_console.h"
#include "debugger/console/debug_words.h"

#include <array>

namespace debugger {

/// What a command cannot do without.
enum class Wants : std::uint8_t { Nothing, Files, Forms, Live, Clock };

struct DebugConsole::Row {
    HelpRow help;
    void (DebugConsole::*run)(const Words&);
    bool forward = false;
    Wants wants = Wants::Nothing;
};

struct DebugConsole::Table {
    using C = DebugConsole;
    static constexpr std::array kRows{
        Row{{"help", "h", "", "Show this help."}, &C::help},
        Row{{"step", "s", "", "Run to the next line, into functions."}, &C::into, true},
        Row{{"next", "n", "", "Run to the next line, over functions."}, &C::over, true},
        Row{{"out", "o", "", "Run until this function has returned."}, &C::out, true},
        Row{{"continue", "c", "", "Run to the next breakpoint or the end."}, &C::carryOn, true},
        Row{{"run-to", "", "LINE", "Run until a line is reached."}, &C::runTo, true},
        Row{{"back-to", "", "LINE", "Go back to the last time a line was reached."}, &C::backTo},
        Row{{"end", "", "", "Run to the end, past breakpoints."}, &C::toEnd, true},
        Row{{"back", "", "", "Go back one line, into functions."}, &C::back},
        Row{{"back-over", "", "", "Go back one line, over functions."}, &C::backOver},
        Row{{"back-out", "", "", "Go back to the line that called this function."}, &C::backOut},
        Row{{"reverse-continue", "rc", "", "Go back to the last breakpoint, else the start."}, &C::reverseContinue},
        Row{{"start", "", "", "Go back to the first line."}, &C::toStart},
        Row{{"goto", "g", "MOMENT", "Go to any recorded moment."}, &C::goTo},
        Row{{"list", "l", "[LINE [CONTEXT]]", "Show source around a line, else around the current one."}, &C::list},
        Row{{"whole", "w", "", "Show the whole source."}, &C::whole},
        Row{{"print", "p", "[EXPR]", "Show a value, or every local variable."}, &C::print},
        Row{{"locals", "", "", "Show locals and upvalues of the chosen frame."}, &C::locals},
        Row{{"break", "b", "[LINE... | LINE [if EXPR] [hits N] [log TEXT] | -LINE | 0]",
                "List, add, remove one or remove all breakpoints. One with hits N stops from the Nth on; one with "
                "log TEXT does not stop, and prints the text with the value of each {EXPR} in it."},
            &C::breakAt},
        Row{{"catch", "", "[EVENT [PATTERN] [if EXPR] [hits N] [log TEXT] | -NUMBER]",
                "Stop at command NAME or @CATEGORY, read KEY, write KEY, undeclared, error-reply, error."},
            &C::catchEvent},
        Row{{"disable", "", "LINE... | catch NUMBER | all", "Keep breakpoints, but let them do nothing."}, &C::disable},
        Row{{"enable", "", "LINE... | catch NUMBER | all", "Let breakpoints work again."}, &C::enable},
        Row{{"trace", "t", "", "Show the script's call stack with source."}, &C::trace},
        Row{{"frames", "f", "", "Show every frame with its number."}, &C::frames},
        Row{{"frame", "", "NUMBER", "Choose the frame that print, locals, eval and set work in."}, &C::frame},
        Row{{"eval", "e", "CODE", "Evaluate an expression or statement on a throw-away copy of the data."}, &C::eval},
        Row{{"redis", "r", "COMMAND...", "Run a command on a throw-away copy of the data."}, &C::redis},
        Row{{"set", "", "NAME VALUE", "Give a variable or field another value; what was recorded after it is dropped."},
            &C::set},
        Row{{"watch", "", "[EXPR | -NUMBER]", "List watches, add one or remove one; they show at every stop."},
            &C::watch},
        Row{{"changes", "", "[step]", "Show what the run, or the last step, did to the data."}, &C::changes},
        Row{{"when", "", "NAME", "Show when a variable changed."}, &C::when},
        Row{{"who", "", "KEY", "Show which commands wrote a key."}, &C::who},
        Row{{"timeline", "", "[FIRST [LAST]] [lines] [calls] [writes] [errors] [outputs] [find TEXT]",
                "Show what was recorded, in a range of moments; 'goto MOMENT' goes to one."},
            &C::timeline},
        Row{{"maxlen", "m", "[BYTES]", "Trim shown values; 0 shows them whole."}, &C::maxLength},
        Row{{"format", "", "text | json", "Answer in text, or with one JSON object a line, for programs."}, &C::format,
            false, Wants::Forms},
        Row{{"restart", "", "[SOURCE]",
                "Begin anew, and stop at the first line: of the script as it was or is in its file now, or of this "
                "whole source, one word, in quotes. Keys, arguments, breakpoints and watches stay."},
            &C::restart},
        Row{{"pause", "", "", "Sent while the script runs: stop it at its next line."}, &C::pause},
        Row{{"stop", "", "", "End the script where it is; it can still be gone back in."}, &C::stop},
        Row{{"limits", "", "[moments N] [memory BYTES] [going MILLISECONDS]",
                "Show or set how long the recording may be, how much memory it may take, and how long the script may "
                "run on without a stop (0: without end)."},
            &C::limits},
        Row{{"apply", "", "[anyway]",
                "Do what the run has written up to here on the live data: all of it, or nothing when somebody else has "
                "changed its keys; anyway does it all the same."},
            &C::apply, false, Wants::Live},
        Row{{"take-back", "", "[anyway]", "Give the keys that apply has changed the values back that they had."},
            &C::takeBack, false, Wants::Live},
        Row{{"sync", "", "",
                "Begin anew with the live data to itself: everybody else waits, and what is written stays when the "
                "session ends."},
            &C::sync, false, Wants::Live},
        Row{{"discard", "", "", "End the session; the live data stay as they are, of a sync session too."}, &C::discard,
            false, Wants::Live},
        Row{{"clock", "", "[live | freeze | speed FACTOR | step SPAN | jump MOMENT]",
                "Show or move the clock of this session: step 90s, jump 2030-01-01T12:00. TIME follows at once; keys "
                "expire by the moment at which the run began, so 'restart' for that."},
            &C::clock, false, Wants::Clock},
        Row{{"save", "", "FILE", "Save the recording; 'ferrite debug --open FILE' shows it again."}, &C::save, false,
            Wants::Files},
        Row{{"open", "", "FILE", "Show a recording that 'save' has written, in the place of what is shown."}, &C::open,
            false, Wants::Files},
        Row{{"recording", "", "[DIGITS]",
                "Answer with the bytes of that file, in hexadecimal digits; with such digits, show what they are."},
            &C::recording},
        Row{{"abort", "a", "", "The same as stop; over a server's wire it ends the session, as Redis's does."},
            &C::stop},
        Row{{"quit", "q", "", "End the session."}, &C::quit},
        Row{{"exit", "", "", "End the session."}, &C::quit},
    };
};

std::span<const DebugConsole::Row> DebugConsole::rows()
{
    return Table::kRows;
}

const DebugConsole::Row* DebugConsole::find(std::string_view name)
{
    for (const Row& row : rows()) {
        const bool shortForm = !row.help.shortName.empty() && engine::equalsIgnoringCase(name, row.help.shortName);
        if (shortForm || engine::equalsIgnoringCase(name, row.help.name))
            return &row;
    }
    return nullptr;
}

bool DebugConsole::run(std::string_view line)
{
    Words words{.rest = line, .words = {}};
    const std::string_view name = takeWord(words.rest);
    if (name.empty())
        return true;
    // Code has quotes of its own: its handlers take the text as it is.
    words.words = splitWords(words.rest).value_or(std::vector<std::string>{std::string(words.rest)});
    return run(name, words);
}

bool DebugConsole::run(std::span<const engine::Bytes> words)
{
    if (words.empty())
        return true;
    Words behind;
    std::string rest;
    for (const engine::Bytes& word : words.subspan(1)) {
        rest += (rest.empty() ? "" : " ") + word;
        behind.words.push_back(word);
    }
    behind.rest = trimmed(rest);
    return run(words.front(), behind);
}

bool DebugConsole::offers(const Row& row) const
{
    switch (row.wants) {
    case Wants::Files:
        return m_options.writesFiles;
    case Wants::Forms:
        return m_options.outputs != nullptr;
    case Wants::Live:
        return m_options.live != nullptr;
    case Wants::Clock:
        return m_options.clock != nullptr;
    case Wants::Nothing:
        break;
    }
    return true;
}

bool DebugConsole::run(std::string_view name, const Words& words)
{
    if (const Row* row = find(name); row && offers(*row))
        (this->*row->run)(words);
    else
        m_output->error("Unknown debugger command. Type 'help' for the list of commands.");
    return !m_quit;
}

bool DebugConsole::goesForward(std::string_view name)
{
    const Row* row = find(name);
    return row && row->forward;
}

void DebugConsole::help(const Words&)
{
    std::vector<HelpRow> shown;
    for (const Row& row : rows()) {
        if (offers(row))
            shown.push_back(row.help);
    }
    m_output->help(shown);
}

} // namespace debugger
