#pragma once

// Random commands of the stream family.

#include "engine/base/rng.h"
#include "tests/support/argument_values.h"
#include "tests/support/side.h"

#include <deque>

namespace tests {

/// Commands whose ids move on together, so that they meet each other's entries. Ids of "*" go on from one that is far
/// ahead of any clock, so that two servers make the same ones.
class StreamCommands {
public:
    /// OfClock: the stream "clock" is given "*" and nothing else, for servers whose clocks are made to agree.
    enum class Ids { Given, OfClock };
    explicit StreamCommands(std::uint64_t seed, Ids ids = Ids::Given) : m_rng(seed), m_ids(ids) { }

    /// The data are gone.
    void startOver();
    Words next();
    /// What makes a reader wait: its streams have nothing new, most of the time.
    Words waiting();

private:
    engine::Bytes word(std::initializer_list<const char*> words)
    {
        return *(words.begin() + m_rng.below(words.size()));
    }
    engine::Bytes key();
    engine::Bytes group() { return word({"g1", "g1", "g2", "nobody"}); }
    engine::Bytes readGroup() { return chance(m_rng, 85) ? "g1" : group(); }
    engine::Bytes consumer() { return word({"alice", "bob", "carol"}); }
    engine::Bytes id();
    engine::Bytes newId();
    engine::Bytes bound();
    void maybe(Words& words, unsigned percent, const Words& more);
    void addTrim(Words& words);
    Words generatingIds();
    Words adding();
    Words reading();
    Words groupReading();
    Words grouping();
    Words claiming();
    Words looking();
    Words replacing();

    engine::Rng m_rng;
    Ids m_ids;
    std::uint64_t m_top = 1;
    std::deque<engine::Bytes> m_recent; // ids given to XADD lately
    bool m_farAhead = false; // the stream "far" has its first id
};

} // namespace tests
