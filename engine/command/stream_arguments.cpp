#include "engine/command/stream_arguments.h"

#include <cerrno>
#include <cstdlib>

namespace engine {

namespace {

// A whole text as Redis reads it: a strict integer, or what strtoull takes.
std::optional<std::uint64_t> parseUnsigned(const char* text)
{
    if (const auto integer = parseInteger(text))
        return *integer < 0 ? std::nullopt : std::optional(static_cast<std::uint64_t>(*integer));
    errno = 0;
    char* end = nullptr;
    const unsigned long long value = std::strtoull(text, &end, 10);
    if (errno != 0 || *text == '\0' || *end != '\0')
        return std::nullopt;
    return value;
}

} // namespace

std::optional<StreamId> parseStrictStreamId(BytesView text, std::uint64_t missingSeq)
{
    constexpr std::size_t kLongest = 127;
    if (text.size() > kLongest)
        return std::nullopt;
    // To the first NUL, as a C text has it.
    Bytes ms(text.substr(0, text.find('\0')));
    const std::size_t dash = ms.find('-');
    std::optional<std::uint64_t> seq = missingSeq;
    if (dash != Bytes::npos) {
        seq = parseUnsigned(ms.c_str() + dash + 1);
        ms.resize(dash);
    }
    const auto moment = parseUnsigned(ms.c_str());
    if (!moment || !seq)
        return std::nullopt;
    return StreamId{*moment, *seq};
}

std::optional<StreamId> parseStreamId(BytesView text, std::uint64_t missingSeq)
{
    if (text == "-")
        return StreamId();
    if (text == "+")
        return StreamId::largest();
    return parseStrictStreamId(text, missingSeq);
}

StreamId nextStreamId(Call& call)
{
    const auto id = parseStrictStreamId(call.nextBytes());
    call.require(id.has_value(), errors::kInvalidStreamId);
    return id.value_or(StreamId());
}

std::vector<StreamId> restAsStreamIds(Call& call)
{
    std::vector<StreamId> ids;
    while (call.more() && !call.failed())
        ids.push_back(nextStreamId(call));
    return ids;
}

namespace {

std::optional<StreamId> intervalBound(Call& call, BytesView text, std::uint64_t missingSeq, bool& left)
{
    left = text.size() > 1 && text[0] == '(';
    const auto id = left ? parseStrictStreamId(text.substr(1), missingSeq) : parseStreamId(text, missingSeq);
    call.require(id.has_value(), errors::kInvalidStreamId);
    return id;
}

} // namespace

StreamId intervalStart(Call& call, BytesView text)
{
    bool left = false;
    auto id = intervalBound(call, text, 0, left);
    if (id && left) {
        id = id->next();
        call.require(id.has_value(), errors::kInvalidStreamStart);
    }
    return id.value_or(StreamId());
}

StreamId intervalEnd(Call& call, BytesView text)
{
    bool left = false;
    auto id = intervalBound(call, text, StreamId::largest().seq, left);
    if (id && left) {
        id = id->previous();
        call.require(id.has_value(), errors::kInvalidStreamEnd);
    }
    return id.value_or(StreamId());
}

const StreamGroup* findGroupOrFail(Call& call, BytesView key, BytesView group)
{
    const StreamValue* stream = call.findStream(key);
    const StreamGroup* found = stream ? stream->findGroup(group) : nullptr;
    if (!found)
        call.fail("NOGROUP No such key '" + Bytes(key) + "' or consumer group '" + Bytes(group) + "'");
    return found;
}

void replyEntry(ReplySink& reply, const StreamEntry& entry)
{
    reply.array(2);
    reply.bulk(entry.id.text());
    reply.array(entry.fields * 2);
    entry.forEach([&reply](BytesView field, BytesView value) {
        reply.bulk(field);
        reply.bulk(value);
    });
}

bool replyEntryOf(ReplySink& reply, const StreamValue& stream, const StreamId& id)
{
    bool found = false;
    stream.forEach(id, id, [&](const StreamEntry& entry) {
        replyEntry(reply, entry);
        found = true;
        return false;
    });
    return found;
}

} // namespace engine
