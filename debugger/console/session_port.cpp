#include "debugger/console/session_port.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace debugger {

namespace {

bool isStopOrEnd(const SessionEventBody& event)
{
    return std::holds_alternative<Stopped>(event) || std::holds_alternative<Ended>(event);
}

} // namespace

SessionPort::SessionPort(LocalSessionOptions options) : m_world(options)
{
    m_world.recording.reset();
    if (auto begun = replaceBy(std::move(options)); !begun)
        throw std::runtime_error(begun.error());
}

engine::Result<void> SessionPort::replaceBy(LocalSessionOptions options)
{
    std::unique_ptr<Session> present;
    {
        const std::lock_guard lock(m_sessionMutex);
        present = std::move(m_session);
    }
    present.reset();
    {
        const std::lock_guard lock(m_mutex);
        m_events.clear();
    }
    const auto listener = [this](const SessionEvent& event) {
        {
            const std::lock_guard lock(m_mutex);
            m_events.push_back(event);
        }
        m_arrived.notify_one();
    };
    try {
        auto session = makeLocalSession(std::move(options), listener);
        const std::lock_guard lock(m_sessionMutex);
        m_session = std::move(session);
        return {};
    } catch (const std::exception& error) {
        return engine::Error{error.what()};
    }
}

engine::Result<Bytes> SessionPort::open(BytesView recording)
{
    auto options = withRecording(m_world, recording);
    if (!options)
        return engine::Error{options.error()};
    if (options->runner.memoryLimitBytes > m_world.runner.memoryLimitBytes)
        return engine::Error{"the recorded script may have used " + std::to_string(options->runner.memoryLimitBytes)
            + " bytes of memory, and a script may have " + std::to_string(m_world.runner.memoryLimitBytes) + " here"};
    const Bytes source = options->input.body;
    const auto answer = ask({.request = SaveRecordingRequest(),
        .isAnswer = [](const SessionEventBody& event) { return std::holds_alternative<RecordingSaved>(event); }});
    const auto* own = std::get_if<RecordingSaved>(&answer.event);
    const auto present = own ? std::optional(own->content) : std::nullopt;
    if (const auto opened = replaceBy(std::move(*options)); !opened) {
        putBack(present);
        return engine::Error{opened.error()};
    }
    return source;
}

void SessionPort::putBack(const std::optional<Bytes>& recording)
{
    if (recording) {
        if (auto options = withRecording(m_world, *recording); options && replaceBy(std::move(*options))) {
            ask({.request = StartRequest(), .isAnswer = isStopOrEnd, .patience = std::nullopt});
            return;
        }
    }
    // Somebody else has taken its place meanwhile, or there was nothing to keep: as it was before its first line.
    if (auto begun = replaceBy(m_world); !begun)
        throw std::runtime_error(begun.error());
}

void SessionPort::interrupt()
{
    const std::lock_guard lock(m_sessionMutex);
    if (m_session)
        m_session->send(PauseRequest());
}

void SessionPort::hurry()
{
    m_hurries = true;
    interrupt();
}

/// How long a script has run, and what is done about it.
class SessionPort::Wait {
public:
    Wait(Session& session, const Question& question) : m_session(session), m_question(question) { begin(); }

    /// When there is something to do at the latest. None: whenever an event comes.
    std::optional<Time> wakeUp() const
    {
        if (m_ending || !m_question.patience)
            return std::nullopt;
        const bool listens = m_question.wantsPause && !m_pausing;
        return listens ? std::min(m_deadline, Clock::now() + kListensEvery) : m_deadline;
    }
    /// Nothing has come until then.
    void see()
    {
        const bool late = Clock::now() >= m_deadline;
        if (late && m_pausing) {
            m_ending = true;
            m_outOfPatience = true;
            m_session.send(StopRequest());
        } else if (late || (!m_pausing && m_question.wantsPause && m_question.wantsPause())) {
            m_pausing = true;
            m_outOfPatience = late;
            m_session.send(PauseRequest());
            begin();
        }
    }
    bool isEnding() const { return m_ending; }
    bool isOutOfPatience() const { return m_outOfPatience; }

private:
    using Clock = std::chrono::steady_clock;
    static constexpr std::chrono::milliseconds kListensEvery{20};

    void begin() { m_deadline = Clock::now() + m_question.patience.value_or(std::chrono::milliseconds(0)); }

    Session& m_session;
    const Question& m_question;
    Time m_deadline;
    bool m_pausing = false;
    bool m_ending = false;
    bool m_outOfPatience = false;
};

std::optional<SessionEvent> SessionPort::next(std::optional<Time> until)
{
    std::unique_lock lock(m_mutex);
    const auto arrived = [this] { return !m_events.empty(); };
    if (!until)
        m_arrived.wait(lock, arrived);
    else if (!m_arrived.wait_until(lock, *until, arrived))
        return std::nullopt;
    SessionEvent event = std::move(m_events.front());
    m_events.pop_front();
    return event;
}

SessionPort::Answer SessionPort::ask(const Question& question)
{
    const RequestId id = m_session->send(question.request);
    if (m_hurries)
        interrupt();
    Wait wait(*m_session, question);
    for (;;) {
        const auto event = next(wait.wakeUp());
        if (!event) {
            wait.see();
            continue;
        }
        // What an earlier request still had to say, such as a pause that came too late.
        // What is printed is never too late.
        if (event->cause < id && !std::holds_alternative<Output>(event->body))
            continue;
        const bool ended = wait.isEnding() && std::holds_alternative<Ended>(event->body);
        // It came to a line after all, and will end there.
        if (wait.isEnding() && std::holds_alternative<Stopped>(event->body))
            continue;
        const bool refused = event->cause == id && std::holds_alternative<Failed>(event->body);
        if (refused || ended || std::holds_alternative<Diverged>(event->body) || question.isAnswer(event->body))
            return {.event = event->body, .outOfPatience = wait.isOutOfPatience()};
        if (question.onOther)
            question.onOther(event->body);
    }
}

} // namespace debugger
