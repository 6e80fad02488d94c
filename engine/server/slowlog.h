#pragma once

// The slow log: the commands that took longest to run, newest first. Redis's rules: at most 32 words of 128 bytes an
// entry, secrets redacted, ids that never start again. Source: https://redis.io/commands/slowlog

#include "engine/base/bytes.h"
#include "engine/base/clock.h"

#include <chrono>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

namespace engine {

struct SlowlogEntry {
    std::int64_t id = 0;
    UnixMs at;
    std::chrono::microseconds took{};
    std::vector<Bytes> argv; // truncated
    Bytes address;
    Bytes clientName;
};

/// Thread: one at a time.
class Slowlog {
public:
    /// Keeps a command; the oldest beyond `limit` go.
    void add(UnixMs at, std::chrono::microseconds took, std::span<const BytesView> argv, BytesView address,
        BytesView clientName, std::size_t limit);
    void shrink(std::size_t limit);
    void clear() { m_entries.clear(); }

    /// Newest first.
    const std::deque<SlowlogEntry>& entries() const { return m_entries; }

private:
    std::deque<SlowlogEntry> m_entries;
    std::int64_t m_nextId = 0;
};

/// Whether a command's word holds a password.
bool isSecret(std::span<const BytesView> argv, std::size_t index);

/// The words as the log may show them: long ones cut, many summed up, secrets as "(redacted)".
std::vector<Bytes> slowlogWords(std::span<const BytesView> argv);

} // namespace engine
