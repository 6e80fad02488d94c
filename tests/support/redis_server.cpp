#include "tests/support/redis_server.h"

#include "tests/support/program.h"
#include "tests/support/resp_connection.h"

#include <QDeadlineTimer>
#include <QThread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tests {

quint16 freePort()
{
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    const bool bound = ::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), size) == 0
        && ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    ::close(descriptor);
    return bound ? ntohs(address.sin_port) : 0;
}

RedisServer::RedisServer(const QStringList& options)
{
    endWithParent(m_process);
    m_process.setStandardOutputFile(QProcess::nullDevice());
    m_process.setStandardErrorFile(QProcess::nullDevice());
    // Another program may take the port between the look and the start.
    for (int tries = 0; tries < 5 && m_port == 0; ++tries) {
        const quint16 port = freePort();
        m_process.start(QStringLiteral("redis-server"),
            QStringList{"--port", QString::number(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
                "--daemonize", "no"}
                + options);
        if (!m_process.waitForStarted())
            return;
        if (answers(port))
            m_port = port;
    }
}

RedisServer::~RedisServer()
{
    m_process.kill();
    m_process.waitForFinished();
}

bool RedisServer::answers(quint16 port)
{
    const QDeadlineTimer limit(10'000);
    while (!limit.hasExpired() && m_process.state() == QProcess::Running) {
        RespConnection connection(port);
        if (connection.connected() && connection.text({"PING"}) == "PONG")
            return true;
        m_process.waitForFinished(10);
    }
    return false;
}

QString RedisServer::version()
{
    QProcess process;
    process.start(QStringLiteral("redis-server"), {QStringLiteral("--version")});
    if (!process.waitForFinished())
        return {};
    const QString text = QString::fromUtf8(process.readAllStandardOutput());
    const qsizetype at = text.indexOf("v=");
    return at < 0 ? QString() : text.mid(at + 2).section(' ', 0, 0);
}

} // namespace tests
