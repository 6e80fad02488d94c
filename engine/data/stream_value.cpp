#include "engine/data/stream_value.h"

#include "engine/data/counted_tree.h"
#include "engine/data/listpack.h"

#include <algorithm>
#include <array>
#include <vector>

namespace engine {

namespace {

struct NodePolicy {
    using Leaf = Packed;
    using Summary = StreamId;
    static std::uint64_t count(const Packed& node) { return stream_node::live(node); }
    static std::size_t bytes(const Packed& node) { return node.bytes(); }
    static StreamId summary(const Packed& node) { return stream_node::firstId(node); }
    static Packed* copy(const Packed& node) { return Packed::copyOf(node); }
    static void release(Packed* node) { Packed::release(node); }
};

using NodeTree = CountedTree<NodePolicy>;

struct GroupRecord {
    using Key = Bytes;
    const Bytes& key() const { return name; }
    std::size_t extraBytes() const
    {
        return allocatedBytes(sizeof(StreamGroup) + sizeof(HolderCount)) + group->memoryBytes()
            + (name.capacity() > 15 ? allocatedBytes(name.capacity() + 1) : 0);
    }

    Bytes name;
    Cow<StreamGroup> group;
};

// Redis's bounds of a node, whatever is configured.
bool nodeHasRoom(const Packed& node, std::size_t coming, const EncodingLimits& limits)
{
    constexpr std::size_t kLargestNode = std::size_t{1} << 30;
    const std::size_t most =
        limits.streamNodeMaxBytes == 0 ? kLargestNode : std::min(limits.streamNodeMaxBytes, kLargestNode);
    if (stream_node::listpackBytes(node) + coming >= most)
        return false;
    return limits.streamNodeMaxEntries == 0
        || stream_node::live(node) + stream_node::deleted(node) < limits.streamNodeMaxEntries;
}

using RadixKey = std::array<unsigned char, 16>;

RadixKey radixKey(const StreamId& id)
{
    RadixKey key;
    for (std::size_t i = 0; i < 8; ++i) {
        key[i] = static_cast<unsigned char>(id.ms >> (56 - 8 * i));
        key[8 + i] = static_cast<unsigned char>(id.seq >> (56 - 8 * i));
    }
    return key;
}

// Of distinct sorted keys that agree up to `depth`: a node for what they share, one where they part, and theirs.
std::size_t radixNodesOf(std::span<const RadixKey> keys, std::size_t depth)
{
    if (keys.size() == 1)
        return depth == keys[0].size() ? 1 : 2;
    std::size_t parting = depth;
    while (keys.front()[parting] == keys.back()[parting])
        ++parting;
    std::size_t nodes = parting > depth ? 2 : 1;
    for (std::size_t begin = 0; begin < keys.size();) {
        std::size_t end = begin + 1;
        while (end < keys.size() && keys[end][parting] == keys[begin][parting])
            ++end;
        nodes += radixNodesOf(keys.subspan(begin, end - begin), parting + 1);
        begin = end;
    }
    return nodes;
}

} // namespace

class StreamBody {
public:
    NodeTree::Path pathOf(const StreamId& id) const
    {
        return nodes.pathBySummary([&id](const StreamId& begin) { return begin <= id; });
    }
    bool hasNodes() const { return nodes.root() != nullptr; }
    void findFirst();
    // Whether `trim` cuts the first node off as a whole.
    bool goesWhole(const Packed& node, const StreamTrim& trim) const;
    // Marks what `trim` cuts within its first node.
    std::size_t trimWithin(NodeTree::Path& path, const StreamTrim& trim);

