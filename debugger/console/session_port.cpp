#include "debugger/console/session_port.h"

#include <utility>

namespace debugger {

SessionPort::SessionPort(LocalSessionOptions options)
    : m_session(makeLocalSession(std::move(options), [this](const SessionEvent& event) {
          {
              const std::lock_guard lock(m_mutex);
              m_events.push_back(event);
          }
          m_arrived.notify_one();
      }))
{
}

void SessionPort::hurry()
{
    m_hurries = true;
    interrupt();
}

SessionPort::Answer SessionPort::ask(const Question& question)
{
    const RequestId id = m_session->send(question.request);
    if (m_hurries)
        interrupt();
    const auto now = [] { return std::chrono::steady_clock::now(); };
    auto deadline = now() + question.patience.value_or(std::chrono::milliseconds(0));
    bool outOfPatience = false;
    bool ending = false;
    std::unique_lock lock(m_mutex);
    const auto arrived = [this] { return !m_events.empty(); };
    for (;;) {
        if (ending || !question.patience) {
            m_arrived.wait(lock, arrived);
        } else if (!m_arrived.wait_until(lock, deadline, arrived)) {
            ending = outOfPatience;
            if (ending)
                m_session->send(StopRequest());
            else
                m_session->send(PauseRequest());
            outOfPatience = true;
            deadline = now() + *question.patience;
            continue;
        }
        const SessionEvent event = std::move(m_events.front());
        m_events.pop_front();
        // What an earlier request still had to say, such as a pause that came too late.
        // What is printed is never too late.
        if (event.cause < id && !std::holds_alternative<Output>(event.body))
            continue;
        const bool ended = ending && std::holds_alternative<Ended>(event.body);
        // It came to a line after all, and will end there.
        if (ending && std::holds_alternative<Stopped>(event.body))
            continue;
        const bool refused = event.cause == id && std::holds_alternative<Failed>(event.body);
        if (refused || ended || std::holds_alternative<Diverged>(event.body) || question.isAnswer(event.body))
            return {.event = event.body, .outOfPatience = outOfPatience};
        if (!question.onOther)
            continue;
        lock.unlock();
        question.onOther(event.body);
        lock.lock();
    }
}

} // namespace debugger
