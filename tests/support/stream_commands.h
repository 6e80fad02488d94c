#pragma once

// Random commands of the stream family.

#include "engine/base/rng.h"
#include "tests/support/side.h"

namespace tests {

/// Commands whose ids move on together, so that they meet each other's entries.
class StreamCommands {
public:
    explicit StreamCommands(std::uint64_t seed) : m_rng(seed) { }

    void startOver() { m_top = 1; }
    Words next();

private:
    engine::Bytes word(std::initializer_list<const char*> words)
    {
        return *(words.begin() + m_rng.below(words.size()));
    }
    engine::Bytes key();
    engine::Bytes group() { return word({"g1", "g1", "g2", "nobody"}); }
    engine::Bytes consumer() { return word({"alice", "bob", "carol"}); }
    engine::Bytes id();
    engine::Bytes newId();
    engine::Bytes bound();
    void maybe(Words& words, unsigned percent, const Words& more);
    void addTrim(Words& words);
    Words adding();
    Words reading();
    Words groupReading();
    Words grouping();
    Words claiming();
    Words looking();

    engine::Rng m_rng;
    std::uint64_t m_top = 1;
};

} // namespace tests
