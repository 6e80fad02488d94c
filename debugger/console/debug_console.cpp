#include "debugger/console/debug_console.h"

#include "debugger/console/debug_words.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace debugger {

namespace {

// Beyond the recording, where nobody knows how long it takes.
bool mayRunOn(const Request& request)
{
    constexpr std::array kBack{Move::Back, Move::BackOver, Move::BackOut, Move::ReverseContinue, Move::ToStart};
    if (const auto* move = std::get_if<MoveRequest>(&request))
        return std::ranges::find(kBack, move->move) == kBack.end();
    if (const auto* toLine = std::get_if<RunToLineRequest>(&request))
        return !toLine->back;
    return !std::holds_alternative<SeekRequest>(request);
}

} // namespace

DebugConsole::DebugConsole(SessionPort& session, DebugOutput& output, DebugConsoleOptions options)
    : m_session(session), m_output(&output), m_options(std::move(options))
{
    readSource(m_options.source);
}

bool DebugConsole::start()
{
    travel(StartRequest{.mode = StartMode::StopAtFirstLine});
    return m_stop.has_value();
}

void DebugConsole::readSource(std::string text)
{
    m_options.source = std::move(text);
    m_source.clear();
    std::string_view source = m_options.source;
    while (!source.empty()) {
        const std::size_t end = source.find('\n');
        std::string line(source.substr(0, end));
        // A terminal would act on these.
        std::replace_if(
            line.begin(), line.end(), [](unsigned char c) { return c != '\t' && std::iscntrl(c) != 0; }, ' ');
        if (line.ends_with(' ') && source.substr(0, end).ends_with('\r'))
            line.pop_back();
        m_source.push_back(std::move(line));
        source.remove_prefix(end == std::string_view::npos ? source.size() : end + 1);
    }
}

SourceLine DebugConsole::sourceLine(int line) const
{
    SourceLine shown{.number = line, .text = "<out of range source code line>"};
    if (line >= 1 && line <= lineCount())
        shown.text = m_source[static_cast<std::size_t>(line) - 1];
    shown.current = m_stop && m_stop->line == line;
    shown.breakpoint = std::any_of(
        m_states.begin(), m_states.end(), [line](const BreakpointState& state) { return state.boundLine == line; });
    return shown;
}

bool DebugConsole::mustBeStopped()
{
    if (!m_stop)
        m_output->error("the script is not stopped at a line; go back, or restart it");
    return m_stop.has_value();
}

void DebugConsole::travel(Request request, bool showsCalls)
{
    const bool runsOn = mayRunOn(request);
    const auto isAnswer = [](const SessionEventBody& event) {
        return std::holds_alternative<Stopped>(event) || std::holds_alternative<Ended>(event);
    };
    show(m_session.ask({.request = std::move(request),
             .isAnswer = isAnswer,
             .onOther = [this](const SessionEventBody& event) { showOther(event); },
             .patience = runsOn ? std::optional(m_options.patience) : std::nullopt,
             .wantsPause = m_options.wantsPause}),
        showsCalls);
}

void DebugConsole::show(const SessionPort::Answer& answer, bool showsCalls)
{
    if (const auto* stopped = std::get_if<Stopped>(&answer.event)) {
        m_stop = *stopped;
        m_states = stopped->breakpoints;
        m_ended.reset();
        m_changes = stopped->changes;
        m_frame = 0;
        const bool timedOut = answer.outOfPatience && stopped->reason == StopReason::Pause;
        m_output->stopped(*stopped, sourceLine(stopped->line), showsCalls, timedOut);
    } else if (const auto* ended = std::get_if<Ended>(&answer.event)) {
        m_stop.reset();
        m_ended = *ended;
        m_states = ended->breakpoints;
        m_changes = ended->changes;
        if (answer.outOfPatience && ended->stopped)
            m_output->message(
                "The script was inside one call for too long to be paused, and has been ended; it can be gone "
                "back in.");
        m_output->ended(*ended);
    } else if (const auto* failed = std::get_if<Failed>(&answer.event)) {
        m_output->error(failed->text);
    } else if (const auto* diverged = std::get_if<Diverged>(&answer.event)) {
        m_stop.reset();
        m_output->error("the replay diverged at moment " + std::to_string(diverged->moment) + ": " + diverged->text);
    }
}

void DebugConsole::showOther(const SessionEventBody& event)
{
    if (const auto* output = std::get_if<Output>(&event))
        m_output->output(*output);
    else if (const auto* limit = std::get_if<LimitReached>(&event))
        m_output->message(limit->text);
    else if (const auto* set = std::get_if<BreakpointsSet>(&event))
        m_states = set->breakpoints;
}

} // namespace debugger
