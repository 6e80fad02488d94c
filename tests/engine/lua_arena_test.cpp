// The arena: same requests, same addresses; limits; slots; saving and putting back.

#include "engine/script/lua_arena.h"

#include <QtTest>

#include <cstring>
#include <random>

using engine::LuaArena;

class LuaArenaTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theSameRequestsGiveTheSameAddresses();
    void blocksKeepTheirBytesThroughGrowingAndShrinking();
    void theLimitRefusesAndOverdraftLetsPass();
    void freedMemoryServesBlocksOfOtherSizes();
    void aSlotInUseIsRefused();
    void savedMemoryIsPutBack();

private:
    static std::unique_ptr<LuaArena> open(std::size_t limit = std::size_t(32) << 20)
    {
        auto arena = LuaArena::open(limit, LuaArena::kAnyFromBottom);
        return arena ? std::move(*arena) : nullptr;
    }
    static void* request(LuaArena& arena, void* block, std::size_t before, std::size_t after)
    {
        return LuaArena::allocate(&arena, block, before, after);
    }

    struct Block {
        unsigned char* place;
        std::size_t bytes;
        unsigned char mark;
    };
    /// A long random sequence; gives the addresses, and checks that no block's bytes are touched.
    static std::vector<void*> churn(LuaArena& arena, unsigned seed)
    {
        std::mt19937 random(seed);
        std::vector<Block> blocks;
        std::vector<void*> places;
        for (int i = 0; i < 20'000; ++i) {
            const std::size_t bytes = 1 + random() % (i % 50 == 0 ? 100'000 : 600);
            if (blocks.size() > 500 || (!blocks.empty() && random() % 3 == 0)) {
                const std::size_t which = random() % blocks.size();
                Block& block = blocks[which];
                const bool frees = random() % 2 == 0;
                auto* place = static_cast<unsigned char*>(request(arena, block.place, block.bytes, frees ? 0 : bytes));
                if (frees) {
                    block = blocks.back();
                    blocks.pop_back();
                    continue;
                }
                for (std::size_t n = 0; n < std::min(bytes, block.bytes); ++n) {
                    if (place[n] != block.mark)
                        return {};
                }
                block = {place, bytes, block.mark};
                std::memset(place, block.mark, bytes);
                places.push_back(place);
            } else {
                auto* place = static_cast<unsigned char*>(request(arena, nullptr, 0, bytes));
                blocks.push_back({place, bytes, static_cast<unsigned char>(random())});
                std::memset(place, blocks.back().mark, bytes);
                places.push_back(place);
            }
        }
        for (const Block& block : blocks) {
            for (std::size_t n = 0; n < block.bytes; ++n) {
                if (block.place[n] != block.mark)
                    return {};
            }
            request(arena, block.place, block.bytes, 0);
        }
        return places;
    }
};

void LuaArenaTest::theSameRequestsGiveTheSameAddresses()
{
    const auto arena = open();
    const auto first = churn(*arena, 1);
    arena->reset();
    const auto second = churn(*arena, 1);
    QVERIFY(!first.empty());
    if (!LuaArena::forgetsAtOnce())
        QSKIP("memory is malloc's under address sanitizer: addresses do not repeat");
    QVERIFY(first == second);
}

void LuaArenaTest::blocksKeepTheirBytesThroughGrowingAndShrinking()
{
    const auto arena = open();
    for (unsigned seed = 0; seed < 8; ++seed)
        QVERIFY2(!churn(*arena, seed).empty(), "a block lost its bytes");
    QCOMPARE(arena->usedBytes(), std::size_t(0));
}

void LuaArenaTest::theLimitRefusesAndOverdraftLetsPass()
{
    const auto arena = open(std::size_t(4) << 20);
    void* large = request(*arena, nullptr, 0, std::size_t(3) << 20);
    QVERIFY(large);
    QVERIFY(!arena->exhausted());
    QVERIFY(!request(*arena, nullptr, 0, std::size_t(2) << 20));
    QVERIFY(arena->exhausted());
    arena->forgive();
    arena->setOverdraft(true);
    void* more = request(*arena, nullptr, 0, std::size_t(2) << 20);
    QVERIFY(more);
    arena->setOverdraft(false);
    QVERIFY(arena->overLimit());
    QVERIFY(!request(*arena, nullptr, 0, 16));
    // Shrinking never fails, whatever the limit says.
    large = request(*arena, large, std::size_t(3) << 20, 24);
    QVERIFY(large);
    QVERIFY(!request(*arena, nullptr, 0, SIZE_MAX / 2));
    request(*arena, more, std::size_t(2) << 20, 0);
    request(*arena, large, 24, 0);
    QCOMPARE(arena->usedBytes(), std::size_t(0));
}

void LuaArenaTest::freedMemoryServesBlocksOfOtherSizes()
{
    const auto arena = open(std::size_t(8) << 20);
    for (const std::size_t bytes : {std::size_t(32), std::size_t(3000), std::size_t(200'000), std::size_t(48)}) {
        std::vector<void*> blocks;
        while (void* block = request(*arena, nullptr, 0, bytes))
            blocks.push_back(block);
        QVERIFY2(blocks.size() * bytes > (std::size_t(6) << 20), "most of the limit can be used");
        for (void* block : blocks)
            request(*arena, block, bytes, 0);
        QCOMPARE(arena->usedBytes(), std::size_t(0));
    }
}

void LuaArenaTest::aSlotInUseIsRefused()
{
    const auto arena = open();
    QVERIFY(arena->slot() >= 0);
    const auto second = LuaArena::open(1 << 20, arena->slot());
    QVERIFY(!second);
    QVERIFY2(second.error().find("memory slot " + std::to_string(arena->slot())) != std::string::npos,
        second.error().c_str());
    QVERIFY(!LuaArena::open(1 << 20, LuaArena::kSlots));
    const auto top = LuaArena::open(1 << 20, LuaArena::kAnyFromTop);
    QVERIFY(top && (*top)->slot() > arena->slot());
}

void LuaArenaTest::savedMemoryIsPutBack()
{
    if (!LuaArena::forgetsAtOnce())
        QSKIP("memory is malloc's under address sanitizer: nothing is put back");
    const auto arena = open();
    auto* kept = static_cast<char*>(request(*arena, nullptr, 0, 100));
    std::strcpy(kept, "before");
    const auto saved = arena->save();
    const std::size_t used = arena->usedBytes();
    void* next = request(*arena, nullptr, 0, 100);
    request(*arena, nullptr, 0, 5'000'000);
    std::strcpy(kept, "after");
    request(*arena, kept, 100, 0);
    QVERIFY(arena->restore(saved));
    QCOMPARE(arena->usedBytes(), used);
    QCOMPARE(std::string(kept), std::string("before"));
    QCOMPARE(request(*arena, nullptr, 0, 100), next);
}

QTEST_GUILESS_MAIN(LuaArenaTest)
#include "lua_arena_test.moc"
