#include "debugger/ldb_console.h"

#include "debugger/ldb_reply_text.h"
#include "engine/base/number.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

namespace debugger {

using engine::Argv;
using engine::Bytes;
using engine::BytesView;
using engine::equalsIgnoringCase;
using engine::LuaInspect;
using engine::ProbeVerdict;
using engine::Reply;

namespace {

using Words = std::vector<Bytes>;

constexpr std::size_t kMostBreakpoints = 64;
constexpr std::size_t kShownWords = 10;
constexpr BytesView kUnknown = "<error> Unknown Redis Lua debugger command or wrong number of arguments.";

constexpr BytesView kHelp[] = {
    "Redis Lua debugger help:",
    "[h]elp               Show this help.",
    "[s]tep               Run current line and stop again.",
    "[n]ext               Alias for step.",
    "[c]ontinue           Run till next breakpoint.",
    "[l]ist               List source code around current line.",
    "[l]ist [line]        List source code around [line].",
    "                     line = 0 means: current position.",
    "[l]ist [line] [ctx]  In this form [ctx] specifies how many lines",
    "                     to show before/after [line].",
    "[w]hole              List all source code. Alias for 'list 1 1000000'.",
    "[p]rint              Show all the local variables.",
    "[p]rint <var>        Show the value of the specified variable.",
    "                     Can also show global vars KEYS and ARGV.",
    "[b]reak              Show all breakpoints.",
    "[b]reak <line>       Add a breakpoint to the specified line.",
    "[b]reak -<line>      Remove breakpoint from the specified line.",
    "[b]reak 0            Remove all breakpoints.",
    "[t]race              Show a backtrace.",
    "[e]val <code>        Execute some Lua code (in a different callframe).",
    "[r]edis <cmd>        Execute a Redis command.",
    "[m]axlen [len]       Trim logged Redis replies and Lua var dumps to len.",
    "                     Specifying zero as <len> means unlimited.",
    "[a]bort              Stop the execution of the script. In sync",
    "                     mode dataset changes will be retained.",
    "",
    "Debugger functions you can call from Lua scripts:",
    "redis.debug()        Produce logs in the debugger console.",
    "redis.breakpoint()   Stop execution like if there was a breakpoint in the",
    "                     next line of code.",
};

/// As atoi reads it, kept within an int.
int leadingNumber(const Bytes& word)
{
    const long value = std::strtol(word.c_str(), nullptr, 10);
    return static_cast<int>(std::clamp<long>(value, -1'000'000'000, 1'000'000'000));
}

bool isCommand(const Words& words, BytesView whole)
{
    return equalsIgnoringCase(words[0], whole) || equalsIgnoringCase(words[0], whole.substr(0, 1));
}

/// What a script hears of a command that was not run.
bool isRefusal(BytesView error)
{
    constexpr BytesView kBeginnings[] = {"ERR Unknown Redis command called from script",
        "ERR Wrong number of args calling Redis command from script",
        "ERR This Redis command is not allowed from script",
        "ERR Write commands are not allowed from read-only scripts", "ERR The user executing the script can't"};
    return std::ranges::any_of(kBeginnings, [error](BytesView beginning) { return error.starts_with(beginning); });
}

BytesView withoutCode(BytesView error)
{
    return error.starts_with("ERR ") ? error.substr(4) : error;
}

} // namespace

LdbConsole::LdbConsole(LdbWire& wire, BytesView source, std::chrono::milliseconds threshold)
    : m_wire(wire), m_threshold(threshold), m_resumed(std::chrono::steady_clock::now())
{
    if (source.empty())
        return;
    while (source.ends_with('\n') || source.ends_with('\r'))
        source.remove_suffix(1);
    for (;;) {
        const std::size_t end = source.find('\n');
        const BytesView line = source.substr(0, end);
        m_source.emplace_back(line.substr(0, line.find('\0')));
        if (end == BytesView::npos)
            break;
        source.remove_prefix(end + 1);
    }
}

// --- The run.

ProbeVerdict LdbConsole::onLine(LuaInspect& run, const engine::LineEvent& event)
{
    m_line = event.line;
    const bool breaks = m_breaksNext || isBreakpoint(m_line);
    if (!event.inScript || m_alone || (!m_steps && !breaks))
        return ProbeVerdict::Continue;
    return stop(run, !breaks ? "step over" : m_breaksNext ? "redis.breakpoint() called" : "break point");
}

ProbeVerdict LdbConsole::onTick(LuaInspect& run)
{
    if (m_wire.ending())
        return end("the server is going down");
    if (m_steps || std::chrono::steady_clock::now() - m_resumed < m_threshold)
        return ProbeVerdict::Continue;
    if (m_alone)
        return end("timeout during Lua debugging with client closing connection");
    const auto frames = run.frames();
    if (frames.empty() || !frames.front().inScript)
        return ProbeVerdict::Continue;
    m_line = frames.front().line;
    return stop(run, "timeout reached, infinite loop?");
}

ProbeVerdict LdbConsole::end(BytesView reason)
{
    m_endReason = reason;
    return ProbeVerdict::Abort;
}

ProbeVerdict LdbConsole::stop(LuaInspect& run, BytesView reason)
{
    m_steps = m_breaksNext = false;
    log("* Stopped at " + std::to_string(m_line) + ", stop reason = " + Bytes(reason));
    logLine(m_line);
    const ProbeVerdict verdict = answer() ? converse(run) : ProbeVerdict::Continue;
    m_resumed = std::chrono::steady_clock::now();
    return m_alone && m_wire.ending() ? end("the server is going down") : verdict;
}

// Whoever goes away lets the script run to its end.
bool LdbConsole::answer()
{
    const bool sent = m_wire.send(m_lines);
    m_lines.clear();
    if (sent)
        return true;
    m_alone = true;
    m_breakpoints.clear();
    return false;
}

ProbeVerdict LdbConsole::converse(LuaInspect& run)
{
    Words words;
    for (;;) {
        switch (m_wire.receive(words)) {
        case LdbWire::Heard::Nonsense:
            return end("protocol error");
        case LdbWire::Heard::Nobody:
            m_alone = true;
            m_breakpoints.clear();
            return ProbeVerdict::Continue;
        case LdbWire::Heard::Command:
            break;
        }
        switch (obey(run, words)) {
        case Next::Go:
            return ProbeVerdict::Continue;
        case Next::End:
            return ProbeVerdict::Abort;
        case Next::Stay:
            if (!answer())
                return ProbeVerdict::Continue;
        }
    }
}

const Reply* LdbConsole::onCommand(LuaInspect&, Argv argv)
{
    if (m_steps)
        logCommand(argv);
    return nullptr;
}

void LdbConsole::onReply(LuaInspect& run, Argv, const Reply& reply)
{
    if (m_steps)
        logReply(reply, run.protocol());
}

void LdbConsole::onMisuse(BytesView error)
{
    if (m_steps)
        log("<error> " + Bytes(withoutCode(error)));
}

void LdbConsole::onDebug(int line, BytesView text)
{
    if (!m_alone)
        log("<debug> line " + std::to_string(line) + ": " + Bytes(text));
}

bool LdbConsole::onBreakpoint()
{
    return m_breaksNext = !m_alone;
}

// --- Commands.

LdbConsole::Next LdbConsole::obey(LuaInspect& run, const Words& words)
{
    if (isCommand(words, "step") || isCommand(words, "next")) {
        m_steps = true;
        return Next::Go;
    }
    if (isCommand(words, "continue"))
        return Next::Go;
    if (isCommand(words, "abort"))
        return Next::End;
    // Ours: Redis does not know it, so that its help does not name it.
    if (equalsIgnoringCase(words[0], "extended")) {
        m_wantsExtended = true;
        return Next::End;
    }
    obeyShowing(run, words);
    return Next::Stay;
}

void LdbConsole::obeyShowing(LuaInspect& run, const Words& words)
{
    if (isCommand(words, "help"))
        m_lines.assign(std::begin(kHelp), std::end(kHelp));
    else if (isCommand(words, "trace"))
        trace(run);
    else if (isCommand(words, "maxlen"))
        truncation(words);
    else if (isCommand(words, "redis") && words.size() > 1)
        call(run, words);
    else if (isCommand(words, "print"))
        print(run, words);
    else if (isCommand(words, "list"))
        list(words);
    else if (isCommand(words, "whole"))
        logAround(1, 1'000'000);
    else if (isCommand(words, "eval"))
        evaluate(run, words);
    else if (isCommand(words, "break"))
        changeBreakpoints(words);
    else
        log(Bytes(kUnknown));
}

void LdbConsole::list(const Words& words)
{
    constexpr int kContext = 5;
    const int line = words.size() > 1 ? leadingNumber(words[1]) : 0;
    logAround(line > 0 ? line : m_line, words.size() > 2 ? leadingNumber(words[2]) : kContext);
}

void LdbConsole::print(LuaInspect& run, const Words& words)
{
    if (words.size() == 2) {
        const auto text = run.ldbVariable(words[1]);
        return text ? logTrimmed("<value> " + *text) : log("No such variable.");
    }
    const auto variables = run.ldbLocals();
    for (const engine::LdbVariable& variable : variables)
        logTrimmed("<value> " + variable.name + " = " + variable.text);
    if (variables.empty())
        log("No local variables in the current context.");
}

void LdbConsole::changeBreakpoints(const Words& words)
{
    for (std::size_t i = 1; i < words.size(); ++i)
        changeBreakpoint(words[i]);
    if (words.size() > 1)
        return;
    if (m_breakpoints.empty())
        return log("No breakpoints set. Use 'b <line>' to add one.");
    log(std::to_string(m_breakpoints.size()) + " breakpoints set:");
    for (const int line : m_breakpoints)
        logLine(line);
}

void LdbConsole::changeBreakpoint(BytesView word)
{
    const auto number = engine::parseInteger(word);
    if (!number)
        return log("Invalid argument:'" + Bytes(word) + "'");
    const auto line = static_cast<int>(std::clamp<std::int64_t>(*number, -1'000'000'000, 1'000'000'000));
    if (line == 0) {
        m_breakpoints.clear();
        return log("All breakpoints removed.");
    }
    if (line < 0)
        return log(
            std::erase(m_breakpoints, -line) > 0 ? "Breakpoint removed." : "No breakpoint in the specified line.");
    if (m_breakpoints.size() == kMostBreakpoints)
        return log("Too many breakpoints set.");
    if (line > static_cast<int>(m_source.size()) || isBreakpoint(line))
        return log("Wrong line number.");
    m_breakpoints.push_back(line);
    logAround(line, 1);
}

void LdbConsole::trace(LuaInspect& run)
{
    const auto frames = run.frames();
    for (std::size_t level = 0; level < frames.size(); ++level) {
        const engine::LuaFrame& frame = frames[level];
        if (frame.chunk.find("user_script") == Bytes::npos)
            continue;
        // A function that was called without a name.
        log((level == 0 ? "In " : "From ") + (frame.name == "function" ? Bytes("top level") : frame.name) + ":");
        logLine(frame.line);
    }
}

void LdbConsole::evaluate(LuaInspect& run, const Words& words)
{
    Bytes code;
    for (std::size_t i = 1; i < words.size(); ++i)
        code += (i > 1 ? " " : "") + words[i];
    const auto value = run.ldbEvaluate(code);
    if (value)
        logTrimmed("<retval> " + *value);
    else
        log("<error> " + value.error());
}

void LdbConsole::call(LuaInspect& run, const Words& words)
{
    const std::vector<BytesView> argv(words.begin() + 1, words.end());
    logCommand(argv);
    logReply(run.ldbCall(argv), run.protocol());
}

void LdbConsole::truncation(const Words& words)
{
    constexpr int kShortest = 60;
    if (words.size() == 2) {
        const int wanted = leadingNumber(words[1]);
        m_longest = wanted == 0 ? 0 : static_cast<std::size_t>(std::max(wanted, kShortest));
        m_hinted = true;
    }
    log(m_longest == 0 ? "<value> replies are unlimited."
                       : "<value> replies are truncated at " + std::to_string(m_longest) + " bytes.");
}

// --- Lines.

bool LdbConsole::isBreakpoint(int line) const
{
    return std::ranges::find(m_breakpoints, line) != m_breakpoints.end();
}

void LdbConsole::logTrimmed(Bytes line)
{
    const bool trimmed = m_longest > 0 && line.size() > m_longest;
    if (trimmed) {
        line.resize(m_longest);
        line += " ...";
    }
    log(std::move(line));
    if (!trimmed || std::exchange(m_hinted, true))
        return;
    log("<hint> The above reply was trimmed. Use 'maxlen 0' to disable trimming.");
}

void LdbConsole::logCommand(Argv argv)
{
    Bytes line = "<redis>";
    for (std::size_t i = 0; i < argv.size(); ++i) {
        if (i == kShownWords) {
            line += " ... (" + std::to_string(argv.size() - i - 1) + " more)";
            break;
        }
        line.append(" ").append(argv[i]);
    }
    log(std::move(line));
}

void LdbConsole::logReply(const Reply& reply, engine::Protocol protocol)
{
    if (reply.isError()) {
        if (isRefusal(reply.text))
            return log("<error> " + Bytes(withoutCode(reply.text)));
        log("<error> -" + reply.text);
    }
    const LdbReplyForm form = protocol == engine::Protocol::Resp3 ? LdbReplyForm::Resp3 : LdbReplyForm::Resp2;
    logTrimmed("<reply> " + ldbReplyText(reply, form));
}

void LdbConsole::logLine(int line)
{
    const bool breaks = isBreakpoint(line);
    const char* mark = line == m_line ? (breaks ? "->#" : "-> ") : breaks ? "  #" : "   ";
    std::array<char, 24> number;
    std::snprintf(number.data(), number.size(), "%-3d ", line);
    const bool known = line > 0 && line <= static_cast<int>(m_source.size());
    log(Bytes(mark) + number.data()
        + (known ? m_source[static_cast<std::size_t>(line) - 1] : Bytes("<out of range source code line>")));
}

void LdbConsole::logAround(int line, int context)
{
    for (int i = 1; i <= static_cast<int>(m_source.size()); ++i) {
        if (line - context <= i && line + context >= i)
            logLine(i);
    }
}

} // namespace debugger
