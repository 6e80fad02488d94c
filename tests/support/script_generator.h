#pragma once

// Random Lua scripts that a Redis server can run: values of every kind, returned and nested, errors at any depth, calls
// whose replies are of every type. The same seed gives the same scripts.

#include "engine/base/bytes.h"
#include "engine/base/rng.h"

#include <map>
#include <vector>

namespace tests {

/// One script, and the words of its call.
struct RandomScript {
    engine::Bytes body;
    std::vector<engine::Bytes> keys;
    std::vector<engine::Bytes> argv;
};

class ScriptGenerator {
public:
    explicit ScriptGenerator(std::uint64_t seed) : m_rng(seed) { }

    RandomScript next();
    /// How often each redis.* function, kind of reply and way to fail has been written so far.
    const std::map<engine::Bytes, int>& counts() const { return m_counts; }

private:
    using Bytes = engine::Bytes;

    std::size_t below(std::size_t bound) { return m_rng.below(bound); }
    bool chance(std::size_t of) { return below(of) == 0; }
    template <std::size_t Size>
    const char* pick(const char* const (&choices)[Size])
    {
        return choices[below(Size)];
    }
    void count(const Bytes& what) { ++m_counts[what]; }

    Bytes statements(int depth);
    Bytes statement(int depth);
    Bytes block(int depth);
    Bytes failing(int depth);
    Bytes expression(int depth);
    Bytes literal();
    Bytes number();
    Bytes string();
    Bytes key();
    Bytes table(int depth);
    Bytes replyTable(int depth);
    Bytes call(int depth);
    Bytes command();
    Bytes api(int depth);
    Bytes library(int depth);
    Bytes variable();
    Bytes newVariable();

    engine::Rng m_rng;
    std::map<Bytes, int> m_counts;
    int m_variables = 0; // in sight
    int m_loops = 0;
};

} // namespace tests
