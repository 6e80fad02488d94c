#pragma once

// A small sorted set in a Packed block: in order, each entry a score and a member. A score that is a small integer
// takes one byte, other integers up to five, the rest nine.

#include "engine/base/bytes.h"
#include "engine/data/packed.h"

#include <optional>

namespace engine {

struct PackedScore {
    BytesView member;
    double score = 0;
    std::size_t index = 0;
    std::size_t offset = 0;
    std::size_t size = 0;
};

/// Reads the entries in order. The block outlives it and does not change.
class PackedScores {
public:
    explicit PackedScores(const Packed& block) : m_block(block), m_at(block.data()) { }
    bool atEnd() const { return m_at == m_block.end(); }
    PackedScore next(); // not at the end

private:
    const Packed& m_block;
    const char* m_at;
    std::size_t m_index = 0;
};

std::optional<PackedScore> findScore(const Packed& block, BytesView member);
/// In its place by (score, member bytes). `member` lies outside the block, which may move.
void insertScore(Packed*& block, BytesView member, double score);
void eraseScore(Packed*& block, const PackedScore& entry);

} // namespace engine
