#pragma once

// One client's socket: reads what has arrived, runs every complete request in it as one turn, and sends all their
// replies with one write. Buffers are kept and reused: an ordinary command allocates nothing here.
//
// Life: a connection closes itself or is closed; it may be destroyed once `idle()`, when nothing of the loop holds it
// and none of its requests runs.

#include "engine/command/client_port.h"
#include "engine/command/client_state.h"
#include "engine/resp/request_batch.h"
#include "engine/resp/resp_sink.h"
#include "engine/server/config.h"
#include "engine/server/engine_turn.h"
#include "engine/server/socket_poll.h"

#include <array>
#include <memory>

namespace asio {
class io_context;
}

namespace engine {

class BusyWatch;
class Connection;

/// Who is told that a connection has closed. It may not destroy it there and then.
class ConnectionOwner {
public:
    virtual ~ConnectionOwner() = default;
    virtual void connectionClosed(Connection& connection) = 0;
};

/// Thread: the engine's.
class Connection final : private ClientPort, private PolledSocket {
public:
    /// Where it is: `poll` belongs to `loop`.
    struct Home {
        asio::io_context& loop;
        SocketPoll& poll;
        Engine& engine;
        BusyWatch& watch;
        ConnectionOwner& owner;
    };

    /// Takes over a connected, non-blocking descriptor. `family` is AF_INET, AF_INET6 or AF_UNIX.
    Connection(const Home& home, int descriptor, int family);
    ~Connection() override;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    ClientState& client() { return m_client; }
    const ClientState& client() const { return m_client; }

    void start();
    /// Ends the connection now; replies not yet sent are lost.
    void close();
    bool idle() const { return m_closed && !m_running && !m_posted && !m_sending; }

    /// Called about once a second: closes those that have said nothing for the `timeout` parameter's time, that held
    /// too much output for too long, or that do not take their last reply.
    void onSecond(EngineTurn& turn);

private:
    /// Bytes received and not yet used, in one block.
    struct Input {
        std::unique_ptr<char[]> block;
        std::size_t capacity = 0;
        std::size_t begin = 0;
        std::size_t end = 0;
        std::size_t size() const { return end - begin; }
    };
    enum class Ending {
        No,
        AfterOutput, // a last reply is to be sent
        Drained, // it is sent; what still arrives is thrown away until the client closes
    };

    // --- ClientPort.
    ReplySink& sink() override;
    ReplySink& sinkBehindReply() override;
    ReplySink& beginReply() override;
    void endReply() override;
    void flush() override;
    bool hasUnsent() const override { return outputBytes() > 0; }
    void disconnect() override;
    std::optional<Detached> detach() override;
    void postAttention();
    void onAttention();

    // --- PolledSocket.
    void onArrival(bool ended) override;
    void onWritable() override;
    void onRoundEnd() override;

    void read();
    void readOn();
    void onDrain(std::size_t bytes);
    void runArrived();
    void runRequests(EngineTurn& turn);
    bool readAhead();
    bool runOne(EngineTurn& turn);
    void refuse(BytesView error);
    std::size_t queryBufferLimit() const;
    bool isTrusted() const;
    void tellLimits();
    void makeRoom();
    void releaseRoom();
    void send();
    void sendBehindOthers();
    void waitWritable();
    void runRequest(EngineTurn& turn, Argv argv, const Command* known);
    OutputLimit outputLimit() const;
    bool outputWithinLimits();
    void endAfterOutput();
    std::size_t outputBytes() const { return m_output.size() - m_sent + m_pushed.size() + m_behind.size(); }
    void updateFigures();

    asio::io_context& m_loop;
    SocketPoll& m_poll;
    Engine& m_engine;
    BusyWatch& m_watch;
    ConnectionOwner& m_owner;
    int m_descriptor;
    ClientState m_client;
    RequestParser m_parser;
    RequestBatch m_batch; // read ahead of m_input's begin
    std::array<const Command*, RequestBatch::kMost> m_commandsAhead{}; // of the batch; null: not looked up
    Input m_input;
    Bytes m_output;
    std::size_t m_sent = 0; // of m_output
    RespSink m_sink;
    // What reaches the client while a request of its own runs: it leaves before the reply or behind it, never amid of
    // it.
    Bytes m_pushed;
    Bytes m_behind;
    RespSink m_pushSink;
    RespSink m_behindSink;
    std::size_t m_replyAt = 0; // of m_output
    bool m_replying = false;
    Ending m_ending = Ending::No;
    int m_silentSeconds = 0;
    int m_softLimitSeconds = 0;
    bool m_authenticated = false; // what the parser was told
    bool m_arrived = false; // something has, and is not read yet
    bool m_ended = false; // by the client: there is an end to be read
    bool m_writing = false; // waits until it can
    bool m_running = false;
    bool m_sending = false; // a send is to come when others have been served
    bool m_posted = false; // onAttention will be called
    bool m_disconnecting = false;
    bool m_closed = false;
};

} // namespace engine
