#include "engine/data/stream_node.h"

#include "engine/data/listpack.h"

#include <cstring>
#include <vector>

namespace engine {

namespace {

constexpr std::size_t kIdBytes = 16;
constexpr std::int64_t kDeletedFlag = 1;
constexpr std::int64_t kSameFieldsFlag = 2;

std::int64_t readInteger(const char*& at)
{
    return *readListpack(at).integer();
}

void appendElements(Packed*& node, const std::vector<ListpackElement>& elements)
{
    std::size_t size = 0;
    for (const ListpackElement& element : elements)
        size += element.size();
    const std::size_t end = node->used;
    Packed::insertGap(node, end, size);
    char* at = node->data() + end;
    for (const ListpackElement& element : elements)
        at = element.write(at);
}

bool sameFields(const Packed& node, std::span<const BytesView> pairs)
{
    const char* at = node.data() + kIdBytes;
    if (static_cast<std::size_t>(readInteger(at)) != pairs.size() / 2)
        return false;
    for (std::size_t i = 0; i < pairs.size(); i += 2)
        if (readListpack(at).view() != pairs[i])
            return false;
    return true;
}

} // namespace

StringText StreamEntry::read(const char*& at)
{
    return readListpack(at);
}

StreamNodeCursor::StreamNodeCursor(const Packed& node, At end) : m_node(node)
{
    const char* at = node.data() + kIdBytes;
    m_nameCount = static_cast<std::size_t>(readInteger(at));
    m_names = at;
    for (std::size_t i = 0; i <= m_nameCount; ++i)
        skipListpack(at);
    m_begin = at;
    m_at = end == At::Front ? m_begin : node.end();
}

// Gives the end of the entry.
const char* StreamNodeCursor::load(const char* flags)
{
    m_flags = flags;
    const char* at = flags;
    const std::int64_t set = readInteger(at);
    const StreamId first = stream_node::firstId(m_node);
    m_deleted = (set & kDeletedFlag) != 0;
    m_entry.id.ms = first.ms + static_cast<std::uint64_t>(readInteger(at));
    m_entry.id.seq = first.seq + static_cast<std::uint64_t>(readInteger(at));
    const bool same = (set & kSameFieldsFlag) != 0;
    m_entry.fields = same ? m_nameCount : static_cast<std::size_t>(readInteger(at));
    m_entry.m_names = same ? m_names : nullptr;
    m_entry.m_values = at;
    for (std::size_t i = 0; i < m_entry.fields * (same ? 1 : 2) + 1; ++i)
        skipListpack(at);
    return at;
}

bool StreamNodeCursor::next()
{
    if (m_at == m_node.end())
        return false;
    m_at = load(m_at);
    return true;
}

bool StreamNodeCursor::previous()
{
    if (m_at == m_begin)
        return false;
    const char* at = m_at;
    const std::int64_t elements = *readListpackBackward(at).integer();
    for (std::int64_t i = 0; i < elements; ++i)
        skipListpackBackward(at);
    load(at);
    m_at = at;
    return true;
}

namespace stream_node {

StreamId firstId(const Packed& node)
{
    StreamId id;
    std::memcpy(&id, node.data(), sizeof id);
    return id;
}

StreamId lastId(const Packed& node)
{
    StreamNodeCursor cursor(node, StreamNodeCursor::At::Back);
    return cursor.previous() ? cursor.entry().id : firstId(node);
}

std::size_t listpackBytes(const Packed& node)
{
    constexpr std::size_t kFrame = 7; // a listpack's header and its end
    const auto counter = [](std::size_t value) { return ListpackElement(static_cast<std::int64_t>(value)).size(); };
    return kFrame + counter(live(node)) + counter(deleted(node)) + node.used - kIdBytes;
}

Packed* create(const StreamId& id, std::span<const BytesView> pairs)
{
    static_assert(sizeof(StreamId) == kIdBytes);
    Packed* node = Packed::create(0, kIdBytes);
    std::memcpy(node->data(), &id, sizeof id);
    std::vector<ListpackElement> head;
    head.emplace_back(static_cast<std::int64_t>(pairs.size() / 2));
    for (std::size_t i = 0; i < pairs.size(); i += 2)
        head.emplace_back(pairs[i]);
    head.emplace_back(std::int64_t{0});
    appendElements(node, head);
    append(node, id, pairs);
    return node;
}

void append(Packed*& node, const StreamId& id, std::span<const BytesView> pairs)
{
    const bool same = sameFields(*node, pairs);
    const StreamId first = firstId(*node);
    std::vector<ListpackElement> elements;
    elements.reserve(pairs.size() + 5);
    elements.emplace_back(same ? kSameFieldsFlag : 0);
    elements.emplace_back(static_cast<std::int64_t>(id.ms - first.ms));
    elements.emplace_back(static_cast<std::int64_t>(id.seq - first.seq));
    if (!same)
        elements.emplace_back(static_cast<std::int64_t>(pairs.size() / 2));
    for (std::size_t i = 0; i < pairs.size(); i += 2) {
        if (!same)
            elements.emplace_back(pairs[i]);
        elements.emplace_back(pairs[i + 1]);
    }
    elements.emplace_back(static_cast<std::int64_t>(elements.size()));
    appendElements(node, elements);
    ++node->count;
}

void markDeleted(Packed& node, std::size_t offset)
{
    // Flags are small integers, which are the element's first byte.
    node.data()[offset] = static_cast<char>(node.data()[offset] | kDeletedFlag);
    --node.count;
    ++node.seed;
}

} // namespace stream_node

} // namespace engine
