#pragma once

// CommandSpec: all that is known about a command, in one row beside its handler. Dispatch, COMMAND and COMMAND DOCS,
// key extraction, completion, call tips and the reference read the row; there is no second list.
//
// The argument grammar (`syntax`), parsed by command_syntax.h into the tree that COMMAND DOCS shows:
//
//   name:type          an argument; types: key string integer double pattern unix-time. `key@2` belongs to the row's
//                      third key spec; without a number the first key belongs to the first spec, the second to the
//                      second, and so on
//   TOKEN              a word that stands for itself, without lower-case letters; its name is the word in lower case,
//                      or TOKEN:name
//   TOKEN name:type    an argument introduced by its token (also TOKEN (…), a choice or block introduced by its token);
//                      TOKEN:name introduces nothing
//   (a b):name         a block of arguments in a row
//   (A|B|c:type):name  one of several; without a name it is called by theirs, joined by '_'
//   [ … ]              optional: an argument, a choice ([A|B]:name), or a block ([a b]:name)
//   x...               may repeat; [TOKEN x:type]... repeats with its token
//
//   SET: "key:key value:string [NX|XX]:condition [GET] [EX seconds:integer|PX milliseconds:integer
//         |EXAT unix-time-seconds:unix-time|PXAT unix-time-milliseconds:unix-time|KEEPTTL]:expiration"

#include "engine/base/bytes.h"

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <vector>

namespace engine {

class Call;

/// A command's words as received, name first.
using Argv = std::span<const BytesView>;

/// As COMMAND INFO names them.
enum class Flag : std::uint32_t {
    None = 0,
    Write = 1U << 0,
    ReadOnly = 1U << 1,
    DenyOom = 1U << 2,
    Admin = 1U << 3,
    PubSub = 1U << 4,
    NoScript = 1U << 5,
    Blocking = 1U << 6,
    Loading = 1U << 7,
    Stale = 1U << 8,
    SkipMonitor = 1U << 9,
    SkipSlowlog = 1U << 10,
    Asking = 1U << 11,
    Fast = 1U << 12,
    NoAuth = 1U << 13,
    MayReplicate = 1U << 14, // not shown
    NoMandatoryKeys = 1U << 15,
    Protected = 1U << 16, // not shown
    AllowBusy = 1U << 17,
    NoMulti = 1U << 18,
    MovableKeys = 1U << 19,
    NoAsyncLoading = 1U << 20,
    Sentinel = 1U << 21, // not shown
    RunsInMulti = 1U << 22, // not shown: inside MULTI it runs at once instead of being queued
    WhileSubscribed = 1U << 23, // not shown: a subscriber that speaks RESP2 may use it
};
constexpr Flag operator|(Flag a, Flag b)
{
    return static_cast<Flag>(static_cast<std::uint32_t>(a) | static_cast<std::uint32_t>(b));
}
constexpr bool has(Flag flags, Flag wanted)
{
    return (static_cast<std::uint32_t>(flags) & static_cast<std::uint32_t>(wanted)) != 0;
}

constexpr Flag only(Flag flags, Flag wanted)
{
    return static_cast<Flag>(static_cast<std::uint32_t>(flags) & static_cast<std::uint32_t>(wanted));
}
constexpr Flag without(Flag flags, Flag unwanted)
{
    return static_cast<Flag>(static_cast<std::uint32_t>(flags) & ~static_cast<std::uint32_t>(unwanted));
}

/// ACL categories that a row states; @read, @write, @slow, @fast, … that follow from the flags are derived.
enum class Acl : std::uint32_t {
    None = 0,
    Keyspace = 1U << 0,
    String = 1U << 1,
    List = 1U << 2,
    Hash = 1U << 3,
    Set = 1U << 4,
    SortedSet = 1U << 5,
    Bitmap = 1U << 6,
    HyperLogLog = 1U << 7,
    Geo = 1U << 8,
    Stream = 1U << 9,
    PubSub = 1U << 10,
    Admin = 1U << 11,
    Dangerous = 1U << 12,
    Connection = 1U << 13,
    Transaction = 1U << 14,
    Scripting = 1U << 15,
    Blocking = 1U << 16,
    Read = 1U << 17, // for the few whose flags do not say it
    Write = 1U << 18,
};
constexpr Acl operator|(Acl a, Acl b)
{
    return static_cast<Acl>(static_cast<std::uint32_t>(a) | static_cast<std::uint32_t>(b));
}

/// The family, as COMMAND DOCS groups commands.
enum class Group : std::uint8_t {
    Generic,
    String,
    List,
    Set,
    SortedSet,
    Hash,
    PubSub,
    Transactions,
    Connection,
    Server,
    Scripting,
    HyperLogLog,
    Cluster,
    Sentinel,
    Geo,
    Stream,
    Bitmap
};

/// Where keys stand among the arguments, and what is done to them.
struct KeySpec {
    enum Use : std::uint16_t {
        RW = 1,
        RO = 2,
        OW = 4,
        RM = 8,
        Access = 16,
        Update = 32,
        Insert = 64,
        Delete = 128,
        NotKey = 256,
        Incomplete = 512,
        VariableFlags = 1024,
    };
    std::uint16_t use = 0;
    // Where the search begins: at an argument, or behind a keyword looked for from an argument on.
    int begin = 0; // index; or where to start looking for the keyword (negative: from the end, backwards)
    BytesView keyword = {};
    // How many keys: up to `last` (relative to begin; negative from the end), every `step`; or as many as the argument
    // at `countAt` (relative to begin) says, from `firstKey` on.
    int last = 0;
    int step = 1;
    int limit = 0;
    int countAt = -1; // >= 0: counted
    int firstKey = 0;
    // For a key that no rule finds: where it is among the words, 0 when there is none. Not shown.
    std::size_t (*find)(std::span<const BytesView> argv) = nullptr;

