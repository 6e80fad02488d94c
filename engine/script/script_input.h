#pragma once

// A script run as a function of values: everything it depends on goes in, everything it did comes out.

#include "engine/base/bytes.h"
#include "engine/base/clock.h"
#include "engine/command/command_context.h"
#include "engine/data/keyspace.h"
#include "engine/resp/reply.h"
#include "engine/resp/reply_sink.h"
#include "engine/script/lua_view.h"

#include <memory>
#include <vector>

namespace engine {

/// The state of math.random: 48 bits (scripting.md's source: Redis follows drand48).
struct PrngState {
    std::uint64_t x = 0x1234ABCD330EULL;
    bool operator==(const PrngState&) const = default;
};

/// cjson's settings, which outlive a run as they do in Redis.
struct CjsonOptions {
    bool encodeSparseConvert = false;
    int encodeSparseRatio = 2;
    int encodeSparseSafe = 10;
    int encodeMaxDepth = 1000;
    int decodeMaxDepth = 1000;
    int encodeNumberPrecision = 14;
    int encodeInvalidNumbers = 0; // 0 error, 1 as numbers, 2 as null
    bool decodeInvalidNumbers = true;
    bool encodeKeepBuffer = true;
    bool operator==(const CjsonOptions&) const = default;
};

/// What a run may use; reaching a limit ends it with an error that no pcall holds.
struct ScriptLimits {
    std::chrono::milliseconds time{0}; // of the system's clock; 0: none
    std::size_t memoryBytes = 0; // of Lua; 0: the runner's
    std::size_t datasetBytes = 0; // judged after each command; 0: none
};

class AclUser;

struct ScriptInput {
    Keyspace dataset;
    int database = 0;
    Bytes body{}; // exact bytes, shebang included
    /// When given, `body` is a library: it is loaded, unwatched, and its function of this name is what runs.
    Bytes function{};
    std::vector<Bytes> keys{};
    std::vector<Bytes> argv{};
    bool readOnly = false; // EVAL_RO
    Protocol protocol = Protocol::Resp2; // the reply's
    const Clock* clock = nullptr; // outlives the run
    UnixMs now{}; // the moment by which expiry is judged
    std::uint64_t rngSeed = 0; // commands that choose at random
    PrngState prng{};
    CjsonOptions cjson{};
    const Config* config = nullptr; // outlives the run
    const CommandTable* commands = nullptr; // outlives the run
    ServerView* server = nullptr; // what is beside the data; outlives the run
    ScriptLimits limits{};
    std::shared_ptr<AclUser> user{}; // who runs it; null: may do everything
};

/// A write as Redis would propagate it.
struct ScriptEffect {
    int database = 0;
    std::vector<Bytes> argv;
};

struct ScriptLogLine {
    int level = 0; // 0 debug, 1 verbose, 2 notice, 3 warning
    Bytes text;
};

struct ScriptOutcome {
    Reply reply;
    LuaTree returned; // what the script returned, before it was made a reply; Nil after an error
    std::size_t returnedValues = 0; // only the first becomes the reply
    Keyspace dataset;
    int database = 0;
    std::vector<ScriptEffect> effects;
    std::vector<ScriptLogLine> log;
    PrngState prng;
    CjsonOptions cjson;
};

} // namespace engine
