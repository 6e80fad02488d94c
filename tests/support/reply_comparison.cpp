#include "tests/support/reply_comparison.h"

#include "engine/base/number.h"
#include "engine/resp/reply_text.h"

#include <algorithm>
#include <bit>

namespace tests {

using namespace engine;

namespace {

constexpr std::size_t kLongestText = 600;

Bytes cut(Bytes text)
{
    if (text.size() > kLongestText) {
        const std::size_t size = text.size();
        text.resize(kLongestText);
        text += "… (" + std::to_string(size) + " bytes)";
    }
    return text;
}

void flatten(const Reply& reply, Words& flat)
{
    switch (reply.kind) {
    case ReplyKind::Integer:
    case ReplyKind::Boolean:
        flat.push_back(std::to_string(reply.integer));
        return;
    case ReplyKind::Double:
        flat.push_back(formatDouble(reply.number));
        return;
    case ReplyKind::Null:
    case ReplyKind::NullArray:
        flat.emplace_back("(nil)");
        return;
    case ReplyKind::Array:
    case ReplyKind::Map:
    case ReplyKind::Set:
    case ReplyKind::Push:
        for (const Reply& element : reply.elements)
            flatten(element, flat);
        return;
    default:
        flat.push_back(reply.text);
    }
}

} // namespace

bool sameReply(const Reply& a, const Reply& b)
{
    const auto bits = [](double value) { return std::bit_cast<std::uint64_t>(value); };
    return a.kind == b.kind && a.integer == b.integer && bits(a.number) == bits(b.number) && a.text == b.text
        && a.format == b.format && std::ranges::equal(a.elements, b.elements, sameReply);
}

bool sameElements(const Reply& a, const Reply& b, std::size_t together)
{
    if (a.kind != b.kind || a.elements.size() != b.elements.size())
        return false;
    const auto sorted = [&](const Reply& reply) {
        Words parts;
        for (std::size_t i = 0; i < reply.elements.size(); i += together) {
            Bytes part;
            for (std::size_t j = i; j < std::min(i + together, reply.elements.size()); ++j)
                part += formatReplyForPeople(reply.elements[j]) + "\n";
            parts.push_back(std::move(part));
        }
        std::ranges::sort(parts);
        return parts;
    };
    return sorted(a) == sorted(b);
}

bool sameShape(const Reply& a, const Reply& b)
{
    return a.kind == b.kind && std::ranges::equal(a.elements, b.elements, sameShape);
}

bool nearlySame(const Reply& a, const Reply& b, std::int64_t tolerance)
{
    if (a.kind != ReplyKind::Integer || b.kind != ReplyKind::Integer || a.integer < 0 || b.integer < 0)
        return sameReply(a, b);
    return std::max(a.integer, b.integer) - std::min(a.integer, b.integer) <= tolerance;
}

Words flattened(const Reply& reply)
{
    Words flat;
    flatten(reply, flat);
    return flat;
}

Words groups(const Words& flat, std::size_t together)
{
    Words joined;
    for (std::size_t i = 0; i + together <= flat.size(); i += together) {
        Bytes part;
        for (std::size_t j = i; j < i + together; ++j)
            part += quoted(flat[j]) + " ";
        joined.push_back(std::move(part));
    }
    std::ranges::sort(joined);
    const auto repeated = std::ranges::unique(joined);
    joined.erase(repeated.begin(), repeated.end());
    return joined;
}

Bytes describe(const Reply& reply)
{
    return cut(formatReplyForPeople(reply));
}

Bytes describeDifference(const Reply& ours, const Reply& theirs)
{
    const Bytes mine = formatReplyForPeople(ours);
    const Bytes other = formatReplyForPeople(theirs);
    const auto [at, otherAt] = std::ranges::mismatch(mine, other);
    const auto lineOf = [](const Bytes& text, std::ptrdiff_t offset) {
        const std::size_t feed = text.rfind('\n', static_cast<std::size_t>(offset));
        return text.substr(feed == Bytes::npos ? 0 : feed + 1);
    };
    return "\n  this engine:  " + cut(lineOf(mine, at - mine.begin()))
        + "\n  redis-server: " + cut(lineOf(other, otherAt - other.begin()));
}

Bytes commandLine(const Words& argv)
{
    constexpr std::size_t kLongWord = 100;
    Bytes line;
    for (const Bytes& word : argv) {
        if (word.size() > kLongWord) {
            line += " " + quoted(word.substr(0, 20)) + "…(" + std::to_string(word.size()) + " bytes)";
            continue;
        }
        const bool plain = !word.empty() && std::ranges::all_of(word, [](char c) {
            return c > ' ' && c < 127 && c != '"' && c != '\'' && c != '\\';
        });
        line += (line.empty() ? "" : " ") + (plain ? word : quoted(word));
    }
    return line;
}

} // namespace tests