    /// Keys that no rule finds: SORT's patterns, which name keys by what they match, and its STORE, which `find` finds.
    static constexpr KeySpec unknown(int use, std::size_t (*find)(std::span<const BytesView> argv) = nullptr)
    {
        return {.use = static_cast<std::uint16_t>(use), .begin = 0, .find = find};
    }
    constexpr bool isUnknown() const { return begin == 0 && keyword.empty(); }

    static constexpr KeySpec one(int at, int use = RO | Access)
    {
        return {.use = static_cast<std::uint16_t>(use), .begin = at};
    }
    /// From argument `first` to argument `last` (absolute; negative from the end), every `step`.
    static constexpr KeySpec range(int first, int last, int step = 1, int use = RO | Access)
    {
        return {.use = static_cast<std::uint16_t>(use),
            .begin = first,
            .last = last < 0 ? last : last - first,
            .step = step};
    }
    /// As many keys as argument `countAt` says, right behind it.
    static constexpr KeySpec counted(int countAt, int use = RO | Access)
    {
        return {.use = static_cast<std::uint16_t>(use), .begin = countAt, .countAt = 0, .firstKey = 1};
    }
};

/// Up to three key specs, written as `.keys = KeySpec::one(1)` or `.keys = {a, b}`.
class KeySpecs {
public:
    constexpr KeySpecs() = default;
    constexpr KeySpecs(KeySpec only) : m_count(1) { m_specs[0] = only; }
    constexpr KeySpecs(std::initializer_list<KeySpec> specs)
    {
        for (const KeySpec& spec : specs)
            m_specs[m_count++] = spec;
    }
    constexpr std::span<const KeySpec> view() const { return {m_specs.data(), m_count}; }

private:
    std::array<KeySpec, 3> m_specs{};
    std::size_t m_count = 0;
};

/// Which of a command's words name channels, for ACLs.
enum class ChannelWords : std::uint8_t {
    None,
    First,
    All,
    Patterns, // all, and a client must be allowed to use just that pattern
};

using Handler = void (*)(Call&);

struct CommandContext;

struct CommandSpec {
    BytesView name; // lower case; a subcommand's own word ("get" of CONFIG GET)
    BytesView syntax = {};
    int arity = 0; // the command's name counts; negative: at least
    Flag flags = Flag::None;
    Acl acl = Acl::None;
    KeySpecs keys = {};
    ChannelWords channels = ChannelWords::None;
    Group group = Group::Generic;
    BytesView since = {};
    BytesView complexity = {};
    BytesView summary = {}; // one sentence of our own
    BytesView tips = {}; // space separated, as COMMAND INFO lists them
    // What these words do to a key whose spec has VariableFlags, as KeySpec::Use.
    std::uint16_t (*variableUse)(Argv argv) = nullptr;
    // The indices of the keys where the words do not fit `keys`, which says nothing of their use then; empty: none.
    std::vector<std::size_t> (*keysOtherwise)(Argv argv) = nullptr;
    // The flags by which a call with these words is judged, where a script declares them; null: `flags`.
    Flag (*judgedBy)(const CommandContext& context, Argv argv, Flag flags) = nullptr;
    Handler run = nullptr; // null for a container whose subcommands do the work
    std::span<const CommandSpec> subcommands = {};
};

} // namespace engine
