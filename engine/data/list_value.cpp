#include "engine/data/list_value.h"

#include "engine/data/counted_tree.h"
#include "engine/data/list_chunk.h"

namespace engine {

namespace {

struct ChunkPolicy {
    using Leaf = Packed;
    struct Summary { };
    static std::uint64_t count(const Packed& chunk) { return chunk.count; }
    static std::size_t bytes(const Packed& chunk) { return chunk.bytes(); }
    static Summary summary(const Packed&) { return {}; }
    static Packed* copy(const Packed& chunk) { return Packed::copyOf(chunk); }
    static void release(Packed* chunk) { Packed::release(chunk); }
};

} // namespace

class ListTree : public CountedTree<ChunkPolicy> {
public:
    void push(End end, const ListpackElement& element, const EncodingLimits& limits)
    {
        insert(end == End::Front ? 0 : size(), element, limits);
    }

    void insert(std::uint64_t index, const ListpackElement& element, const EncodingLimits& limits)
    {
        if (index == 0 && pushIntoGap(element, limits))
            return;
        Path path = pathTo(index);
        const Packed& chunk = *path.leaf();
        if (index == 0 && chunkGap(chunk) < element.size() && chunkUsed(chunk) > kFrontBytes / 2)
            return insertBeforeFront(path, element, limits);
        const bool inside = path.offset() > 0 && path.offset() < path.leaf()->count;
        if (hasRoom(path, element, limits))
            return insertAt(path, path.offset(), element);
        if (inside) {
            splitAt(path);
            return insert(index, element, limits);
        }
        if (path.offset() > 0)
            return insertAfter(path, chunkOf(element));
        if (previous(path)) {
            if (hasRoom(path, element, limits))
                return insertAt(path, path.leaf()->count, element);
            return insertAfter(path, chunkOf(element));
        }
        insertBefore(path, chunkOf(element));
    }

    void set(std::uint64_t index, const ListpackElement& element, const EncodingLimits& limits)
    {
        Path path = pathTo(index);
        const Packed& chunk = *path.leaf();
        const std::size_t old = ChunkCursor(chunk, path.offset()).nextEntry().size();
        const std::size_t now = element.size();
        if (now > old && !chunkHasRoom(chunk.count - 1, chunkUsed(chunk) - old, now, limits)) {
            erase(index, 1);
            return size() == 0 ? insertFirst(chunkOf(element)) : insert(index, element, limits);
        }
        const std::size_t bytes = chunk.bytes();
        chunkReplace(edit(path), path.offset(), element);
        changed(path, bytes);
    }

    void erase(std::uint64_t first, std::uint64_t count)
    {
        while (count > 0) {
            Path path = pathTo(first);
            const std::uint64_t here = std::min<std::uint64_t>(count, path.leaf()->count - path.offset());
            count -= here;
            if (here == path.leaf()->count) {
                removeLeaf(path);
                continue;
            }
            const std::size_t bytes = path.leaf()->bytes();
            chunkErase(edit(path), path.offset(), here, kFrontBytes);
            changed(path, bytes);
            joinSmall(path);
        }
    }

private:
    // A push to the front goes into the gap of a small chunk, whose entries join the next chunk when it is full.
    static constexpr std::size_t kFrontBytes = 512;

