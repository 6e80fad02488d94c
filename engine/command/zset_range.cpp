#include "engine/command/zset_range.h"

#include <cmath>
#include <cstdlib>

namespace engine {

namespace {

IndexRange between(std::size_t first, std::size_t end)
{
    return end > first ? IndexRange{first, end - first} : IndexRange{};
}

std::optional<ScoreBound> parseScoreBound(BytesView text)
{
    ScoreBound bound;
    bound.open = text.starts_with('(');
    const Bytes digits(text.substr(bound.open ? 1 : 0));
    char* end = nullptr;
    bound.score = std::strtod(digits.c_str(), &end);
    if (*end != '\0' || std::isnan(bound.score))
        return std::nullopt;
    return bound;
}

std::optional<MemberBound> parseMemberBound(BytesView text)
{
    using Kind = MemberBound::Kind;
    if (text.starts_with('['))
        return MemberBound{Kind::Closed, text.substr(1)};
    if (text.starts_with('('))
        return MemberBound{Kind::Open, text.substr(1)};
    // What follows a zero byte goes unseen in Redis.
    const BytesView word = text.substr(0, text.find('\0'));
    if (word == "-")
        return MemberBound{Kind::Lowest, {}};
    if (word == "+")
        return MemberBound{Kind::Highest, {}};
    return std::nullopt;
}

// The rank of the first member behind the bound; the bound itself is behind when it is not `counted`.
std::size_t ranksUpTo(const SortedSetValue& set, const MemberBound& bound, bool counted)
{
    switch (bound.kind) {
    case MemberBound::Kind::Lowest:
        return 0;
    case MemberBound::Kind::Highest:
        return set.size();
    case MemberBound::Kind::Closed:
    case MemberBound::Kind::Open:
        break;
    }
    return set.countBelowMember(bound.member, counted);
}

} // namespace

IndexRange ScoreRange::ranks(const SortedSetValue& set) const
{
    return between(set.countBelowScore(min.score, min.open), set.countBelowScore(max.score, !max.open));
}

std::optional<ScoreRange> parseScoreRange(BytesView min, BytesView max)
{
    const auto low = parseScoreBound(min);
    const auto high = parseScoreBound(max);
    if (!low || !high)
        return std::nullopt;
    return ScoreRange{*low, *high};
}

IndexRange MemberRange::ranks(const SortedSetValue& set) const
{
    return between(ranksUpTo(set, min, min.kind == MemberBound::Kind::Open),
        ranksUpTo(set, max, max.kind == MemberBound::Kind::Closed));
}

std::optional<MemberRange> parseMemberRange(BytesView min, BytesView max)
{
    const auto low = parseMemberBound(min);
    const auto high = parseMemberBound(max);
    if (!low || !high)
        return std::nullopt;
    return MemberRange{*low, *high};
}

} // namespace engine
