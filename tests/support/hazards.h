#pragma once

// The list of what scripts do to break their host: each row takes down, hangs or fills a real server or a stock Lua, or
// tries to. It follows part I of how scripts behave (script_rows.txt): I.1 what Redis changed in Lua, I.2 published
// faults, I.3 other hazards.

#include <span>

namespace tests {

/// How a hazard ends when it runs by itself and has time.
enum class HazardEnd : unsigned char {
    Limit, // it would go on for ever, or too far: a limit of time, memory or size ends it, or a kill
    Error, // by itself, with an error
    Fine, // it gives a value
    Any, // all that is asked is that it ends
};

struct HazardOutcome {
    HazardEnd end = HazardEnd::Limit;
    const char* error =
        ""; // of HazardEnd::Error: the reply up to where it names the script; * at its end: what begins so
    bool asksRedis = false; // redis-server 7.0.15 lives through it and answers the same
    bool passesPcall = false; // pcall itself, as redis-server's, fails on what it has caught
};

inline constexpr HazardOutcome kLimit{};
inline constexpr HazardOutcome kFine{.end = HazardEnd::Fine};
/// Gives what redis-server gives.
inline constexpr HazardOutcome kSame{.end = HazardEnd::Fine, .asksRedis = true};

/// Ends with redis-server's error.
constexpr HazardOutcome fails(const char* error)
{
    return {.end = HazardEnd::Error, .error = error, .asksRedis = true};
}

constexpr HazardOutcome failsInPcallToo(const char* error)
{
    return {.end = HazardEnd::Error, .error = error, .asksRedis = true, .passesPcall = true};
}

/// Ends with an error where redis-server is harmed, does not end, or does not object.
constexpr HazardOutcome refused(const char* error)
{
    return {.end = HazardEnd::Error, .error = error};
}

struct Hazard {
    const char* part; // "I.2 CVE-2025-46817"
    const char* name;
    const char* code; // statements, the last of which may return
    HazardOutcome outcome;
};

// By seam, a table a file.
std::span<const Hazard> hazardsOfLua(); // I.1 and I.2: what is mended in Redis's Lua, and published faults
std::span<const Hazard> hazardsOfLibraries(); // I.2: published faults of libraries
std::span<const Hazard> hazardsOfPatterns();
std::span<const Hazard> hazardsOfTime(); // long work in C and endless work in Lua
std::span<const Hazard> hazardsOfMemory();
std::span<const Hazard> hazardsOfErrors(); // errors that are no text, recursion, metamethods, coroutines
std::span<const Hazard> hazardsOfCommands(); // redis.*, and replies

} // namespace tests