    // As nearly all pushes to the front of a long list go.
    bool pushIntoGap(const ListpackElement& element, const EncodingLimits& limits)
    {
        Packed* front = unsharedFirst();
        if (!front || chunkGap(*front) < element.size()
            || !chunkHasRoom(front->count, chunkUsed(*front), element.size(), limits))
            return false;
        chunkPushIntoGap(*front, element);
        firstHasMore(1);
        return true;
    }
    static Packed* chunkOf(const ListpackElement& element)
    {
        Packed* chunk = Packed::create(0, 0);
        chunkInsert(chunk, 0, element);
        return chunk;
    }
    static bool hasRoom(const Path& path, const ListpackElement& element, const EncodingLimits& limits)
    {
        return chunkHasRoom(path.leaf()->count, chunkUsed(*path.leaf()), element.size(), limits);
    }
    void insertAt(Path& path, std::size_t offset, const ListpackElement& element)
    {
        const std::size_t bytes = path.leaf()->bytes();
        chunkInsert(edit(path), offset, element);
        changed(path, bytes);
    }
    void splitAt(Path& path)
    {
        const std::size_t bytes = path.leaf()->bytes();
        Packed* tail = chunkSplit(edit(path), path.offset());
        changed(path, bytes);
        insertAfter(path, tail);
    }
    // A few left-over entries are no reason for a chunk of their own.
    void joinSmall(Path& path)
    {
        constexpr std::size_t kSmall = 512;
        if (chunkUsed(*path.leaf()) > kSmall)
            return;
        Path right = path;
        if (!next(right)) {
            right = path;
            if (!previous(path))
                return;
        }
        if (chunkUsed(*path.leaf()) + chunkUsed(*right.leaf()) > kSmall)
            return;
        join(path, *right.leaf());
    }
    void insertBeforeFront(Path& front, const ListpackElement& element, const EncodingLimits& limits)
    {
        if (chunkGap(*front.leaf()) > 0) {
            const std::size_t bytes = front.leaf()->bytes();
            chunkCloseGap(edit(front));
            changed(front, bytes);
        }
        Path second = front;
        if (next(second))
            fill(front, *second.leaf(), limits);
        front = pathTo(0);
        insertBefore(front, chunkWithGap(kFrontBytes, element));
    }
    // What `rest`, the chunk behind it, has room for goes there, so that it is as full as those that grew at the end.
    void fill(Path& path, const Packed& rest, const EncodingLimits& limits)
    {
        const Packed& chunk = *path.leaf();
        ChunkCursor cursor(chunk, chunk.count);
        std::size_t kept = chunk.count;
        for (std::size_t bytes = 0; kept > 0; --kept) {
            bytes += cursor.previousEntry().size();
            if (!chunkHasRoom(rest.count + chunk.count - kept, chunkUsed(rest), bytes, limits))
                break;
        }
        if (kept == 0)
            return join(path, rest);
        if (kept == chunk.count)
            return;
        const std::size_t bytes = chunk.bytes();
        Packed* tail = chunkSplit(edit(path), kept);
        changed(path, bytes);
        chunkAppend(tail, rest);
        const std::uint64_t behind = path.start() + kept + tail->count;
        insertAfter(path, tail);
        Path gone = pathTo(behind);
        removeLeaf(gone);
    }
    // `rest` is the chunk behind it.
    void join(Path& path, const Packed& rest)
    {
        const std::uint64_t start = path.start();
        const std::size_t bytes = path.leaf()->bytes();
        chunkAppend(edit(path), rest);
        const std::uint64_t joined = path.leaf()->count;
        changed(path, bytes);
        Path gone = pathTo(start + joined);
        removeLeaf(gone);
    }
};

ListValue::ListValue() = default;
ListValue::ListValue(const ListValue& other) = default;
ListValue::ListValue(ListValue&& other) noexcept = default;
ListValue& ListValue::operator=(ListValue other) noexcept
{
    m_form = std::move(other.m_form);
    return *this;
}
ListValue::~ListValue() = default;

std::size_t ListValue::size() const
{
    if (const Packed* chunk = m_form.packed())
        return chunk->count;
    return m_form.tree() ? m_form.tree()->size() : 0;
}

StringText ListValue::at(std::size_t index) const
{
    CHECK(index < size());
    if (const Packed* chunk = m_form.packed())
        return ChunkCursor(*chunk, index).next();
    const auto path = m_form.tree()->pathTo(index);
    return ChunkCursor(*path.leaf(), path.offset()).next();
}

void ListValue::forEach(std::size_t first, std::size_t count, FunctionRef<bool(BytesView)> visit) const
{
    if (first >= size())
        return;
    count = std::min(count, size() - first);
    const auto walk = [&](const Packed& chunk, std::size_t offset) {
        ChunkCursor cursor(chunk, offset);
        for (; offset < chunk.count && count > 0; ++offset, --count)
            if (!visit(cursor.next().view()))
                return false;
        return true;
    };
    if (const Packed* chunk = m_form.packed()) {
        walk(*chunk, first);
        return;
    }
    auto path = m_form.tree()->pathTo(first);
    bool more = walk(*path.leaf(), path.offset());
    while (more && count > 0 && m_form.tree()->next(path))
        more = walk(*path.leaf(), 0);
}

void ListValue::forEachBackward(std::size_t first, std::size_t count, FunctionRef<bool(BytesView)> visit) const
{
    if (first >= size())
        return;
    count = std::min(count, first + 1);
    const auto walk = [&](const Packed& chunk, std::size_t end) {
        ChunkCursor cursor(chunk, end);
        for (; end > 0 && count > 0; --end, --count)
            if (!visit(cursor.previous().view()))
                return false;
        return true;
    };
    if (const Packed* chunk = m_form.packed()) {
        walk(*chunk, first + 1);
        return;
    }
    auto path = m_form.tree()->pathTo(first);
    bool more = walk(*path.leaf(), path.offset() + 1);
    while (more && count > 0 && m_form.tree()->previous(path))
        more = walk(*path.leaf(), path.leaf()->count);
}

ListTree& ListValue::becomeTree()
{
    ListTree tree;
    if (m_form.packed())
        m_form.editPacked([&](Packed*& chunk) {
            chunk->holders.acquire();
            tree.insertFirst(chunk);
        });
    m_form.adopt(std::move(tree));
    return m_form.editTree();
}

void ListValue::push(End end, BytesView element, const EncodingLimits& limits)
{
    insert(end == End::Front ? 0 : size(), element, limits);
}

void ListValue::insert(std::size_t index, BytesView element, const EncodingLimits& limits)
{
    CHECK(index <= size());
    if (m_form.tree())
        return m_form.editTree().insert(index, ListpackElement(element), limits);
    const Packed* chunk = m_form.packed();
    Bytes storage;
    const ListpackElement entry(detached(element, chunk, storage));
    if (chunk && !chunkHasRoom(chunk->count, chunkUsed(*chunk), entry.size(), limits))
        return becomeTree().insert(index, entry, limits);
    m_form.editPacked([&](Packed*& mine) { chunkInsert(mine, index, entry); });
}

Bytes ListValue::pop(End end)
{
    const std::size_t index = end == End::Front ? 0 : size() - 1;
    Bytes element(at(index).view());
    erase(index, 1);
    return element;
}

void ListValue::set(std::size_t index, BytesView element, const EncodingLimits& limits)
{
    CHECK(index < size());
    if (m_form.tree())
        return m_form.editTree().set(index, ListpackElement(element), limits);
    const Packed& chunk = *m_form.packed();
    const std::size_t old = ChunkCursor(chunk, index).nextEntry().size();
    Bytes storage;
    const ListpackElement entry(detached(element, &chunk, storage));
    if (entry.size() > old && !chunkHasRoom(chunk.count - 1, chunkUsed(chunk) - old, entry.size(), limits))
        return becomeTree().set(index, entry, limits);
    m_form.editPacked([&](Packed*& mine) { chunkReplace(mine, index, entry); });
}

void ListValue::erase(std::size_t first, std::size_t count)
{
    CHECK(first <= size() && count <= size() - first);
    if (count == 0)
        return;
    if (count == size()) {
        m_form = ValueHandle<ListTree>();
        return;
    }
    if (m_form.tree())
        return m_form.editTree().erase(first, count);
    // A list of few bytes is to be one of few bytes: what moves is in proportion to what goes.
    constexpr std::size_t kLargestGap = 512;
    m_form.editPacked(
        [&](Packed*& mine) { chunkErase(mine, first, count, std::min(kLargestGap, chunkUsed(*mine) / 4)); });
}

BytesView ListValue::encoding() const
{
    return "quicklist";
}

std::uint64_t ListValue::copies() const
{
    return m_form.copies();
}

std::size_t ListValue::memoryBytes() const
{
    return m_form.memoryBytes();
}

namespace {

// Walks a list of either form, chunk by chunk where it may.
class ListWalk {
public:
    ListWalk(const Packed* chunk, const ListTree* tree, bool forwards) : m_tree(tree), m_forwards(forwards)
    {
        if (tree && tree->size() > 0) {
            m_path = tree->pathTo(forwards ? 0 : tree->size());
            m_chunk = m_path.leaf();
        } else {
            m_chunk = chunk;
        }
        enterChunk();
    }

