#pragma once

// OrderedTree: records in the order of their keys, as a persistent tree: copied in O(1), found, put in and taken out in
// O(log n), and a write after a copy copies one path. What streams keep of their groups is made of it.
//
// Record: copyable, with `Key`, `key()`, and `extraBytes()`, what it holds beside itself.

#include "engine/data/counted_tree.h"

#include <algorithm>
#include <vector>

namespace engine {

template <class Record>
struct RecordPolicy {
    struct Leaf {
        HolderCount holders;
        std::vector<Record> records;
    };
    using Summary = typename Record::Key;

    static std::uint64_t count(const Leaf& leaf) { return leaf.records.size(); }
    static std::size_t bytes(const Leaf& leaf)
    {
        std::size_t sum = allocatedBytes(sizeof(Leaf)) + allocatedBytes(leaf.records.capacity() * sizeof(Record));
        for (const Record& record : leaf.records)
            sum += record.extraBytes();
        return sum;
    }
    static Summary summary(const Leaf& leaf) { return leaf.records.front().key(); }
    static Leaf* copy(const Leaf& leaf)
    {
        auto* mine = new Leaf;
        mine->records = leaf.records;
        return mine;
    }
    static void release(Leaf* leaf)
    {
        if (leaf->holders.release())
            delete leaf;
    }
};

template <class Record>
class OrderedTree {
public:
    using Key = typename Record::Key;

    std::size_t size() const { return m_tree.size(); }
    std::size_t memoryBytes() const { return m_tree.memoryBytes(); }
    std::uint64_t copies() const { return m_tree.copies(); }

    const Record* find(const Key& key) const
    {
        if (size() == 0)
            return nullptr;
        const Path path = pathOf(key);
        const auto& records = path.leaf()->records;
        const auto place = std::ranges::lower_bound(records, key, {}, &Record::key);
        return place != records.end() && place->key() == key ? &*place : nullptr;
    }

    /// Visits records from `first` on, in order, until `visit` returns false.
    template <class Visit>
    void forEachFrom(const Key& first, Visit visit) const
    {
        if (size() == 0)
            return;
        Path path = pathOf(first);
        auto place = std::ranges::lower_bound(path.leaf()->records, first, {}, &Record::key);
        for (;;) {
            for (; place != path.leaf()->records.end(); ++place)
                if (!visit(*place))
                    return;
            if (!m_tree.next(path))
                return;
            place = path.leaf()->records.begin();
        }
    }
    template <class Visit>
    void forEach(Visit visit) const
    {
        forEachFrom(Key(), visit);
    }

    /// The last record. The tree is not empty.
    const Record& back() const { return m_tree.pathTo(size()).leaf()->records.back(); }

    /// Puts in a record whose key is new.
    void insert(Record record)
    {
        if (size() == 0) {
            auto* leaf = new typename Policy::Leaf;
            leaf->records.push_back(std::move(record));
            return m_tree.insertFirst(leaf);
        }
        Path path = pathOf(record.key());
        if (path.leaf()->records.size() == kLeafRecords) {
            split(path, record.key());
            path = pathOf(record.key());
        }
        change(path, [&record](auto& records) {
            records.insert(std::ranges::lower_bound(records, record.key(), {}, &Record::key), std::move(record));
        });
    }

    /// Calls `use` with the record for writing, which leaves its key alone. It is there.
    template <class Use>
    void edit(const Key& key, Use use)
    {
        CHECK(size() > 0);
        Path path = pathOf(key);
        change(path, [&](auto& records) {
            const auto place = std::ranges::lower_bound(records, key, {}, &Record::key);
            CHECK(place != records.end() && place->key() == key);
            use(*place);
        });
    }

    /// False when it was not there.
    bool erase(const Key& key)
    {
        if (!find(key))
            return false;
        Path path = pathOf(key);
        if (path.leaf()->records.size() == 1) {
            m_tree.removeLeaf(path);
            return true;
        }
        change(path, [&](auto& records) { records.erase(std::ranges::lower_bound(records, key, {}, &Record::key)); });
        return true;
    }

private:
    using Policy = RecordPolicy<Record>;
    using Tree = CountedTree<Policy>;
    using Path = typename Tree::Path;

    static constexpr std::size_t kLeafRecords = 64;

    Path pathOf(const Key& key) const
    {
        return m_tree.pathBySummary([&key](const Key& first) { return first <= key; });
    }

    template <class Change>
    void change(Path& path, Change change)
    {
        const std::size_t before = Policy::bytes(*path.leaf());
        change(m_tree.edit(path)->records);
        m_tree.changed(path, before);
    }

    // At the end the old leaf stays full, for more will follow there.
    void split(Path& path, const Key& coming)
    {
        const bool atEnd = path.leaf()->records.back().key() < coming;
        const auto stays = static_cast<std::ptrdiff_t>(atEnd ? kLeafRecords - 1 : kLeafRecords / 2);
        auto* right = new typename Policy::Leaf;
        change(path, [&](auto& records) {
            right->records.assign(records.begin() + stays, records.end());
            records.erase(records.begin() + stays, records.end());
        });
        m_tree.insertAfter(path, right);
    }

    Tree m_tree;
};

} // namespace engine
