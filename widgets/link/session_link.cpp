#include "widgets/link/session_link.h"

namespace widgets {

SessionLink::SessionLink(const SessionMaker& make, QObject* parent) : QObject(parent)
{
    // The queued call is dropped by Qt when this object has gone meanwhile.
    m_session = make([this](const debugger::SessionEvent& event) {
        QMetaObject::invokeMethod(
            this, [this, event] { Q_EMIT happened(event); }, Qt::QueuedConnection);
    });
}

SessionLink::~SessionLink() = default;

} // namespace widgets
