#include "engine/data/stream_node.h"

#include "engine/data/listpack.h"

#include <array>
#include <cstring>
#include <memory>

namespace engine {

namespace {

constexpr std::size_t kIdBytes = 16;
constexpr std::int64_t kDeletedFlag = 1;
constexpr std::int64_t kSameFieldsFlag = 2;

std::int64_t readInteger(const char*& at)
{
    return *readListpack(at).integer();
}

// A run of elements before it is put into a node. Small ones need no memory of their own.
class ElementWriter {
public:
    /// `most`: bytes that the elements may take, by `mostBytes`.
    explicit ElementWriter(std::size_t most)
        : m_large(most > m_small.size() ? std::make_unique_for_overwrite<char[]>(most) : nullptr),
          m_begin(m_large ? m_large.get() : m_small.data()), m_at(m_begin)
    {
    }
    ElementWriter(const ElementWriter&) = delete;
    ElementWriter& operator=(const ElementWriter&) = delete;

    template <class Content>
    void add(Content content)
    {
        m_at = ListpackElement(content).write(m_at);
        ++m_count;
    }
    std::int64_t count() const { return m_count; }
    void appendTo(Packed*& node) const
    {
        const auto size = static_cast<std::size_t>(m_at - m_begin);
        const std::size_t end = node->used;
        Packed::insertGap(node, end, size);
        std::memcpy(node->data() + end, m_begin, size);
    }

private:
    std::array<char, 512> m_small;
    std::unique_ptr<char[]> m_large;
    char* m_begin;
    char* m_at;
    std::int64_t m_count = 0;
};

// For the words and as many integers beside them.
std::size_t mostBytes(std::span<const BytesView> words, std::size_t integers)
{
    constexpr std::size_t kMostFrame = 10; // of a text: five bytes of head and five backward; an integer takes them all
    std::size_t most = (words.size() + integers) * kMostFrame;
    for (const BytesView word : words)
        most += word.size();
    return most;
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
    ElementWriter head(mostBytes(pairs, 2));
    head.add(static_cast<std::int64_t>(pairs.size() / 2));
    for (std::size_t i = 0; i < pairs.size(); i += 2)
        head.add(pairs[i]);
    head.add(std::int64_t{0});
    head.appendTo(node);
    append(node, id, pairs);
    return node;
}

void append(Packed*& node, const StreamId& id, std::span<const BytesView> pairs)
{
    const bool same = sameFields(*node, pairs);
    const StreamId first = firstId(*node);
    ElementWriter elements(mostBytes(pairs, 5));
    elements.add(same ? kSameFieldsFlag : 0);
    elements.add(static_cast<std::int64_t>(id.ms - first.ms));
    elements.add(static_cast<std::int64_t>(id.seq - first.seq));
    if (!same)
        elements.add(static_cast<std::int64_t>(pairs.size() / 2));
    for (std::size_t i = 0; i < pairs.size(); i += 2) {
        if (!same)
            elements.add(pairs[i]);
        elements.add(pairs[i + 1]);
    }
    elements.add(elements.count());
    elements.appendTo(node);
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