    bool atEnd() const { return m_left == 0; }
    bool atWholeChunk(const ListWalk& other) const
    {
        return m_chunk == other.m_chunk && m_left == m_chunk->count && other.m_left == m_left;
    }
    std::size_t skipChunk()
    {
        const std::size_t skipped = m_left;
        nextChunk();
        return skipped;
    }
    /// The element's entry: equal where elements are.
    BytesView entry() const { return m_entry; }
    void advance()
    {
        if (--m_left == 0)
            nextChunk();
        else
            load();
    }

private:
    void nextChunk()
    {
        const bool more = m_tree && (m_forwards ? m_tree->next(m_path) : m_tree->previous(m_path));
        m_chunk = more ? m_path.leaf() : nullptr;
        enterChunk();
    }
    void enterChunk()
    {
        m_left = m_chunk ? m_chunk->count : 0;
        if (m_left == 0)
            return;
        m_cursor.emplace(*m_chunk, m_forwards ? 0 : m_chunk->count);
        load();
    }
    void load() { m_entry = m_forwards ? m_cursor->nextEntry() : m_cursor->previousEntry(); }

    const ListTree* m_tree;
    ListTree::Path m_path;
    const Packed* m_chunk = nullptr;
    std::optional<ChunkCursor> m_cursor; // past m_entry
    BytesView m_entry;
    std::size_t m_left = 0; // elements of the chunk, m_entry included
    bool m_forwards;
};

// How many elements agree from one end on, up to `most`.
std::size_t commonLength(ListWalk a, ListWalk b, std::size_t most)
{
    std::size_t same = 0;
    while (same < most && !a.atEnd() && !b.atEnd()) {
        if (a.atWholeChunk(b)) {
            same += a.skipChunk();
            b.skipChunk();
            continue;
        }
        if (a.entry() != b.entry())
            break;
        a.advance();
        b.advance();
        ++same;
    }
    return std::min(same, most);
}

} // namespace

void ListValue::diff(const ListValue& before, const ListValue& after,
    FunctionRef<bool(std::size_t, std::optional<BytesView>, std::optional<BytesView>)> visit)
{
    if (before.m_form.sharesWith(after.m_form))
        return;
    const auto walk = [](const ListValue& list, bool forwards) {
        return ListWalk(list.m_form.packed(), list.m_form.tree(), forwards);
    };
    const std::size_t shorter = std::min(before.size(), after.size());
    const std::size_t head = commonLength(walk(before, true), walk(after, true), shorter);
    const std::size_t tail = commonLength(walk(before, false), walk(after, false), shorter - head);
    const std::size_t oldEnd = before.size() - tail;
    const std::size_t newEnd = after.size() - tail;
    for (std::size_t i = head; i < std::max(oldEnd, newEnd); ++i) {
        const auto old = i < oldEnd ? std::optional(before.at(i)) : std::nullopt;
        const auto now = i < newEnd ? std::optional(after.at(i)) : std::nullopt;
        const auto oldText = old ? std::optional(old->view()) : std::nullopt;
        const auto newText = now ? std::optional(now->view()) : std::nullopt;
        if (oldText != newText && !visit(i, oldText, newText))
            return;
    }
}

} // namespace engine
