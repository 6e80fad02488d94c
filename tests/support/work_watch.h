#pragma once

// Watches what a piece of work takes: of the clock on the wall, and of the process's resident memory at its peak, which
// the kernel counts anew from the start. It is no measurement: whoever passes these bounds has no bounds.

#include "engine/base/bytes.h"

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace tests {

struct WorkBounds {
    std::chrono::milliseconds time;
    std::size_t residentBytes; // above what was resident at the base; 0: not watched
};

/// What work with an arena of 64 MiB and a time limit of some milliseconds may take. Sanitizers are slow; that of
/// addresses puts redzones around each small object of Lua and keeps what is freed for a while; that of threads keeps
/// memory of its own, so that there nothing can be said. `dataBytes`: what it may leave in a dataset besides.
WorkBounds hostileBounds(std::size_t dataBytes = 0);

/// Resident now, in bytes, in this process or in another; 0 where the kernel does not say.
std::size_t residentBytes(std::int64_t process = 0);

/// Ends the process that takes gigabytes, before the machine suffers.
void limitOwnMemory();

class WorkWatch {
public:
    /// `baseBytes`: what was resident before anything of the sort was done, in this process or in another.
    WorkWatch(WorkBounds bounds, std::size_t baseBytes, std::int64_t process = 0);
    /// What was too much since then; empty: nothing.
    engine::Bytes fault() const;

private:
    WorkBounds m_bounds;
    std::int64_t m_process;
    std::size_t m_base;
    std::chrono::steady_clock::time_point m_start = std::chrono::steady_clock::now();
};

} // namespace tests
