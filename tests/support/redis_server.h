#pragma once

// The real redis-server as an oracle: one process a test, on a free port of loopback, without files.

#include <QProcess>
#include <QString>

namespace tests {

class RedisServer {
public:
    /// Starts the server; `port` is 0 when there is none on this machine or it did not answer.
    explicit RedisServer(const QStringList& options = {});
    ~RedisServer();
    RedisServer(const RedisServer&) = delete;
    RedisServer& operator=(const RedisServer&) = delete;

    quint16 port() const { return m_port; }
    qint64 processId() const { return m_process.processId(); }
    /// What redis-server says of its version: "7.0.15"; empty when there is none.
    static QString version();

private:
    bool answers(quint16 port);

    QProcess m_process;
    quint16 m_port = 0;
};

/// A port of loopback that nobody listens on now.
quint16 freePort();

} // namespace tests
