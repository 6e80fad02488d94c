#pragma once

// EngineTurn: the proof that live data may be touched. Code that reads or writes the live dataset takes one by
// reference; only an Engine makes them, on the one thread that owns it.

#include "engine/base/clock.h"

#include <chrono>
#include <optional>

namespace engine {

class Engine;

/// One batch of work on the engine's thread: one reading of the clock, renewed only after a command that took long.
class EngineTurn {
public:
    EngineTurn(const EngineTurn&) = delete;
    EngineTurn& operator=(const EngineTurn&) = delete;
    /// What the turn's writes mean to others is told to them once, here.
    ~EngineTurn();

    Engine& engine() const { return m_engine; }
    UnixMs now() const { return m_now; }

private:
    friend class Engine;
    EngineTurn(Engine& engine, UnixMs now) : m_engine(engine), m_now(now) { }

    Engine& m_engine;
    UnixMs m_now;
    std::optional<std::chrono::microseconds> m_commandEndedAt; // the last one
};

} // namespace engine
