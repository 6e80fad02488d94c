#include "engine/server/monitors.h"

#include "engine/command/client_port.h"
#include "engine/resp/reply_text.h"
#include "engine/server/slowlog.h"

#include <cstdio>

namespace engine {

void Monitors::add(ClientState& client)
{
    client.monitors = true;
    m_clients.push_back(&client);
}

void Monitors::remove(ClientState& client)
{
    if (client.monitors)
        std::erase(m_clients, &client);
    client.monitors = false;
}

void Monitors::feed(const ClientState& client, int database, std::span<const BytesView> argv, UnixMicros now)
{
    char micros[8];
    std::snprintf(micros, sizeof micros, "%06d", static_cast<int>(now.value % 1'000'000));
    const BytesView from = client.isScript ? "lua" : client.address.empty() ? BytesView("inside") : client.address;
    Bytes line = std::to_string(now.value / 1'000'000) + "." + micros + " [" + std::to_string(database) + " ";
    line.append(from).append("]");
    for (std::size_t i = 0; i < argv.size(); ++i)
        line.append(" ").append(quoted(isSecret(argv, i) ? "(redacted)" : argv[i]));
    for (ClientState* monitor : m_clients) {
        monitor->port->sinkBehindReply().status(line);
        monitor->port->flush();
    }
}

} // namespace engine
