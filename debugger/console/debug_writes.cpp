// The commands of the debugger's console for what becomes of a run's writes: `apply`, `take-back`, `discard`, `sync`.

#include "debugger/console/debug_console.h"

namespace debugger {

bool DebugConsole::mayWrite()
{
    if (m_options.isRecording)
        m_output->error("a recording is of another time or place: its writes are to be looked at alone");
    return !m_options.isRecording;
}

std::optional<OnConflict> DebugConsole::onConflict(const Words& words, const std::string& command)
{
    if (words.rest == "anyway")
        return OnConflict::WriteAnyway;
    if (words.rest.empty())
        return OnConflict::Refuse;
    m_output->error(command + " takes nothing, or the word anyway");
    return std::nullopt;
}

void DebugConsole::apply(const Words& words)
{
    const auto way = onConflict(words, "apply");
    if (!way || !mayWrite())
        return;
    if (m_options.live->holds())
        return m_output->error("this is a sync session: what it writes stays when it ends; 'quit' ends it");
    if (m_options.clockIsSessions && m_clockWasMoved)
        return m_output->error(
            "this run's clock was moved, so its times to live are not those of the live data: 'clock "
            "live' and 'restart' first");
    const auto told = ask<WritesTold>(WritesRequest());
    if (!told)
        return;
    ApplyReport report = m_options.live->apply(told->writes, *way);
    m_output->applied(report, WritesDone::Applied);
    if (report.outcome == ApplyOutcome::Done)
        m_applied = std::move(report.applied);
}

void DebugConsole::takeBack(const Words& words)
{
    const auto way = onConflict(words, "take-back");
    if (!way)
        return;
    if (!m_applied)
        return m_output->error("there is nothing to take back: nothing has been applied, or it has been taken back");
    const ApplyReport report = m_options.live->takeBack(*m_applied, *way);
    m_output->applied(report, WritesDone::TakenBack);
    if (report.outcome == ApplyOutcome::Done)
        m_applied.reset();
}

void DebugConsole::sync(const Words&)
{
    if (!mayWrite())
        return;
    if (m_options.live->holds())
        return m_output->error("this session has the live data to itself already; 'quit' ends it");
    if (m_options.clockIsSessions && !m_options.clock->setting().live)
        return m_output->error("the session's clock has been moved, and the live data's has not: 'clock live' first");
    auto ground = m_options.live->hold();
    if (!ground)
        return m_output->error("another session has the live data to itself: wait until it has ended");
    beginAnew({.mode = StartMode::StopAtFirstLine, .dataset = std::move(ground->dataset), .now = ground->now});
}

void DebugConsole::discard(const Words&)
{
    m_options.live->release();
    m_quit = true;
}

void DebugConsole::keepWrites()
{
    if (!m_options.live || !m_options.live->holds())
        return;
    if (m_stop)
        travel(StopRequest());
    // A replay that diverged has nothing that could be true.
    if (!m_ended)
        return m_options.live->release();
    SessionWrites writes{.dataset = m_ended->dataset, .effects = m_ended->effects};
    for (const engine::KeyChange& change : m_ended->changes.keys)
        writes.touched.push_back({.database = change.database, .key = change.key, .written = true});
    const engine::BytesView script = m_options.isLibrary ? engine::BytesView() : m_options.source;
    m_output->applied(m_options.live->keep(script, writes), WritesDone::Kept);
}

} // namespace debugger
