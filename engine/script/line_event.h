#pragma once

// What a probe is told of a line, and the same in eight bytes.

#include <cstdint>

namespace engine {

/// A line is about to run.
struct LineEvent {
    int line = 0;
    int depth = 0; // activations of Lua code in the running coroutine
    int coroutine = 0;
    bool inScript = true; // false in chunks made by loadstring under other names
    bool begins = false; // the first line of its activation
};

/// A line event in eight bytes.
class LineRecord {
public:
    LineRecord() = default;
    explicit LineRecord(const LineEvent& event)
        : m_bits((static_cast<std::uint64_t>(event.line) & kLineMask)
            | ((static_cast<std::uint64_t>(event.depth) & kDepthMask) << kDepthAt)
            | ((static_cast<std::uint64_t>(event.coroutine) & kCoroutineMask) << kCoroutineAt)
            | (static_cast<std::uint64_t>(event.begins) << kBeginsAt)
            | (static_cast<std::uint64_t>(event.inScript) << kInScriptAt))
    {
    }
    int line() const { return static_cast<int>(m_bits & kLineMask); }
    int depth() const { return static_cast<int>((m_bits >> kDepthAt) & kDepthMask); }
    int coroutine() const { return static_cast<int>((m_bits >> kCoroutineAt) & kCoroutineMask); }
    bool inScript() const { return (m_bits >> kInScriptAt) != 0; }
    /// The first line of its activation.
    bool begins() const { return ((m_bits >> kBeginsAt) & 1U) != 0; }
    /// Of the same activation, with none before it being its first.
    LineRecord later(int line) const
    {
        return ofBits(
            (m_bits & ~(kLineMask | (std::uint64_t{1} << kBeginsAt))) | (static_cast<std::uint64_t>(line) & kLineMask));
    }
    /// All of it, for a file.
    std::uint64_t bits() const { return m_bits; }
    static LineRecord ofBits(std::uint64_t bits)
    {
        LineRecord record;
        record.m_bits = bits;
        return record;
    }
    bool operator==(const LineRecord&) const = default;

private:
    static constexpr int kBeginsAt = 23;
    static constexpr int kDepthAt = 24;
    static constexpr int kCoroutineAt = 44;
    static constexpr int kInScriptAt = 63;
    static constexpr std::uint64_t kLineMask = (1U << 23) - 1; // no source is longer than 8 MB
    static constexpr std::uint64_t kDepthMask = (1U << 20) - 1;
    static constexpr std::uint64_t kCoroutineMask = (1U << 19) - 1;
    std::uint64_t m_bits = 0;
};

} // namespace engine
