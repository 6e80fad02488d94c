// What the commands of the debugger's console do: going, the source, looking, the past. Their table is in
// debug_rows.cpp.

#include "debugger/console/debug_console.h"
#include "debugger/console/debug_words.h"

#include <algorithm>
#include <array>
#include <utility>

namespace debugger {

// --- Going.

void DebugConsole::move(const Words&, Move way, bool showsCalls)
{
    travel(MoveRequest{way}, showsCalls);
}

void DebugConsole::runTo(const Words& words)
{
    goToLine(words, "run-to", false);
}

void DebugConsole::backTo(const Words& words)
{
    goToLine(words, "back-to", true);
}

void DebugConsole::goToLine(const Words& words, const std::string& command, bool back)
{
    const auto line = parseNumber(words.rest);
    if (!line || *line < 1 || *line > lineCount())
        return m_output->error(
            command + " wants a line from 1 to " + std::to_string(lineCount()) + ", as in: " + command + " 3");
    travel(RunToLineRequest{.line = static_cast<int>(*line), .back = back}, !back);
}

void DebugConsole::goTo(const Words& words)
{
    const auto moment = parseNumber(words.rest);
    if (!moment || *moment < 1)
        return m_output->error("goto wants a moment, counted from 1, as in: goto 12");
    travel(SeekRequest{static_cast<Moment>(*moment)});
}

void DebugConsole::restart(const Words& words)
{
    RestartRequest request{.mode = StartMode::StopAtFirstLine};
    if (words.words.size() > 1)
        return m_output->error("restart takes the whole source as one word, as in: restart \"local a = 1\\nreturn a\"");
    if (!words.words.empty()) {
        request.body = words.words.front();
        readSource(*request.body);
    } else if (m_options.reread) {
        request.body = m_options.reread();
        if (!request.body)
            m_output->message("(The script's file cannot be read any more; running it as it was.)");
        else
            readSource(*request.body);
    }
    beginAnew(std::move(request));
}

void DebugConsole::beginAnew(RestartRequest request)
{
    if (m_options.live && !m_options.live->holds() && !m_options.isRecording) {
        if (auto ground = m_options.live->ground()) {
            request.dataset = std::move(ground->dataset);
            request.now = ground->now;
        }
    }
    if (m_options.clock && !m_options.isRecording) {
        const engine::MovableClock::Setting setting = m_options.clock->setting();
        request.now = setting.now.ms();
        m_clockWasMoved = !setting.live;
    }
    travel(std::move(request));
    // Lines may have moved: ask where the breakpoints are bound now.
    sendBreakpoints();
}

// Where it is heard while the script runs, it has done its work before it comes here.
void DebugConsole::pause(const Words&)
{
    m_output->message(m_stop ? "The script waits at line " + std::to_string(m_stop->line) + "."
                             : "The script does not run: go back in it, or restart it.");
}

void DebugConsole::stop(const Words&)
{
    if (mustBeStopped())
        travel(StopRequest());
}

// --- Source.

void DebugConsole::showAround(int line, int before, int after)
{
    std::vector<SourceLine> lines;
    for (int at = std::max(1, line - before); at <= std::min(lineCount(), line + after); ++at)
        lines.push_back(sourceLine(at));
    m_output->source(lines);
}

void DebugConsole::list(const Words& words)
{
    constexpr int kContext = 5;
    const int current = m_stop ? m_stop->line : 1;
    const long long wanted = words.words.empty() ? 0 : parseNumber(words.words[0]).value_or(0);
    const long long context = words.words.size() < 2 ? kContext : parseNumber(words.words[1]).value_or(0);
    const int around = static_cast<int>(std::clamp<long long>(context, 0, lineCount()));
    showAround(wanted >= 1 && wanted <= lineCount() ? static_cast<int>(wanted) : current, around, around);
}

void DebugConsole::whole(const Words&)
{
    showAround(1, 0, lineCount());
}

// --- Looking.

void DebugConsole::locals(const Words&)
{
    if (!mustBeStopped())
        return;
    if (const auto shown = ask<FrameShown>(ShowFrameRequest{m_frame}))
        m_output->variables(shown->frame, shown->locals, shown->upvalues);
}

void DebugConsole::print(const Words& words)
{
    if (words.rest.empty())
        return locals(words);
    if (!mustBeStopped())
        return;
    // As LDB: a name is looked for in this frame, then in those around it.
    for (int frame = m_frame; frame < static_cast<int>(m_stop->frames.size()); ++frame) {
        const auto shown = ask<FrameShown>(ShowFrameRequest{frame});
        if (!shown)
            return;
        const std::array scopes{&shown->locals, &shown->upvalues, &std::as_const(m_stop->arguments)};
        for (const std::vector<engine::LuaVariable>* variables : scopes) {
            const auto found = std::find_if(variables->rbegin(), variables->rend(),
                [&words](const engine::LuaVariable& each) { return each.name == words.rest; });
            if (found == variables->rend())
                continue;
            m_output->value(found->value);
            if (found->value.ref == 0)
                return;
            if (const auto expanded = ask<Expanded>(ExpandRequest{.table = found->value.ref}))
                m_output->entries(expanded->entries);
            return;
        }
    }
    const auto evaluated = ask<Evaluated>(EvaluateRequest{.code = Bytes(words.rest), .frame = m_frame});
    if (evaluated && evaluated->error.empty() && !evaluated->values.empty())
        m_output->value(evaluated->values.front());
    else if (evaluated && evaluated->error.empty())
        m_output->message("No value.");
    else if (evaluated)
        m_output->error("No such variable: " + evaluated->error);
}

void DebugConsole::frames(const Words&)
{
    if (mustBeStopped())
        m_output->frames(m_stop->frames, m_frame);
}

void DebugConsole::frame(const Words& words)
{
    if (!mustBeStopped())
        return;
    const auto number = parseNumber(words.rest);
    if (!number || *number < 0 || *number >= std::ssize(m_stop->frames))
        return m_output->error(
            "frame wants a number from 0 to " + std::to_string(std::ssize(m_stop->frames) - 1) + ", as in: frame 1");
    m_frame = static_cast<int>(*number);
    m_output->frames(m_stop->frames, m_frame);
}

void DebugConsole::trace(const Words&)
{
    if (!mustBeStopped())
        return;
    std::vector<engine::LuaFrame> frames;
    std::vector<SourceLine> lines;
    for (const engine::LuaFrame& frame : m_stop->frames) {
        if (frame.isC || frame.isTailCall)
            continue;
        frames.push_back(frame);
        lines.push_back(sourceLine(frame.line));
        lines.back().current = frames.size() == 1;
    }
    m_output->trace(frames, lines);
}

void DebugConsole::eval(const Words& words)
{
    if (!mustBeStopped())
        return;
    const Bytes code = words.rest.empty() ? "nil" : Bytes(words.rest);
    const auto evaluated = ask<Evaluated>(EvaluateRequest{.code = code, .frame = m_frame});
    if (evaluated && evaluated->error.empty())
        m_output->result(evaluated->values);
    else if (evaluated)
        m_output->error(evaluated->error);
}

void DebugConsole::redis(const Words& words)
{
    if (words.words.empty())
        return m_output->error("redis wants a command, as in: redis GET key");
    std::string code = "redis.call(";
    for (std::size_t i = 0; i < words.words.size(); ++i)
        code += (i > 0 ? ", " : "") + luaQuoted(words.words[i]);
    code += ")";
    eval({.rest = code, .words = {}});
}

void DebugConsole::set(const Words& words)
{
    std::string_view value = words.rest;
    const std::string_view name = takeWord(value);
    if (name.empty() || value.empty())
        return m_output->error("set wants a variable and a value, as in: set limit 10");
    if (!mustBeStopped())
        return;
    const auto isAnswer = [](const SessionEventBody& event) { return std::holds_alternative<Stopped>(event); };
    std::optional<engine::LuaValue> given;
    const auto answer =
        m_session.ask({.request = SetVariableRequest{.frame = m_frame, .name = Bytes(name), .expression = Bytes(value)},
            .isAnswer = isAnswer,
            .onOther =
                [&given](const SessionEventBody& event) {
                    if (const auto* set = std::get_if<VariableSet>(&event))
                        given = set->value;
                },
            .patience = m_options.patience});
    if (!given)
        return show(answer, false);
    // The stop is where it was; only its variables are others.
    m_stop = std::get<Stopped>(answer.event);
    m_output->value(*given);
}

bool DebugConsole::sendWatches()
{
    const auto set = ask<WatchesSet>(SetWatchesRequest{m_watches});
    if (set && m_stop)
        m_output->watches(set->watches);
    else if (set)
        m_output->message("Watches show at every stop.");
    return set.has_value();
}

void DebugConsole::watch(const Words& words)
{
    const auto number = parseNumber(words.rest);
    if (number && *number < 0) {
        const auto at = static_cast<std::size_t>(-(*number + 1));
        if (at >= m_watches.size())
            return m_output->error("There is no watch " + std::to_string(at + 1) + ".");
        m_watches.erase(m_watches.begin() + static_cast<std::ptrdiff_t>(at));
        m_output->message("Watch removed.");
    } else if (!words.rest.empty()) {
        m_watches.emplace_back(words.rest);
    } else if (m_watches.empty()) {
        return m_output->message("No watches set. Use 'watch <expression>' to add one.");
    }
    sendWatches();
}

// --- The past, and the data.

void DebugConsole::changes(const Words& words)
{
    const bool step = words.rest == "step";
    if (!step && !words.rest.empty())
        return m_output->error("changes takes nothing, or the word step");
    if (step && !mustBeStopped())
        return;
    m_output->changes(step ? m_stop->stepChanges : m_changes);
}

void DebugConsole::when(const Words& words)
{
    if (words.words.size() != 1)
        return m_output->error("when wants a variable's name, as in: when total");
    std::optional<VariableHistory> history;
    // At a stop the session comes back to it afterwards; at the end there is nothing to come back to.
    const bool returns = m_stop.has_value();
    const auto answer = m_session.ask({.request = VariableHistoryRequest{words.words[0]},
        .isAnswer =
            [returns](const SessionEventBody& event) {
                return returns ? std::holds_alternative<Stopped>(event)
                               : std::holds_alternative<VariableHistory>(event);
            },
        .onOther =
            [&history](const SessionEventBody& event) {
                if (const auto* found = std::get_if<VariableHistory>(&event))
                    history = *found;
            },
        .patience = std::nullopt});
    if (const auto* found = std::get_if<VariableHistory>(&answer.event))
        history = *found;
    if (!history)
        return show(answer, false);
    if (const auto* stopped = std::get_if<Stopped>(&answer.event))
        m_stop = *stopped;
    m_output->variableHistory(*history);
}

void DebugConsole::who(const Words& words)
{
    if (words.words.size() != 1)
        return m_output->error("who wants a key, as in: who user:1");
    const int database = m_stop ? m_stop->database : 0;
    if (const auto history = ask<KeyHistory>(KeyHistoryRequest{.database = database, .key = words.words[0]}))
        m_output->keyHistory(*history);
}

void DebugConsole::format(const Words& words)
{
    DebugOutput* const output = m_options.outputs(words.rest);
    if (!output)
        return m_output->error("format wants text or json, as in: format json");
    m_output = output;
    m_output->setMaxLength(m_maxLength);
    m_output->message("Answers are " + std::string(words.rest) + " now.");
}

void DebugConsole::maxLength(const Words& words)
{
    constexpr long long kShortest = 60; // as LDB
    if (!words.rest.empty()) {
        const long long wanted = parseNumber(words.rest).value_or(0);
        const auto bytes = static_cast<std::size_t>(wanted == 0 ? 0 : std::max(wanted, kShortest));
        m_output->setMaxLength(bytes);
        m_maxLength = bytes;
    }
    m_output->message(m_maxLength == 0 ? "Values are shown whole."
                                       : "Values are trimmed at " + std::to_string(m_maxLength) + " bytes.");
}

} // namespace debugger
