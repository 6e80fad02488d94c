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
    /// What coroutine was running or waiting at a moment, and how deep it was, innermost first.
    struct Waiting {
        int coroutine = 0;
        int depth = 0;
        std::uint64_t moment = 0;
    };
    std::vector<Waiting> waitingAt(std::uint64_t moment) const;
    bool leaves(const std::vector<Waiting>& waiting, std::uint64_t moment, bool out) const;

    const GroundTruth& m_truth;
    bool m_knowsStops = true;
    std::vector<bool> m_stops; // by moment
};

} // namespace tests
