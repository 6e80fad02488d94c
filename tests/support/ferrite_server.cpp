#include "tests/support/ferrite_server.h"

#include <QRegularExpression>

namespace tests {

FerriteServer::FerriteServer(const QStringList& options)
{
    endWithParent(m_process);
    m_process.start(ferriteProgram(), QStringList{"serve", "--port", "0"} + options);
    while (!m_printed.contains("ends it.") && m_process.waitForReadyRead(10'000))
        m_printed += m_process.readAllStandardOutput();
    static const QRegularExpression address(QStringLiteral("serves \\S+:(\\d+)"));
    m_port = address.match(QString::fromUtf8(m_printed)).captured(1).toUShort();
}

FerriteServer::~FerriteServer()
{
    m_process.terminate();
    if (!m_process.waitForFinished(10'000))
        m_process.kill();
    m_process.waitForFinished();
}

bool FerriteServer::waitForEnd()
{
    const bool ended = m_process.state() == QProcess::NotRunning || m_process.waitForFinished(10'000);
    m_printed += m_process.readAllStandardOutput();
    return ended;
}

} // namespace tests
