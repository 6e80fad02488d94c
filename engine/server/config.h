#pragma once

// The parameters of CONFIG. One row a parameter (config_table.cpp): name, older name, type, default, limits. Names,
// defaults and error texts are Redis 7.0's, and so is the list: what means nothing here keeps the value it is given.

#include "engine/base/result.h"
#include "engine/base/bytes.h"
#include "engine/data/encoding_limits.h"

#include <array>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace engine {

/// The parameters that mean something here; the table has the others behind them.
enum class Param : std::uint8_t {
    AclPubsubDefault,
    Aclfile,
    AcllogMaxLen,
    ActiveExpireEffort,
    Appendonly,
    Bind,
    BusyReplyThreshold,
    ClientOutputBufferLimit,
    ClientQueryBufferLimit,
    Databases,
    Dir,
    EnableModuleCommand,
    HashMaxListpackEntries,
    HashMaxListpackValue,
    HllSparseMaxBytes,
    Hz,
    LatencyMonitorThreshold,
    LatencyTracking,
    LatencyTrackingInfoPercentiles,
    LazyfreeLazyEviction,
    LazyfreeLazyExpire,
    LazyfreeLazyServerDel,
    LazyfreeLazyUserDel,
    LazyfreeLazyUserFlush,
    LfuDecayTime,
    LfuLogFactor,
    ListCompressDepth,
    ListMaxListpackSize,
    Loglevel,
    LuaMemoryLimit,
    Maxclients,
    Maxmemory,
    MaxmemoryPolicy,
    MaxmemorySamples,
    MinReplicasMaxLag,
    MinReplicasToWrite,
    NotifyKeyspaceEvents,
    Port,
    ProtoMaxBulkLen,
    Requirepass,
    Save,
    SetMaxIntsetEntries,
    SlowlogLogSlowerThan,
    SlowlogMaxLen,
    StreamNodeMaxBytes,
    StreamNodeMaxEntries,
    TcpBacklog,
    TcpKeepalive,
    Timeout,
    TrackingTableMaxKeys,
    Unixsocket,
    Unixsocketperm,
    ZsetMaxListpackEntries,
    ZsetMaxListpackValue,
    Count,
};

struct ConfigAssignment {
    BytesView name;
    BytesView value;
};

/// The classes of `client-output-buffer-limit`, in its order.
enum class OutputClass : std::uint8_t { Normal, Replica, PubSub };

/// Limits of one of them; 0: none.
struct OutputLimit {
    std::uint64_t hardBytes = 0;
    std::uint64_t softBytes = 0;
    std::int64_t softSeconds = 0;
};

/// A `user` line of a configuration file.
struct ConfiguredUser {
    Bytes name;
    std::vector<Bytes> rules; // as ACL SETUSER takes them
    Bytes place; // file and line, for errors
};

/// A value: copy it to keep the settings of a moment. Thread: one at a time.
class Config {
public:
    Config();

    /// CONFIG SET: all or none. The error is the reply, whole ("ERR CONFIG SET failed (possibly …").
    Result<void> set(std::span<const ConfigAssignment> assignments);
    /// As given at the start, on the command line or in a file; what cannot change later can be set so. The error says
    /// what is wrong with the value.
    Result<void> setAtStart(BytesView name, BytesView value);
    /// Reads a redis.conf: a parameter a line, `#` comments, quoting as redis-cli quotes. Remembers the path for
    /// `rewrite`. The error names file and line.
    Result<void> loadFile(const Bytes& path);
    /// Writes what differs from the defaults into the file it was read from, keeping its other lines. The error is
    /// CONFIG REWRITE's reply, whole. `users`: lines that take the place of those that define users.
    Result<void> rewrite(std::span<const Bytes> users = {}) const;
    const Bytes& file() const { return m_file; }
    /// Those that the file defines, in its order; not judged yet.
    std::span<const ConfiguredUser> users() const { return m_users; }

    /// Name and value of every parameter that one of the patterns (globs) matches, by name.
    std::vector<std::pair<Bytes, Bytes>> matching(std::span<const BytesView> patterns) const;

    /// Integers, sizes in bytes, enumerations as their index, booleans as 0 and 1.
    std::int64_t number(Param param) const { return m_values[static_cast<std::size_t>(param)].number; }
    bool flag(Param param) const { return number(param) != 0; }
    /// As CONFIG GET shows it.
    const Bytes& text(Param param) const { return m_values[static_cast<std::size_t>(param)].text; }

    EncodingLimits encodingLimits() const;
    /// Writes need replicas that hear of them in time. This engine has none, so that all are refused.
    bool wantsReplicas() const { return flag(Param::MinReplicasToWrite) && flag(Param::MinReplicasMaxLag); }
    /// Limits of a client's output.
    OutputLimit outputLimit(OutputClass kind) const { return m_outputLimits[static_cast<std::size_t>(kind)]; }

private:
    struct Value {
        Bytes text;
        std::int64_t number = 0;
    };
    // Judges and stores one value. The error is what stands behind the dash of CONFIG SET's reply.
    Result<void> assign(std::size_t row, BytesView value);

    std::array<OutputLimit, 3> m_outputLimits; // as ClientOutputBufferLimit says
    std::vector<Value> m_values; // by row; Param's values are the first rows
    Bytes m_file;
    std::vector<ConfiguredUser> m_users;
};

} // namespace engine