    NodeTree nodes;
    std::size_t nodeCount = 0;
    StreamId last;
    StreamId first;
    StreamId maxDeleted;
    std::uint64_t added = 0;
    OrderedTree<GroupRecord> groups;
    std::uint64_t copies = 0;
};

void StreamBody::findFirst()
{
    first = {};
    if (nodes.size() == 0)
        return;
    const auto path = nodes.pathTo(0);
    StreamNodeCursor cursor(*path.leaf());
    while (cursor.next() && cursor.deleted()) { }
    first = cursor.entry().id;
}

bool StreamBody::goesWhole(const Packed& node, const StreamTrim& trim) const
{
    if (trim.by == StreamTrim::By::Id)
        return stream_node::lastId(node) < trim.id;
    return nodes.size() - stream_node::live(node) >= trim.length;
}

std::size_t StreamBody::trimWithin(NodeTree::Path& path, const StreamTrim& trim)
{
    const std::size_t bytes = path.leaf()->bytes();
    std::uint64_t left = nodes.size();
    std::size_t cut = 0;
    Packed*& node = nodes.edit(path);
    StreamNodeCursor cursor(*node);
    while (cursor.next()) {
        const bool stop = trim.by == StreamTrim::By::Length ? left <= trim.length : cursor.entry().id >= trim.id;
        if (stop)
            break;
        if (cursor.deleted())
            continue;
        stream_node::markDeleted(*node, cursor.offset());
        --left;
        ++cut;
    }
    nodes.changed(path, bytes);
    return cut;
}

StreamValue::StreamValue() = default;
StreamValue::StreamValue(const StreamValue& other) = default;
StreamValue::StreamValue(StreamValue&& other) noexcept = default;
StreamValue& StreamValue::operator=(StreamValue other) noexcept
{
    m_body = std::move(other.m_body);
    return *this;
}
StreamValue::~StreamValue() = default;

StreamBody& StreamValue::edit()
{
    const bool shared = !m_body.unique();
    StreamBody& body = m_body.edit();
    body.copies += shared ? 1 : 0;
    return body;
}

std::size_t StreamValue::size() const
{
    return m_body->nodes.size();
}

StreamId StreamValue::lastId() const
{
    return m_body->last;
}

StreamId StreamValue::firstId() const
{
    return m_body->first;
}

StreamId StreamValue::firstKeptId() const
{
    const StreamBody& body = *m_body;
    return body.hasNodes() ? stream_node::firstId(*body.pathOf({}).leaf()) : StreamId::largest();
}

StreamId StreamValue::maxDeletedId() const
{
    return m_body->maxDeleted;
}

std::uint64_t StreamValue::entriesAdded() const
{
    return m_body->added;
}

StreamId StreamValue::lastEntryId() const
{
    StreamId id;
    forEachBackward({}, StreamId::largest(), [&id](const StreamEntry& entry) {
        id = entry.id;
        return false;
    });
    return id;
}

std::size_t StreamValue::nodeCount() const
{
    return m_body->nodeCount;
}

std::size_t StreamValue::radixNodes() const
{
    if (!m_body->hasNodes())
        return 1;
    std::vector<RadixKey> keys;
    auto path = m_body->pathOf({});
    do
        keys.push_back(radixKey(stream_node::firstId(*path.leaf())));
    while (m_body->nodes.next(path));
    return radixNodesOf(keys, 0);
}

void StreamValue::forEach(const StreamId& first, const StreamId& last, Visit visit) const
{
    if (first > last || !m_body->hasNodes())
        return;
    auto path = m_body->pathOf(first);
    do {
        StreamNodeCursor cursor(*path.leaf());
        while (cursor.next()) {
            const StreamEntry& entry = cursor.entry();
            if (entry.id > last)
                return;
            if (!cursor.deleted() && entry.id >= first && !visit(entry))
                return;
        }
    } while (m_body->nodes.next(path));
}

void StreamValue::forEachBackward(const StreamId& first, const StreamId& last, Visit visit) const
{
    if (first > last || !m_body->hasNodes())
        return;
    auto path = m_body->pathOf(last);
    do {
        StreamNodeCursor cursor(*path.leaf(), StreamNodeCursor::At::Back);
        while (cursor.previous()) {
            const StreamEntry& entry = cursor.entry();
            if (entry.id < first)
                return;
            if (!cursor.deleted() && entry.id <= last && !visit(entry))
                return;
        }
    } while (m_body->nodes.previous(path));
}

bool StreamValue::contains(const StreamId& id) const
{
    bool found = false;
    forEach(id, id, [&found](const StreamEntry&) {
        found = true;
        return false;
    });
    return found;
}

void StreamValue::append(const StreamId& id, std::span<const BytesView> pairs, const EncodingLimits& limits)
{
    CHECK(id > lastId());
    StreamBody& body = edit();
    std::size_t coming = 0;
    for (const BytesView word : pairs)
        coming += word.size();
    if (!body.hasNodes()) {
        body.nodes.insertFirst(stream_node::create(id, pairs));
        ++body.nodeCount;
    } else {
        auto path = body.nodes.lastPath();
        if (nodeHasRoom(*path.leaf(), coming, limits)) {
            const std::size_t bytes = path.leaf()->bytes();
            stream_node::append(body.nodes.edit(path), id, pairs);
            body.nodes.changed(path, bytes);
        } else {
            body.nodes.insertAfter(path, stream_node::create(id, pairs));
            ++body.nodeCount;
        }
    }
    ++body.added;
    body.last = id;
    if (body.nodes.size() == 1)
        body.first = id;
}

bool StreamValue::isChangedBy(const StreamTrim& trim) const
{
    const StreamBody& body = *m_body;
    if (!body.hasNodes() || trim.by == StreamTrim::By::Nothing)
        return false;
    if (trim.by == StreamTrim::By::Length ? size() <= trim.length : body.first >= trim.id)
        return false;
    const auto path = body.pathOf({});
    if (trim.limit > 0 && stream_node::live(*path.leaf()) > trim.limit)
        return false;
    return !trim.wholeNodes || body.goesWhole(*path.leaf(), trim);
}

std::size_t StreamValue::trim(const StreamTrim& trim)
{
    if (!isChangedBy(trim))
        return 0;
    StreamBody& body = edit();
    std::size_t cut = 0;
    while (body.hasNodes()) {
        const bool byLength = trim.by == StreamTrim::By::Length;
        if (byLength && body.nodes.size() <= trim.length)
            break;
        auto path = body.pathOf({});
        const std::size_t entries = stream_node::live(*path.leaf());
        if (trim.limit > 0 && cut + entries > trim.limit)
            break;
        if (body.goesWhole(*path.leaf(), trim)) {
            body.nodes.removeLeaf(path);
            --body.nodeCount;
            cut += entries;
            continue;
        }
        if (!trim.wholeNodes)
            cut += body.trimWithin(path, trim);
        break;
    }
    if (cut > 0)
        body.findFirst();
    return cut;
}

bool StreamValue::erase(const StreamId& id)
{
    if (!contains(id))
        return false;
    StreamBody& body = edit();
    auto path = body.pathOf(id);
    if (stream_node::live(*path.leaf()) == 1) {
        body.nodes.removeLeaf(path);
        --body.nodeCount;
    } else {
        StreamNodeCursor cursor(*path.leaf());
        while (cursor.next() && cursor.entry().id != id) { }
        const std::size_t bytes = path.leaf()->bytes();
        stream_node::markDeleted(*body.nodes.edit(path), cursor.offset());
        body.nodes.changed(path, bytes);
    }
    body.maxDeleted = std::max(body.maxDeleted, id);
    if (id == body.first || body.nodes.size() == 0)
        body.findFirst();
    return true;
}

void StreamValue::setLastId(
    const StreamId& id, std::optional<std::uint64_t> entriesAdded, std::optional<StreamId> maxDeletedId)
{
    StreamBody& body = edit();
    body.last = id;
    body.added = entriesAdded.value_or(body.added);
    body.maxDeleted = maxDeletedId.value_or(body.maxDeleted);
}

std::size_t StreamValue::groupCount() const
{
    return m_body->groups.size();
}

const StreamGroup* StreamValue::findGroup(BytesView name) const
{
    const GroupRecord* record = m_body->groups.find(Bytes(name));
    return record ? &*record->group : nullptr;
}

void StreamValue::forEachGroup(FunctionRef<bool(BytesView, const StreamGroup&)> visit) const
{
    m_body->groups.forEach([&](const GroupRecord& record) { return visit(record.name, *record.group); });
}

bool StreamValue::addGroup(BytesView name, const StreamGroup& group)
{
    if (findGroup(name))
        return false;
    edit().groups.insert({Bytes(name), Cow(group)});
    return true;
}

bool StreamValue::eraseGroup(BytesView name)
{
    return findGroup(name) && edit().groups.erase(Bytes(name));
}

void StreamValue::editGroup(BytesView name, FunctionRef<void(StreamGroup&)> use)
{
    edit().groups.edit(Bytes(name), [&use](GroupRecord& record) { use(record.group.edit()); });
}

std::optional<std::uint64_t> StreamValue::placeOf(const StreamId& id) const
{
    const StreamBody& body = *m_body;
    if (body.added == 0)
        return 0;
    if (size() == 0 && id <= body.last)
        return body.added;
    if (id == body.last)
        return body.added;
    if (id > body.last)
        return std::nullopt;
    if (body.maxDeleted.isZero() || body.maxDeleted < body.first) {
        if (id < body.first)
            return body.added - size();
        if (id == body.first)
            return body.added - size() + 1;
    }
    return std::nullopt;
}

bool StreamValue::mayHaveGapsFrom(const StreamId& first) const
{
    const StreamBody& body = *m_body;
    if (size() == 0 || body.maxDeleted.isZero() || body.first > body.maxDeleted)
        return false;
    return first <= body.maxDeleted;
}

std::optional<std::int64_t> StreamValue::lagOf(const StreamGroup& group) const
{
    const auto added = static_cast<std::int64_t>(entriesAdded());
    if (added == 0)
        return 0;
    if (group.entriesRead != StreamGroup::kUnknown && !mayHaveGapsFrom(group.lastId))
        return added - group.entriesRead;
    const auto place = placeOf(group.lastId);
    return place ? std::optional(added - static_cast<std::int64_t>(*place)) : std::nullopt;
}

std::size_t StreamValue::memoryBytes() const
{
    return allocatedBytes(sizeof(HolderCount) + sizeof(StreamBody)) + m_body->nodes.memoryBytes()
        + m_body->groups.memoryBytes();
}

std::uint64_t StreamValue::copies() const
{
    return m_body->copies + m_body->nodes.copies() + m_body->groups.copies();
}

namespace {

Bytes fieldsText(const StreamEntry& entry)
{
    Bytes text;
    entry.forEach([&text](BytesView field, BytesView value) {
        if (!text.empty())
            text += ' ';
        text.append(field).append(" ").append(value);
    });
    return text;
}

using Elements = std::vector<std::pair<Bytes, Bytes>>;

Elements groupTexts(const StreamValue& stream)
{
    Elements all;
    stream.forEachGroup([&all](BytesView name, const StreamGroup& group) {
        all.emplace_back("group " + Bytes(name),
            "at " + group.lastId.text() + ", " + std::to_string(group.consumers().size()) + " consumers, "
                + std::to_string(group.pending().size()) + " pending");
        return true;
    });
    return all;
}

} // namespace

void StreamValue::diff(const StreamValue& before, const StreamValue& after,
    FunctionRef<bool(BytesView, std::optional<BytesView>, std::optional<BytesView>)> visit)
{
    if (before.sharesWith(after))
        return;
    // An id may come again with other fields only where the key itself was made anew, so that texts are compared.
    const auto entries = [](const StreamValue& stream) {
        std::vector<std::pair<StreamId, Bytes>> all;
        stream.forEach({}, StreamId::largest(), [&all](const StreamEntry& entry) {
            all.emplace_back(entry.id, fieldsText(entry));
            return true;
        });
        return all;
    };
    const auto merge = [&visit](const auto& old, const auto& now, auto nameOf) {
        auto a = old.begin();
        auto b = now.begin();
        while (a != old.end() || b != now.end()) {
            const bool onlyOld = b == now.end() || (a != old.end() && a->first < b->first);
            const bool onlyNew = !onlyOld && (a == old.end() || b->first < a->first);
            bool more = true;
            if (onlyOld)
                more = visit(nameOf(a->first), BytesView(a->second), std::nullopt);
            else if (onlyNew)
                more = visit(nameOf(b->first), std::nullopt, BytesView(b->second));
            else if (a->second != b->second)
                more = visit(nameOf(a->first), BytesView(a->second), BytesView(b->second));
            if (!more)
                return false;
            a += onlyNew ? 0 : 1;
            b += onlyOld ? 0 : 1;
        }
        return true;
    };
    if (merge(entries(before), entries(after), [](const StreamId& id) { return id.text(); }))
        merge(groupTexts(before), groupTexts(after), [](const Bytes& name) { return name; });
}

} // namespace engine
