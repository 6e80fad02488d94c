// Strings as arrays of bits: single bits, counts, searches, and operations between strings.

#include "engine/command/bit_arguments.h"
#include "engine/command/families.h"

#include <algorithm>
#include <vector>

namespace engine {

namespace {

void setbit(Call& call)
{
    const auto key = call.nextKey();
    const auto offset = nextBitOffset(call);
    const auto on = call.nextIntegerIn(0, 1, errors::kBitValue, errors::kBitValue) == 1;
    call.findString(key);
    if (call.failed())
        return;

    const BitTarget target = editBits(call, key, offset);
    const bool was = bitAt(*target.bytes, offset);
    if (target.changed || was != on) {
        setBit(*target.bytes, offset, on);
        call.changed(key, EventClass::String, "setbit");
    }
    call.reply().integer(was ? 1 : 0);
}

void getbit(Call& call)
{
    const auto key = call.nextKey();
    const auto offset = nextBitOffset(call);
    const auto text = call.findString(key);
    if (!call.failed())
        call.reply().integer(text && bitAt(text->view(), offset) ? 1 : 0);
}

// BYTE (the default) or BIT.
bool nextUnitIsBit(Call& call)
{
    if (!call.more() || call.nextIs("BYTE"))
        return false;
    const bool isBit = call.nextIs("BIT");
    call.require(isBit, errors::kSyntax);
    return isBit;
}

// Indices that may count from the end, in bytes or bits, cut to what is there.
BitRange bitRange(std::int64_t start, std::int64_t end, std::size_t bytes, bool inBits)
{
    const std::int64_t total = static_cast<std::int64_t>(bytes) * (inBits ? 8 : 1);
    const auto fromStart = [&](std::int64_t index) {
        return std::max<std::int64_t>(index < 0 ? total + index : index, 0);
    };
    const std::int64_t first = fromStart(start);
    const std::int64_t last = std::min(fromStart(end), total - 1);
    if (first > last)
        return {};
    return inBits ? BitRange{.first = first, .last = last} : BitRange{.first = first * 8, .last = last * 8 + 7};
}

void bitcount(Call& call)
{
    const auto text = call.findString(call.nextKey());
    if (call.failed())
        return;
    // A missing key is answered before the range is looked at.
    if (!text)
        return call.reply().integer(0);
    const BytesView bytes = text->view();
    if (!call.more())
        return call.reply().integer(countBits(bytes, bitRange(0, -1, bytes.size(), false)));
    if (call.remaining() == 1 || call.remaining() > 3)
        return call.fail(errors::kSyntax);
    const auto start = call.nextInteger();
    const auto end = call.nextInteger();
    if (call.failed())
        return;
    if (start < 0 && end < 0 && start > end)
        return call.reply().integer(0);
    const bool inBits = nextUnitIsBit(call);
    if (!call.failed())
        call.reply().integer(countBits(bytes, bitRange(start, end, bytes.size(), inBits)));
}

void bitpos(Call& call)
{
    const auto key = call.nextKey();
    const auto bit = call.nextIntegerIn(0, 1, errors::kBitIsZeroOrOne);
    const auto text = call.findString(key);
    if (call.failed())
        return;
    if (!text)
        return call.reply().integer(bit == 1 ? -1 : 0);
    if (call.remaining() > 3)
        return call.fail(errors::kSyntax);
    const std::int64_t start = call.more() ? call.nextInteger() : 0;
    const bool hasEnd = call.more();
    // The unit is judged before the end.
    const BytesView endText = hasEnd ? call.nextBytes() : BytesView();
    const bool inBits = nextUnitIsBit(call);
    const auto end = hasEnd ? parseInteger(endText) : std::optional<std::int64_t>(-1);
    call.require(end.has_value(), errors::kNotAnInteger);
    if (call.failed())
        return;

    const BytesView bytes = text->view();
    const BitRange range = bitRange(start, *end, bytes.size(), inBits);
    const auto found = findBit(bytes, range, bit == 1);
    // With no end the string goes on in zeroes.
    const bool behind = !found && bit == 0 && !hasEnd && range.first <= range.last;
    call.reply().integer(behind ? range.last + 1 : found.value_or(-1));
}

enum class Operation : std::uint8_t { And, Or, Xor, Not };

Operation nextOperation(Call& call)
{
    if (call.nextIs("AND"))
        return Operation::And;
    if (call.nextIs("OR"))
        return Operation::Or;
    if (call.nextIs("XOR"))
        return Operation::Xor;
    call.require(call.nextIs("NOT"), errors::kSyntax);
    return Operation::Not;
}

void combine(Bytes& result, BytesView other, Operation operation)
{
    const auto each = [&](auto merge) {
        for (std::size_t i = 0; i < other.size(); ++i)
            result[i] = static_cast<char>(merge(result[i], other[i]));
    };
    switch (operation) {
    case Operation::And:
        std::fill(result.begin() + static_cast<std::ptrdiff_t>(other.size()), result.end(), '\0');
        return each([](int a, int b) { return a & b; });
    case Operation::Or:
        return each([](int a, int b) { return a | b; });
    case Operation::Xor:
        return each([](int a, int b) { return a ^ b; });
    case Operation::Not:
        return each([](int, int b) { return ~b; });
    }
}

Bytes combined(const std::vector<Bytes>& sources, Operation operation)
{
    std::size_t longest = 0;
    for (const Bytes& source : sources)
        longest = std::max(longest, source.size());
    Bytes result = sources.front();
    result.resize(longest);
    if (operation == Operation::Not)
        combine(result, sources.front(), operation);
    for (std::size_t i = 1; i < sources.size(); ++i)
        combine(result, sources[i], operation);
    return result;
}

void bitop(Call& call)
{
    const Operation operation = nextOperation(call);
    const auto destination = call.nextKey();
    const Argv keys = call.rest();
    if (!call.failed())
        call.require(operation != Operation::Not || keys.size() == 1, errors::kBitopNot);
    std::vector<Bytes> sources;
    for (const BytesView key : keys) {
        const auto text = call.findString(key);
        sources.emplace_back(text ? text->view() : BytesView());
    }
    if (call.failed())
        return;

    const Bytes result = combined(sources, operation);
    if (!result.empty()) {
        // The result is kept as bytes, however short it is, without the expiry of what it replaces.
        call.setText(destination, {});
        call.editString(destination) = result;
        call.changed(destination, EventClass::String, "set");
    } else if (call.erase(destination)) {
        call.changed(destination, EventClass::Generic, "del");
    }
    call.reply().integer(static_cast<std::int64_t>(result.size()));
}

constexpr CommandSpec kRows[] = {
    {.name = "bitcount",
        .syntax = "key:key [start:integer end:integer [BYTE|BIT]:index_unit]:index",
        .arity = -2,
        .flags = Flag::ReadOnly,
        .acl = Acl::Bitmap,
        .keys = KeySpec::one(1),
        .group = Group::Bitmap,
        .since = "2.6.0",
        .complexity = "O(N) in the length of the range",
        .summary = "Counts the bits that are set in a text or a part of it.",
        .run = bitcount},
    {.name = "bitop",
        .syntax = "operation:string destkey:key key:key...",
        .arity = -4,
        .flags = Flag::Write | Flag::DenyOom,
        .acl = Acl::Bitmap,
        .keys = {KeySpec::one(2, KeySpec::OW | KeySpec::Update), KeySpec::range(3, -1)},
        .group = Group::Bitmap,
        .since = "2.6.0",
        .complexity = "O(N) in the length of the longest text",
        .summary = "Stores the AND, OR or XOR of several texts, or the NOT of one.",
        .run = bitop},
    {.name = "bitpos",
        .syntax = "key:key bit:integer [start:integer [end:integer [BYTE|BIT]:index_unit]:end_index]:index",
        .arity = -3,
        .flags = Flag::ReadOnly,
        .acl = Acl::Bitmap,
        .keys = KeySpec::one(1),
        .group = Group::Bitmap,
        .since = "2.8.7",
        .complexity = "O(N) in the length of the range",
        .summary = "Finds the first bit that is set, or the first that is clear.",
        .run = bitpos},
    {.name = "getbit",
        .syntax = "key:key offset:integer",
        .arity = 3,
        .flags = Flag::ReadOnly | Flag::Fast,
        .acl = Acl::Bitmap,
        .keys = KeySpec::one(1),
        .group = Group::Bitmap,
        .since = "2.2.0",
        .complexity = "O(1)",
        .summary = "Gives one bit of a text.",
        .run = getbit},
    {.name = "setbit",
        .syntax = "key:key offset:integer value:integer",
        .arity = 4,
        .flags = Flag::Write | Flag::DenyOom,
        .acl = Acl::Bitmap,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Access | KeySpec::Update),
        .group = Group::Bitmap,
        .since = "2.2.0",
        .complexity = "O(1), or O(N) when the text has to grow",
        .summary = "Sets or clears one bit of a text and gives what it was.",
        .run = setbit},
};

} // namespace

std::span<const CommandSpec> bitmapCommands()
{
    return kRows;
}

} // namespace engine
