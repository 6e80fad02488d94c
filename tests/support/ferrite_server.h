#pragma once

// `ferrite serve` as a process, on a free port that it says itself.

#include "tests/support/program.h"

namespace tests {

class FerriteServer {
public:
    /// `port` is 0 when it did not say that it serves.
    explicit FerriteServer(const QStringList& options = {});
    ~FerriteServer();
    FerriteServer(const FerriteServer&) = delete;
    FerriteServer& operator=(const FerriteServer&) = delete;

    quint16 port() const { return m_port; }
    QProcess& process() { return m_process; }
    /// What it has printed so far.
    const QByteArray& printed() const { return m_printed; }
    /// Waits for its end; false when it does not end in time.
    bool waitForEnd();

private:
    QProcess m_process;
    QByteArray m_printed;
    quint16 m_port = 0;
};

} // namespace tests
