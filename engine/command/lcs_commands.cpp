// LCS: the longest common subsequence of two strings, by the usual table.

#include "engine/command/call.h"
#include "engine/command/families.h"
#include "engine/server/config.h"

#include <algorithm>
#include <vector>

namespace engine {

namespace {

// A table of 2^30 cells takes four gigabytes: beyond it the command is refused as Redis does when memory fails.
constexpr std::uint64_t kMaxCells = 1ULL << 30;

struct LcsOptions {
    bool length = false;
    bool matches = false;
    bool matchLengths = false;
    std::int64_t minMatch = 0;
};

struct Match {
    std::size_t aFirst = 0;
    std::size_t aLast = 0;
    std::size_t bFirst = 0;
    std::size_t bLast = 0;

    std::size_t length() const { return aLast - aFirst + 1; }
};

struct CommonSubsequence {
    Bytes text;
    std::vector<Match> matches; // from the end backwards
};

LcsOptions nextLcsOptions(Call& call)
{
    LcsOptions options;
    while (call.more() && !call.failed()) {
        if (call.nextIs("idx"))
            options.matches = true;
        else if (call.nextIs("len"))
            options.length = true;
        else if (call.nextIs("withmatchlen"))
            options.matchLengths = true;
        else if (call.remaining() >= 2 && call.nextIs("minmatchlen"))
            options.minMatch = std::max<std::int64_t>(call.nextInteger(), 0);
        else
            call.fail(errors::kSyntax);
    }
    if (!call.failed() && options.length && options.matches)
        call.fail(errors::kLcsLenWithIdx);
    return options;
}

class LcsTable {
public:
    LcsTable(BytesView a, BytesView b) : m_a(a), m_b(b), m_columns(b.size() + 1), m_cells((a.size() + 1) * m_columns)
    {
        for (std::size_t i = 1; i <= a.size(); ++i) {
            for (std::size_t j = 1; j <= b.size(); ++j)
                cell(i, j) = a[i - 1] == b[j - 1] ? at(i - 1, j - 1) + 1 : std::max(at(i - 1, j), at(i, j - 1));
        }
    }

    std::uint32_t length() const { return m_cells.back(); }
    /// Walks back from the far corner. Of several longest ones it finds the one that Redis finds: it leaves `b` first.
    CommonSubsequence walk() const;

private:
    std::uint32_t& cell(std::size_t i, std::size_t j) { return m_cells[i * m_columns + j]; }
    std::uint32_t at(std::size_t i, std::size_t j) const { return m_cells[i * m_columns + j]; }

    BytesView m_a;
    BytesView m_b;
    std::size_t m_columns;
    std::vector<std::uint32_t> m_cells;
};

CommonSubsequence LcsTable::walk() const
{
    CommonSubsequence found;
    found.text.resize(length());
    std::size_t left = length();
    bool extending = false;
    for (std::size_t i = m_a.size(), j = m_b.size(); i > 0 && j > 0;) {
        if (m_a[i - 1] != m_b[j - 1]) {
            at(i - 1, j) > at(i, j - 1) ? --i : --j;
            extending = false;
            continue;
        }
        --i;
        --j;
        found.text[--left] = m_a[i];
        if (extending) {
            found.matches.back().aFirst = i;
            found.matches.back().bFirst = j;
        } else {
            found.matches.push_back({i, i, j, j});
        }
        extending = true;
    }
    return found;
}

void replyRange(ReplySink& reply, std::size_t first, std::size_t last)
{
    reply.array(2);
    reply.integer(static_cast<std::int64_t>(first));
    reply.integer(static_cast<std::int64_t>(last));
}

void replyMatches(Call& call, const LcsTable& table, const LcsOptions& options)
{
    std::vector<Match> matches = table.walk().matches;
    std::erase_if(
        matches, [&](const Match& match) { return static_cast<std::int64_t>(match.length()) < options.minMatch; });
    ReplySink& reply = call.reply();
    reply.map(2);
    reply.bulk("matches");
    reply.array(matches.size());
    for (const Match& match : matches) {
        reply.array(options.matchLengths ? 3 : 2);
        replyRange(reply, match.aFirst, match.aLast);
        replyRange(reply, match.bFirst, match.bLast);
        if (options.matchLengths)
            reply.integer(static_cast<std::int64_t>(match.length()));
    }
    reply.bulk("len");
    reply.integer(table.length());
}

// The text of a key, empty when it is missing.
Bytes nextText(Call& call)
{
    const BytesView key = call.nextKey();
    const Entry* entry = call.find(key);
    if (entry && entry->type() != ValueType::String)
        call.fail(errors::kLcsNotStrings);
    return entry && !call.failed() ? Bytes(entry->string().view()) : Bytes();
}

void lcs(Call& call)
{
    const Bytes a = nextText(call);
    const Bytes b = nextText(call);
    const LcsOptions options = nextLcsOptions(call);
    if (call.failed())
        return;
    const std::size_t cells = (a.size() + 1) * (b.size() + 1);
    const auto limit = static_cast<std::size_t>(call.context().config.number(Param::ProtoMaxBulkLen));
    // A cell is counted as four bytes, as Redis stores it.
    if (cells > limit / 4)
        return call.fail(errors::kLcsTooLong);
    if (cells > kMaxCells)
        return call.fail(errors::kLcsMemory);

    const LcsTable table(a, b);
    if (options.matches)
        replyMatches(call, table, options);
    else if (options.length)
        call.reply().integer(table.length());
    else
        call.reply().bulk(table.walk().text);
}

constexpr CommandSpec kRows[] = {
    {.name = "lcs",
        .syntax = "key1:key key2:key [LEN] [IDX] [MINMATCHLEN len:integer] [WITHMATCHLEN]",
        .arity = -3,
        .flags = Flag::ReadOnly,
        .acl = Acl::String,
        .keys = KeySpec::range(1, 2),
        .group = Group::String,
        .since = "7.0.0",
        .complexity = "O(N*M) in the lengths of both texts",
        .summary = "Finds the longest common subsequence of two texts.",
        .run = lcs},
};

} // namespace

std::span<const CommandSpec> lcsCommands()
{
    return kRows;
}

} // namespace engine
