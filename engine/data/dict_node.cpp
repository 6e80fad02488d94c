#include "engine/data/dict_node.h"

#include <algorithm>

namespace engine {

DictSegment* DictSegment::create(std::uint32_t capacity)
{
    void* memory = allocate(sizeof(DictSegment) + capacity * sizeof(std::uint64_t));
    return new (memory) DictSegment(capacity);
}

std::uint32_t DictSegment::capacityFor(std::uint32_t size)
{
    // A quarter more: growing costs little (words are moved), empty slots cost memory in every key.
    const std::uint32_t roomy = std::max(size + 3, size + size / 4);
    const std::uint32_t even = (roomy + 1) & ~1U; // header and even slots fill the allocator's 16-byte steps
    return size < kDictMaxSegment ? std::min(even, kDictMaxSegment) : even;
}

DictInner* DictInner::create(int bits, int depth)
{
    const std::size_t count = std::size_t{1} << bits;
    void* memory = allocate(sizeof(DictInner) + count * 16);
    auto* node = new (memory) DictInner(bits, depth);
    std::memset(static_cast<void*>(node->links()), 0, count * 16);
    return node;
}

DictInner* DictInner::doubled(const DictInner& old)
{
    DictInner* node = create(old.bits + 1, old.depth);
    for (std::uint32_t i = 0; i < old.linkCount(); ++i) {
        node->links()[2 * i] = node->links()[2 * i + 1] = old.links()[i];
        node->counts()[2 * i] = old.counts()[i];
        node->marks()[2 * i] = old.marks()[i];
    }
    return node;
}

DictInner* DictInner::halved(const DictInner& old)
{
    DictInner* node = create(old.bits - 1, old.depth);
    for (std::uint32_t i = 0; i < node->linkCount(); ++i) {
        node->links()[i] = old.links()[2 * i];
        node->counts()[i] = old.counts()[2 * i];
        node->marks()[i] = old.marks()[2 * i];
    }
    return node;
}

bool DictInner::canHalve() const
{
    if (bits <= 1)
        return false;
    for (std::uint32_t i = 0; i < linkCount(); i += 2)
        if (links()[i] != links()[i + 1])
            return false;
    return true;
}

} // namespace engine
