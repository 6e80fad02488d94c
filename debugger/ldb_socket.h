#pragma once

// LdbSocket: LDB over a client's socket, with reads and writes that wait.

#include "debugger/ldb_console.h"

#include <atomic>

namespace debugger {

/// Owns its descriptor. Thread: the session's; `end` any.
class LdbSocket final : public LdbWire {
public:
    explicit LdbSocket(int descriptor);
    ~LdbSocket() override;
    LdbSocket(const LdbSocket&) = delete;
    LdbSocket& operator=(const LdbSocket&) = delete;

    bool send(std::span<const engine::Bytes> lines) override;
    /// Bytes as they are. False: the other end takes nothing within five seconds, or is gone.
    bool sendBytes(engine::BytesView bytes);
    Heard receive(std::vector<engine::Bytes>& words) override;
    bool ending() const override { return m_ending; }
    /// Wakes whoever waits: the session is to end.
    void end();

private:
    enum class Parsed { Command, Partial, Nonsense };
    Parsed parse(std::vector<engine::Bytes>& words);

    int m_descriptor;
    engine::Bytes m_input; // not yet used
    std::atomic<bool> m_ending = false;
};

} // namespace debugger
