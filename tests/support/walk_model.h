#pragma once

// Where moves of a debugger end, worked out from the ground truth alone.

#include "debugger/breakpoint_spec.h"
#include "debugger/session_request.h"
#include "tests/support/ground_truth.h"

#include <functional>
#include <optional>
#include <vector>

namespace tests {

class WalkModel {
public:
    /// The breakpoints' conditions are all the case's question number `condition`.
    WalkModel(
        const GroundTruth& truth, const std::vector<debugger::BreakpointState>& breakpoints, std::size_t condition);

    /// False with breakpoints on events, whose stops are not worked out here.
    bool knowsStops() const { return m_knowsStops; }

    /// Moments; 0 for the start (or none) backwards, one behind the last for the end forwards.
    std::uint64_t after(debugger::Move move, std::uint64_t from) const;
    std::uint64_t afterRunToLine(int line, std::uint64_t from) const;
    std::uint64_t lineBefore(int line, std::uint64_t from) const;
    std::uint64_t end() const { return m_truth.moments.size() + 1; }

private:
    using Holds = std::function<bool(std::uint64_t)>;
    std::uint64_t firstAfter(std::uint64_t from, const Holds& holds) const;
    std::uint64_t lastBefore(std::uint64_t from, const Holds& holds) const;
    bool stops(std::uint64_t moment) const { return m_stops[moment]; }
    /// Each activation is known by the moment of its first line; outermost first.
    using Activations = std::vector<std::uint64_t>;
    /// Those of a coroutine become what they are at its next line.
    void enter(Activations& own, std::uint64_t at) const;
    /// A coroutine that was running or waiting at a moment.
    struct Waiting {
        int coroutine = 0;
        Activations activations = {};
        std::uint64_t moment = 0;
    };
    /// Innermost first.
    std::vector<Waiting> waitingAt(std::uint64_t moment) const;
    bool isOf(const Activations& activations, std::uint64_t moment) const;
    std::uint64_t before(debugger::Move move, std::uint64_t from) const;

    const GroundTruth& m_truth;
    bool m_knowsStops = true;
    std::vector<bool> m_stops; // by moment
    Activations m_activation; // by moment
};

} // namespace tests
