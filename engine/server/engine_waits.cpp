// Clients that wait: who is served when a key becomes ready, and what happens when the time has come.

#include "engine/command/client_port.h"
#include "engine/server/engine.h"

namespace engine {

namespace {

WaitFor waitFor(ValueType type)
{
    return type == ValueType::List ? WaitFor::List : WaitFor::SortedSet;
}

} // namespace

void Engine::wait(ClientState& client, ClientWait wait)
{
    m_waits.add(client, std::move(wait));
    if (client.wait->until)
        wakeForNext();
}

// Asks to be called when the next wait, or the pause, ends.
void Engine::wakeForNext()
{
    std::optional<UnixMs> next = m_waits.earliest();
    if (m_pause && (!next || m_pause->until < *next))
        next = m_pause->until;
    if (m_hooks.wakeAt && next)
        m_hooks.wakeAt(*next);
}

void Engine::endWait(ClientState& client)
{
    m_waits.remove(client);
    client.port->flush();
}

// A null for those who waited for a key; WAIT's number of replicas.
void Engine::endWaitInVain(ClientState& client, BytesView error)
{
    ReplySink& reply = client.port->sink();
    const WaitFor what = client.wait->what;
    if (what == WaitFor::PauseEnd)
        return endWait(client);
    if (!error.empty()) {
        m_stats.error(error);
        reply.error(error);
    } else if (what == WaitFor::Replicas) {
        reply.integer(0);
    } else {
        reply.nullArray();
    }
    endWait(client);
}

bool Engine::unblock(std::int64_t id, BytesView error)
{
    const auto place = m_clients.find(id);
    if (place == m_clients.end() || !place->second->wait || place->second->wait->what == WaitFor::PauseEnd)
        return false;
    endWaitInVain(*place->second, error);
    return true;
}

void Engine::serveTimeouts(EngineTurn& turn)
{
    // While a script runs the dataset is its own, and nobody's wait ends.
    if (busy())
        return;
    for (ClientState* client : m_waits.due(turn.m_now))
        endWaitInVain(*client, {});
    if (m_pause && turn.m_now >= m_pause->until)
        unpause();
    wakeForNext();
}

void Engine::clockMoved(EngineTurn& turn)
{
    turn.m_now = m_clock.now().ms();
    serveTimeouts(turn);
}

// Runs the client's command again, for one key; true when it has been answered.
bool Engine::serveClient(EngineTurn& turn, ClientState& client, BytesView key)
{
    const Command& command = *client.wait->command;
    const std::vector<BytesView> words(client.wait->argv.begin(), client.wait->argv.end());
    CommandContext context = contextFor(turn, client);
    context.readyKey = key;
    const ClientState* outer = std::exchange(m_running, &client);
    const bool served = m_dispatcher.serve(context, command, words, client.port->beginReply());
    client.port->endReply();
    m_running = outer;
    count(context);
    if (served)
        endWait(client);
    return served;
}

// In the order in which they came, as long as there is something to serve them with. Who is served leaves the queue;
// nobody else enters or leaves it meanwhile.
void Engine::serveQueue(EngineTurn& turn, int database, const Bytes& key, ValueType type)
{
    const ClientWaits::Queue* queue = m_waits.queue(database, key);
    std::size_t left = queue ? queue->size() : 0;
    for (auto next = left > 0 ? queue->begin() : ClientWaits::Queue::const_iterator(); left > 0; --left) {
        ClientState* client = *next++;
        const Entry* entry = m_data.database(static_cast<std::size_t>(database)).find(key);
        if (!entry || entry->type() != type)
            return;
        if (client->wait->what == waitFor(type))
            serveClient(turn, *client, key);
    }
}

void Engine::serveStreamReaders(EngineTurn& turn, int database, const Bytes& key, bool isStream)
{
    const ClientWaits::Queue* queue = m_waits.queue(database, key);
    std::size_t left = queue ? queue->size() : 0;
    for (auto next = left > 0 ? queue->begin() : ClientWaits::Queue::const_iterator(); left > 0; --left) {
        ClientState* client = *next++;
        if (client->wait->what != WaitFor::Stream)
            continue;
        if (isStream)
            serveClient(turn, *client, key);
        else if (client->wait->needsKey)
            endWaitInVain(*client, errors::kStreamGone);
    }
}

void Engine::serveReady(EngineTurn& turn)
{
    while (const auto ready = m_waits.takeReady()) {
        const Entry* entry = m_data.database(static_cast<std::size_t>(ready->database)).find(ready->key);
        const bool expired = entry && entry->expiry() && turn.m_now > *entry->expiry();
        const auto type = entry && !expired ? std::optional(entry->type()) : std::nullopt;
        if (type == ValueType::List || type == ValueType::SortedSet)
            serveQueue(turn, ready->database, ready->key, *type);
        serveStreamReaders(turn, ready->database, ready->key, type == ValueType::Stream);
    }
}

// --- CLIENT PAUSE.

void Engine::pause(PausedCommands what, UnixMs until)
{
    // A pause that is under way is never made shorter or weaker.
    if (m_pause) {
        m_pause->what = std::max(m_pause->what, what);
        m_pause->until = std::max(m_pause->until, until);
    } else {
        m_pause = Pause{.what = what, .until = until};
    }
    wakeForNext();
}

void Engine::unpause()
{
    m_pause.reset();
    for (ClientState* client : m_waits.waitingFor(WaitFor::PauseEnd))
        endWait(*client);
}

void Engine::release()
{
    m_held = false;
    if (!m_pause)
        unpause();
}

Result<void> Engine::debugScript(CommandContext& context, const ScriptToDebug& script)
{
    ClientState& client = context.client;
    const bool sync = client.debugs.kind == ScriptDebug::Sync;
    if (!m_hooks.debugScript || !client.port || client.isScript)
        return Error{"ERR scripts can be debugged by clients of the listener only"};
    if (context.insideExec && sync)
        return Error{"ERR scripts cannot be debugged with SYNC in MULTI: use SCRIPT DEBUG YES, or send the EVAL alone"};
    Bytes unsent;
    Bytes unsentAtEnd;
    auto detached = client.port->detach();
    if (!detached)
        return Error{"ERR scripts cannot be debugged over this connection"};
    m_held = m_held || sync;
    (context.insideExec ? unsentAtEnd : unsent) = std::move(detached->unsent);
    m_hooks.debugScript({.descriptor = detached->descriptor,
        .unsent = std::move(unsent),
        .unsentAtEnd = std::move(unsentAtEnd),
        .protocol = client.protocol,
        .keepsWrites = sync,
        .extended = client.debugs.extended,
        .readOnly = script.readOnly,
        .body = Bytes(script.body),
        .function = Bytes(script.function),
        .keys = {script.keys.begin(), script.keys.end()},
        .argv = {script.argv.begin(), script.argv.end()},
        .error = Bytes(script.error),
        .dataset = m_data.snapshot(),
        .database = client.database,
        .now = context.now,
        .user = client.user ? std::make_shared<AclUser>(*client.user) : nullptr});
    return {};
}

} // namespace engine
