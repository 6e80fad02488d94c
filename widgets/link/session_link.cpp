#include "widgets/link/session_link.h"

namespace widgets {

SessionLink::SessionLink(const SessionMaker& make, QObject* parent) : QObject(parent)
{
    constexpr int kMostWaiting = 500;
    m_session = make([this](const debugger::SessionEvent& event) {
        const bool isOutput = std::holds_alternative<debugger::Output>(event.body);
        if (isOutput && m_waitingOutputs.load(std::memory_order_relaxed) >= kMostWaiting) {
            ++m_outputsLeftOut;
            return;
        }
        if (m_outputsLeftOut > 0) {
            const QString text = tr("%1 lines came too fast to be shown").arg(m_outputsLeftOut);
            m_outputsLeftOut = 0;
            deliver({.cause = event.cause, .body = debugger::Output{.level = 2, .text = text.toStdString()}});
        }
        deliver(event);
    });
}

void SessionLink::deliver(debugger::SessionEvent event)
{
    const int outputs = std::holds_alternative<debugger::Output>(event.body) ? 1 : 0;
    m_waitingOutputs.fetch_add(outputs, std::memory_order_relaxed);
    // The queued call is dropped by Qt when this object has gone meanwhile.
    QMetaObject::invokeMethod(
        this,
        [this, outputs, event = std::move(event)] {
            m_waitingOutputs.fetch_sub(outputs, std::memory_order_relaxed);
            Q_EMIT happened(event);
        },
        Qt::QueuedConnection);
}

SessionLink::~SessionLink() = default;

} // namespace widgets
