#pragma once

// Several clients of one server, by name: what each is answered, and what it hears besides: late answers of commands
// that waited, published messages, invalidations.

#include "tests/support/resp_connection.h"

#include <map>

namespace tests {

/// What `ask` gives for a command that now waits.
engine::Reply waitingReply();

class ClientGroup {
public:
    /// Over sockets to a server on a port of loopback.
    explicit ClientGroup(quint16 port);

    /// The command's answer, or waitingReply. An answer that does not come in ten seconds is the error "(no reply)".
    engine::Reply ask(const engine::Bytes& client, const std::vector<engine::Bytes>& argv);
    /// Sends a command and waits for nothing.
    void tell(const engine::Bytes& client, const std::vector<engine::Bytes>& argv);
    /// The next thing that the client has been sent, which must come within ten seconds.
    engine::Reply hear(const engine::Bytes& client);
    /// All that the client has been sent by now.
    std::vector<engine::Reply> heard(const engine::Bytes& client);
    /// Until the server has done all that it was asked before.
    void settle();
    engine::Bytes idOf(const engine::Bytes& client);

private:
    struct Client {
        RespConnection connection;
        engine::Bytes id;
    };
    Client& client(const engine::Bytes& name);
    bool waits(const Client& client);

    quint16 m_port;
    RespConnection m_control;
    std::map<engine::Bytes, Client> m_clients;
};

} // namespace tests
