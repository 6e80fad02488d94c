#pragma once

// What is known of a coroutine while a probe watches: which activations it has, and of the first ones what their lines
// have in common.

#include "engine/script/activations.h"
#include "engine/script/line_track.h"

#include <algorithm>
#include <vector>

namespace engine {

/// What the lines of an activation have in common.
struct ActivationLines {
    LineRecord record = {}; // of the first
    int top = 0; // of the stack at the first: as large as its frame. 0 of a function in C
    int callersTop = 0; // the largest of those that wait for it
    bool mayHaveVarargs = true;
};

class CoroutineRecord {
public:
    CoroutineRecord() = default;
    explicit CoroutineRecord(int number) : m_number(number) { }

    /// 0: the main chunk.
    int number() const { return m_number; }
    Activations activations;

    /// Whether `called` asks for no memory.
    bool hasRoom() const
    {
        const auto next = static_cast<std::size_t>(activations.all()) + 1;
        return next < m_first.size() || next >= kRemembered;
    }
    void called()
    {
        activations.called();
        const auto all = static_cast<std::size_t>(activations.all());
        if (all >= kRemembered)
            return;
        if (all >= m_first.size())
            m_first.resize(all + 1);
        if (all > 0)
            m_first[all] = {.callersTop = std::max(m_first[all - 1].callersTop, m_first[all - 1].top)};
    }
    /// Of the present activation, for as long as it is.
    ActivationLines& lines()
    {
        const auto all = static_cast<std::size_t>(activations.all());
        return all < m_first.size() ? m_first[all] : m_unknown;
    }
    /// There are too many: `lines` has to be filled in at every line.
    bool forgets(const ActivationLines& lines) const { return &lines == &m_unknown; }

private:
    static constexpr std::size_t kRemembered = 64;
    static constexpr int kAnyTop = 1 << 20; // more than any stack is large

    int m_number = 0;
    std::vector<ActivationLines> m_first; // by how many there are with it
    ActivationLines m_unknown{.callersTop = kAnyTop}; // what of one of too many is filled in
};

} // namespace engine
