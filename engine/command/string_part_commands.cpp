// Strings by their parts: lengths, ranges, and appending.

#include "engine/command/call.h"
#include "engine/command/families.h"
#include "engine/command/index_range.h"
#include "engine/server/config.h"

namespace engine {

namespace {

bool fitsLimit(Call& call, std::uint64_t bytes)
{
    return bytes <= static_cast<std::uint64_t>(call.context().config.number(Param::ProtoMaxBulkLen));
}

void stringLength(Call& call)
{
    const auto text = call.findString(call.nextKey());
    if (call.failed())
        return;
    call.reply().integer(text ? static_cast<std::int64_t>(text->size()) : 0);
}

void append(Call& call)
{
    const auto key = call.nextKey();
    const auto tail = call.nextBytes();
    const auto old = call.findString(key);
    if (call.failed())
        return;
    const std::size_t total = (old ? old->size() : 0) + tail.size();
    if (!fitsLimit(call, total))
        return call.fail(errors::kStringTooLong);

    if (old)
        call.editString(key).append(tail);
    else
        call.setString(key, tail);
    call.changed(key, EventClass::String, "append");
    call.reply().integer(static_cast<std::int64_t>(total));
}

void setrange(Call& call)
{
    const auto key = call.nextKey();
    const auto offset = call.nextInteger();
    const auto patch = call.nextBytes();
    if (!call.failed())
        call.require(offset >= 0, errors::kOffsetOutOfRange);
    const auto old = call.findString(key);
    if (call.failed())
        return;
    // An empty patch never creates the key, even past the end: Redis answers with the old length.
    if (patch.empty())
        return call.reply().integer(old ? static_cast<std::int64_t>(old->size()) : 0);
    const auto from = static_cast<std::size_t>(offset);
    if (!fitsLimit(call, from + patch.size()))
        return call.fail(errors::kStringTooLong);

    Bytes& text = call.editString(key);
    if (text.size() < from + patch.size())
        text.resize(from + patch.size());
    text.replace(from, patch.size(), patch);
    const auto length = static_cast<std::int64_t>(text.size());
    call.changed(key, EventClass::String, "setrange");
    call.reply().integer(length);
}

void getrange(Call& call)
{
    const auto key = call.nextKey();
    const auto start = call.nextInteger();
    auto stop = call.nextInteger();
    const auto text = call.findString(key);
    if (call.failed())
        return;
    if (!text || (start < 0 && stop < 0 && start > stop))
        return call.reply().bulk({});
    // Unlike elsewhere, a stop before the beginning means the first byte.
    if (stop < -static_cast<std::int64_t>(text->size()))
        stop = 0;
    const IndexRange range = indexRange(start, stop, text->size());
    call.reply().bulk(text->view().substr(range.count == 0 ? 0 : range.first, range.count));
}

constexpr CommandSpec kRows[] = {
    {.name = "append",
        .syntax = "key:key value:string",
        .arity = 3,
        .flags = Flag::Write | Flag::DenyOom | Flag::Fast,
        .acl = Acl::String,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Insert),
        .group = Group::String,
        .since = "2.0.0",
        .complexity = "O(1) amortised",
        .summary = "Adds a text to the end of another.",
        .run = append},
    {.name = "getrange",
        .syntax = "key:key start:integer end:integer",
        .arity = 4,
        .flags = Flag::ReadOnly,
        .acl = Acl::String,
        .keys = KeySpec::one(1),
        .group = Group::String,
        .since = "2.4.0",
        .complexity = "O(N) in the length of what is given",
        .summary = "Gives a part of a text.",
        .run = getrange},
    {.name = "setrange",
        .syntax = "key:key offset:integer value:string",
        .arity = 4,
        .flags = Flag::Write | Flag::DenyOom,
        .acl = Acl::String,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Update),
        .group = Group::String,
        .since = "2.2.0",
        .complexity = "O(1), or O(N) in the length of a long value",
        .summary = "Overwrites part of a text from an offset on, filling any gap with zero bytes.",
        .run = setrange},
    {.name = "strlen",
        .syntax = "key:key",
        .arity = 2,
        .flags = Flag::ReadOnly | Flag::Fast,
        .acl = Acl::String,
        .keys = KeySpec::one(1, KeySpec::RO),
        .group = Group::String,
        .since = "2.2.0",
        .complexity = "O(1)",
        .summary = "Tells the length of a text in bytes.",
        .run = stringLength},
    {.name = "substr",
        .syntax = "key:key start:integer end:integer",
        .arity = 4,
        .flags = Flag::ReadOnly,
        .acl = Acl::String,
        .keys = KeySpec::one(1),
        .group = Group::String,
        .since = "1.0.0",
        .complexity = "O(N) in the length of what is given",
        .summary = "Gives a part of a text; the older name of GETRANGE.",
        .run = getrange},
};

} // namespace

std::span<const CommandSpec> stringPartCommands()
{
    return kRows;
}

} // namespace engine
