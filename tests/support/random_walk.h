#pragma once

// A random walk through a recorded run: moves forwards and backwards, looks, evaluations, questions and edits, and at
// each stop everything shown is compared with the ground truth of that moment.

#include "engine/base/rng.h"
#include "tests/debugger/session_rig.h"
#include "tests/support/ground_truth.h"

#include <map>
#include <optional>

namespace tests {

/// What happened on walks, by name: moves, questions, edits, moments compared.
using WalkCounts = std::map<Bytes, std::size_t>;

/// What goes wrong on purpose, so that the comparison can be seen to fail.
enum class Plant { Nothing, OtherChance, EditForgotten };

class RandomWalk {
public:
    RandomWalk(WalkCase walked, std::uint64_t seed, WalkCounts& counts, Plant plant = Plant::Nothing);

    /// Walks. Gives the first difference, with the way that led to it; none when all agreed.
    std::optional<Bytes> differenceIn(std::size_t steps);
    /// The script cannot be walked in: it makes too many moments, or ends before its first line.
    bool unwalkable() const { return m_unwalkable; }
    const GroundTruth& truth() const { return m_truth; }
    /// The expressions that the truth has answers to: an address and chance; the visible data; a condition.
    static std::vector<Bytes> questions();

private:
    struct Difference {
        Bytes text;
    };
    [[noreturn]] void differ(const Bytes& what) const { throw Difference{what}; }
    void same(const Bytes& what, const Bytes& shown, const Bytes& expected) const;

    void ask();
    void step();
    void move();
    void restart();
    void travel(debugger::Request request, const Bytes& name, std::optional<std::uint64_t> expected);
    void look(const debugger::Stopped& stop);
    void lookAtEnd(const debugger::Ended& end);
    void lookAtCalls(const std::vector<debugger::RecordedCall>& shown, std::uint64_t from, std::uint64_t to);
    void evaluate();
    void disturb();
    void watch();
    void setBreakpoints();
    void edit();
    void timeline();
    void keyHistory();
    void variableHistory();
    debugger::BreakpointSpec someBreakpoint();
    int someLine();
    Bytes someExpression(const engine::LuaVariable& variable);

    std::size_t below(std::size_t bound) { return m_rng.below(bound); }
    bool chance(std::size_t of) { return below(of) == 0; }
    bool atEnd() const { return m_moment > m_truth.moments.size(); }

    WalkCase m_case;
    engine::Rng m_rng;
    WalkCounts& m_counts;
    Plant m_plant;
    GroundTruth m_truth;
    bool m_unwalkable = false;
    std::optional<test::SessionRig> m_rig;
    std::vector<debugger::BreakpointState> m_breakpoints;
    std::vector<std::size_t> m_watches; // numbers of questions
    debugger::Stopped m_stop;
    std::uint64_t m_moment = 0; // behind the last: the end
    std::uint64_t m_furthest = 0;
    std::uint64_t m_lookedAt = 0; // the last stop; 0: none since the end
    Bytes m_way;
};

} // namespace tests
