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
    bool isNext(engine::BytesView word) override;
    /// How long a command and a word of it may be: as Redis's debugger takes them, until others are given.
    struct Longest {
        std::size_t inputBytes = std::size_t(1) << 20;
        std::size_t wordBytes = 1024;
    };
    void setLongest(Longest longest) { m_longest = longest; }
    bool ending() const override { return m_ending; }
    /// Wakes whoever waits: the session is to end.
    void end();

private:
    enum class Parsed { Command, Partial, Nonsense };
    /// `used`: bytes of the input that the command takes.
    Parsed parse(std::vector<engine::Bytes>& words, std::size_t& used) const;

    int m_descriptor;
    Longest m_longest;
    engine::Bytes m_input; // not yet used
    std::atomic<bool> m_ending = false;
};

} // namespace debugger
