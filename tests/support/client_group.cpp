#include "tests/support/client_group.h"

namespace tests {

using namespace engine;

namespace {

constexpr int kPollMs = 2;
constexpr int kMostPolls = 5'000;

Reply noReply()
{
    Reply reply;
    reply.kind = ReplyKind::Error;
    reply.text = "(no reply)";
    return reply;
}

} // namespace

Reply waitingReply()
{
    Reply reply;
    reply.kind = ReplyKind::Status;
    reply.text = "(waits)";
    return reply;
}

ClientGroup::ClientGroup(quint16 port) : m_port(port), m_control(port)
{
}

ClientGroup::Client& ClientGroup::client(const Bytes& name)
{
    Client& client = m_clients[name];
    if (!client.connection.connected()) {
        client.connection = RespConnection(m_port);
        client.id = client.connection.text({"CLIENT", "ID"});
    }
    return client;
}

Bytes ClientGroup::idOf(const Bytes& name)
{
    return client(name).id;
}

// CLIENT LIST is shown to no monitor.
bool ClientGroup::waits(const Client& client)
{
    const Bytes line = m_control.text({"CLIENT", "LIST", "ID", client.id});
    const std::size_t flags = line.find(" flags=");
    return flags != Bytes::npos
        && line.substr(flags + 7, line.find(' ', flags + 7) - flags - 7).find('b') != Bytes::npos;
}

void ClientGroup::settle()
{
    m_control.text({"CLIENT", "LIST", "ID", "0"});
}

Reply ClientGroup::ask(const Bytes& name, const std::vector<Bytes>& argv)
{
    Client& asking = client(name);
    if (!asking.connection.sendRequest(argv))
        return noReply();
    // A push may come before the answer: that is for `hear`. But SUBSCRIBE is answered by one.
    const bool pushed = lowered(argv[0]).find("subscribe") != Bytes::npos;
    for (int polls = 0; polls < kMostPolls; ++polls) {
        if (auto reply = pushed ? asking.connection.readNow() : asking.connection.readAnswer(kPollMs))
            return *reply;
        if (waits(asking))
            return waitingReply();
        if (!asking.connection.connected())
            break;
    }
    return noReply();
}

void ClientGroup::tell(const Bytes& name, const std::vector<Bytes>& argv)
{
    client(name).connection.sendRequest(argv);
}

Reply ClientGroup::hear(const Bytes& name)
{
    return client(name).connection.readAny().value_or(noReply());
}

std::vector<Reply> ClientGroup::heard(const Bytes& name)
{
    std::vector<Reply> replies;
    Client& listening = client(name);
    while (auto reply = listening.connection.readNow())
        replies.push_back(std::move(*reply));
    return replies;
}

} // namespace tests
