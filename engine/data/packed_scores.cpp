#include "engine/data/packed_scores.h"

#include "engine/data/score_order.h"

#include <cmath>
#include <cstring>
#include <limits>

namespace engine {

namespace {

// The first byte: below kTwoBytes the score itself, else what follows.
constexpr unsigned kTwoBytes = 0xfd;
constexpr unsigned kFourBytes = 0xfe;
constexpr unsigned kDouble = 0xff;

unsigned formOf(double score)
{
    if (score != std::trunc(score) || std::signbit(score) != (score < 0))
        return kDouble; // a fraction, or the zero with a sign
    if (score >= 0 && score < kTwoBytes)
        return static_cast<unsigned>(score);
    if (score >= std::numeric_limits<std::int16_t>::min() && score <= std::numeric_limits<std::int16_t>::max())
        return kTwoBytes;
    if (score >= std::numeric_limits<std::int32_t>::min() && score <= std::numeric_limits<std::int32_t>::max())
        return kFourBytes;
    return kDouble;
}

std::size_t scoreSize(unsigned form)
{
    return form < kTwoBytes ? 1 : form == kTwoBytes ? 3 : form == kFourBytes ? 5 : 9;
}

template <class Number>
char* write(char* at, double score)
{
    const auto number = static_cast<Number>(score);
    std::memcpy(at, &number, sizeof number);
    return at + sizeof number;
}

template <class Number>
double read(const char*& at)
{
    Number number;
    std::memcpy(&number, at, sizeof number);
    at += sizeof number;
    return static_cast<double>(number);
}

char* writeScore(char* at, double score)
{
    const unsigned form = formOf(score);
    *at++ = static_cast<char>(form);
    switch (form) {
    case kTwoBytes:
        return write<std::int16_t>(at, score);
    case kFourBytes:
        return write<std::int32_t>(at, score);
    case kDouble:
        return write<double>(at, score);
    default:
        return at;
    }
}

double readScore(const char*& at)
{
    const unsigned form = static_cast<unsigned char>(*at++);
    switch (form) {
    case kTwoBytes:
        return read<std::int16_t>(at);
    case kFourBytes:
        return read<std::int32_t>(at);
    case kDouble:
        return read<double>(at);
    default:
        return form;
    }
}

} // namespace

PackedScore PackedScores::next()
{
    PackedScore entry;
    const char* const start = m_at;
    entry.score = readScore(m_at);
    const std::size_t size = readLength(m_at);
    entry.member = {m_at, size};
    m_at += size;
    entry.index = m_index++;
    entry.offset = static_cast<std::size_t>(start - m_block.data());
    entry.size = static_cast<std::size_t>(m_at - start);
    return entry;
}

std::optional<PackedScore> findScore(const Packed& block, BytesView member)
{
    for (PackedScores entries(block); !entries.atEnd();) {
        const PackedScore entry = entries.next();
        if (entry.member == member)
            return entry;
    }
    return std::nullopt;
}

void insertScore(Packed*& block, BytesView member, double score)
{
    std::size_t offset = block->used;
    for (PackedScores entries(*block); !entries.atEnd();) {
        const PackedScore entry = entries.next();
        if (orderedBefore(score, member, entry.score, entry.member)) {
            offset = entry.offset;
            break;
        }
    }
    Packed::insertGap(block, offset, scoreSize(formOf(score)) + lengthSize(member.size()) + member.size());
    char* at = writeScore(block->data() + offset, score);
    at = writeLength(at, member.size());
    std::memcpy(at, member.data(), member.size());
    ++block->count;
}

void eraseScore(Packed*& block, const PackedScore& entry)
{
    Packed::removeGap(block, entry.offset, entry.size);
    --block->count;
}

} // namespace engine
