#pragma once

// The scripts that are kept, by the SHA-1 of their exact bytes. Bodies outlive the Lua state that compiled them.

#include "engine/base/bytes.h"
#include "engine/base/result.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <memory>
#include <unordered_map>

namespace engine {

/// What a script's first line declares: `#!lua flags=no-writes,allow-oom`.
/// Source: https://redis.io/docs/manual/programmability/eval-intro/ (eval flags).
struct ScriptFlags {
    bool declared = false; // there is such a line; without one every inner command is judged when it is called
    bool noWrites = false;
    bool allowOom = false;
    bool allowStale = false;
    bool noCluster = false;
    bool allowCrossSlotKeys = false;
};

/// The flags by their words, in Redis's order.
struct ScriptFlagWord {
    BytesView word;
    bool ScriptFlags::*flag;
};
inline constexpr ScriptFlagWord kScriptFlagWords[] = {
    {"no-writes", &ScriptFlags::noWrites},
    {"allow-oom", &ScriptFlags::allowOom},
    {"allow-stale", &ScriptFlags::allowStale},
    {"no-cluster", &ScriptFlags::noCluster},
    {"allow-cross-slot-keys", &ScriptFlags::allowCrossSlotKeys},
};

/// Where the line break after a code's first line is; npos without one, or with a NUL before it, which ends a text for
/// Redis.
std::size_t firstLineBytes(BytesView code);

struct ScriptHeader {
    ScriptFlags flags;
    std::size_t bytes = 0; // of the line, without its line break: what is left out when compiling
};

/// Reads the first line of a script. The error is the protocol's text.
Result<ScriptHeader> readScriptHeader(BytesView body);

struct Script {
    Bytes sha;
    Bytes body;
    ScriptHeader header;
    int compiled = 0; // reference in the current Lua state's registry; 0: not compiled there yet
};

/// Thread: one at a time.
class ScriptStore {
public:
    /// By 40 hexadecimal digits, in any case; null when unknown. Valid until `clear`.
    Script* find(BytesView sha);
    Script& add(Script script);
    void clear();
    /// The Lua state is another one from now on.
    void forgetCompiled();

    std::size_t size() const { return m_scripts.size(); }
    /// Bytes of the bodies.
    std::size_t bytes() const { return m_bytes; }

private:
    struct Hash {
        using is_transparent = void;
        // Digits of a SHA-1 are as good as any hash of them.
        std::size_t operator()(BytesView sha) const
        {
            std::size_t hash = 0;
            std::memcpy(&hash, sha.data(), std::min(sha.size(), sizeof hash));
            return hash * 0x9e3779b97f4a7c15;
        }
    };
    std::unordered_map<Bytes, std::unique_ptr<Script>, Hash, std::equal_to<>> m_scripts;
    Script* m_last = nullptr; // found last: most calls ask for the one of the call before
    std::size_t m_bytes = 0;
};

} // namespace engine
