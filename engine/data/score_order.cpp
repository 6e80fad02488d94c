#include "engine/data/score_order.h"

namespace engine {

namespace {

constexpr std::uint16_t roomFor(std::size_t size)
{
    const std::size_t rounded = (size + 8) / 8 * 8;
    return static_cast<std::uint16_t>(rounded > OrderLeaf::kMost ? OrderLeaf::kMost : rounded);
}

// Changes the capacity of a leaf that is the caller's alone.
void resize(OrderLeaf*& leaf, std::uint16_t capacity)
{
    void* moved = std::realloc(static_cast<void*>(leaf), sizeof(OrderLeaf) + capacity * sizeof(OrderLeaf::Slot));
    if (!moved)
        throw std::bad_alloc();
    leaf = static_cast<OrderLeaf*>(moved);
    leaf->capacity = capacity;
}

} // namespace

OrderLeaf* OrderLeaf::create(std::uint16_t capacity)
{
    return new (allocate(sizeof(OrderLeaf) + capacity * sizeof(Slot))) OrderLeaf(capacity);
}

OrderLeaf* OrderPolicy::copy(const OrderLeaf& leaf)
{
    OrderLeaf* mine = OrderLeaf::create(leaf.capacity);
    mine->size = leaf.size;
    std::memcpy(mine->slots(), leaf.slots(), leaf.size * sizeof(OrderLeaf::Slot));
    for (std::uint32_t i = 0; i < mine->size; ++i)
        __builtin_prefetch(mine->slots()[i].item, 1);
    for (std::uint32_t i = 0; i < mine->size; ++i)
        mine->slots()[i].item->holders.acquire();
    return mine;
}

void OrderPolicy::release(OrderLeaf* leaf)
{
    if (!leaf->holders.release())
        return;
    for (std::uint32_t i = 0; i < leaf->size; ++i)
        ScoredItem::release(leaf->slots()[i].item);
    std::free(leaf);
}

void ScoreOrder::insert(ScoredItem* item)
{
    const OrderLeaf::Slot slot{item->score, item};
    if (size() == 0) {
        OrderLeaf* leaf = OrderLeaf::create(roomFor(0));
        leaf->slots()[leaf->size++] = slot;
        return insertFirst(leaf);
    }
    Path path = pathTo(rank(item->score, item->member()));
    std::size_t bytes = OrderPolicy::bytes(*path.leaf());
    OrderLeaf*& leaf = edit(path);
    auto at = static_cast<std::uint16_t>(path.offset());
    if (leaf->size < OrderLeaf::kMost) {
        if (leaf->size == leaf->capacity)
            resize(leaf, roomFor(leaf->size));
        std::memmove(leaf->slots() + at + 1, leaf->slots() + at, (leaf->size - at) * sizeof(OrderLeaf::Slot));
        leaf->slots()[at] = slot;
        ++leaf->size;
        return changed(path, bytes);
    }
    // Full: two leaves. A leaf that grows at its end stays full, as scores that rise with time make it do.
    const std::uint16_t cut = at == leaf->size ? at : leaf->size / 2;
    const auto moved = static_cast<std::uint16_t>(leaf->size - cut);
    OrderLeaf* right = OrderLeaf::create(roomFor(moved));
    std::memcpy(right->slots(), leaf->slots() + cut, moved * sizeof(OrderLeaf::Slot));
    right->size = moved;
    leaf->size = cut;
    OrderLeaf* target = leaf;
    if (at > cut || cut == OrderLeaf::kMost) {
        target = right;
        at = static_cast<std::uint16_t>(at - cut);
    } else {
        resize(leaf, roomFor(leaf->size));
        target = leaf;
    }
    std::memmove(target->slots() + at + 1, target->slots() + at, (target->size - at) * sizeof(OrderLeaf::Slot));
    target->slots()[at] = slot;
    ++target->size;
    if (target == right && leaf->capacity != roomFor(leaf->size))
        resize(leaf, roomFor(leaf->size));
    changed(path, bytes);
    insertAfter(path, right);
}

void ScoreOrder::eraseAt(std::uint64_t rank)
{
    Path path = pathTo(rank);
    if (path.leaf()->size == 1)
        return removeLeaf(path);
    const std::size_t bytes = OrderPolicy::bytes(*path.leaf());
    OrderLeaf*& leaf = edit(path);
    ScoredItem* item = leaf->slots()[path.offset()].item;
    --leaf->size;
    std::memmove(leaf->slots() + path.offset(), leaf->slots() + path.offset() + 1,
        (leaf->size - path.offset()) * sizeof(OrderLeaf::Slot));
    if (leaf->size + 16 <= leaf->capacity)
        resize(leaf, roomFor(leaf->size));
    changed(path, bytes);
    ScoredItem::release(item);

    // What is left of two neighbours fits one leaf with room to spare: one leaf.
    Path right = path;
    if (!next(right)) {
        right = path;
        if (!previous(path))
            return;
    }
    if (path.leaf()->size + right.leaf()->size > OrderLeaf::kMost / 2)
        return;
    const OrderLeaf& rest = *right.leaf();
    const std::size_t leftBytes = OrderPolicy::bytes(*path.leaf());
    const std::uint64_t end = path.start() + path.leaf()->size + rest.size;
    OrderLeaf*& left = edit(path);
    resize(left, roomFor(left->size + std::size_t{rest.size}));
    for (std::uint32_t i = 0; i < rest.size; ++i) {
        rest.slots()[i].item->holders.acquire();
        left->slots()[left->size++] = rest.slots()[i];
    }
    changed(path, leftBytes);
    Path gone = pathTo(end);
    removeLeaf(gone);
}

} // namespace engine
