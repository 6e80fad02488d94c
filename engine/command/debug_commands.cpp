// DEBUG: what test suites of clients use. Subcommands are words of a table of their own here, not commands, as in
// Redis. What would need a file, a replica or Redis's own interior is refused, with the reason.

#include "engine/command/call.h"
#include "engine/command/families.h"
#include "engine/command/server_view.h"
#include "engine/data/data_digest.h"
#include "engine/server/config_values.h"

#include <cmath>

namespace engine {

namespace {

void sleep(Call& call)
{
    // Text that is no number sleeps for no time, as Redis does.
    const double seconds = parseDouble(call.nextBytes()).value_or(0);
    constexpr double kLongestSeconds = 3600;
    if (seconds > 0)
        call.context().server.sleep(std::chrono::microseconds(std::llround(std::min(seconds, kLongestSeconds) * 1e6)));
    call.reply().ok();
}

void digest(Call& call)
{
    call.reply().status(hexText(digestOf(call.context().data)));
}

// Of keys past their time too, and without counting as an access.
void digestValue(Call& call)
{
    call.reply().array(call.remaining());
    while (call.more()) {
        const Entry* entry = call.database().find(call.nextKey());
        call.reply().status(hexText(entry ? digestOf(*entry) : Sha1()));
    }
}

const Entry* keyOrError(Call& call)
{
    const Entry* entry = call.database().find(call.nextKey());
    call.require(entry != nullptr, errors::kNoSuchKey);
    return entry;
}

// Without serializedlength: that is the length of a record in a dump file.
void object(Call& call)
{
    const Entry* entry = keyOrError(call);
    if (!entry)
        return;
    char address[32];
    std::snprintf(address, sizeof address, "%p", static_cast<const void*>(entry));
    const std::uint32_t idle = accessSeconds(call.now()) - entry->lastAccess();
    call.reply().status("Value at:" + Bytes(address) + " refcount:1 encoding:" + Bytes(entry->encoding())
        + " lru:" + std::to_string(entry->lastAccess()) + " lru_seconds_idle:" + std::to_string(idle));
}

void listpack(Call& call)
{
    const Entry* entry = keyOrError(call);
    call.require(!entry || entry->encoding() == "listpack", "ERR Not a listpack encoded object.");
    if (!call.failed())
        call.reply().status("Listpack structure printed on stdout");
}

// As atoi reads it: what is no number is 0.
void setActiveExpire(Call& call)
{
    call.context().server.setActiveExpiry(parseInteger(call.nextBytes()).value_or(0) != 0);
    call.reply().ok();
}

// Every element of a list is kept alike here, so the limit is judged and changes nothing.
void packedThreshold(Call& call)
{
    constexpr std::int64_t kFourGiB = std::int64_t{4} << 30;
    const auto bytes = parseMemory(call.nextBytes());
    call.require(bytes && *bytes < kFourGiB, "ERR argument must be a memory value bigger than 1 and smaller than 4gb");
    if (!call.failed())
        call.reply().ok();
}

// A word that Redis reads and that has nothing to act on here: there are no replication ids, checksums or reply buffers
// of fixed size.
void accepted(Call& call)
{
    call.reply().ok();
}

void replybuffer(Call& call)
{
    const BytesView word = call.nextBytes();
    if (!equalsIgnoringCase(word, "peak-reset-time") && !equalsIgnoringCase(word, "resizing"))
        return call.fail("ERR unknown subcommand or wrong number of arguments for 'REPLYBUFFER'. Try DEBUG HELP.");
    call.reply().ok();
}

void error(Call& call)
{
    // Not counted as a failure of DEBUG: the error is what was asked for.
    call.reply().error(call.nextBytes());
}

// "key:0" and so on, those that are missing; a size pads with zero bytes or cuts.
void populate(Call& call)
{
    const std::int64_t count = call.nextIntegerIn(
        0, INT64_MAX, "ERR value is out of range, must be positive", "ERR value is out of range, must be positive");
    const Bytes prefix(call.more() ? call.nextBytes() : BytesView("key"));
    const bool sized = call.more();
    const std::int64_t size = sized ? call.nextIntegerIn(0, INT64_MAX, "ERR value is out of range, must be positive",
                                  "ERR value is out of range, must be positive")
                                    : 0;
    constexpr std::int64_t kLargestValue = 512 * 1024 * 1024;
    call.require(size <= kLargestValue, errors::kStringTooLong);
    if (call.failed())
        return;
    for (std::int64_t i = 0; i < count; ++i) {
        const Bytes key = prefix + ":" + std::to_string(i);
        if (call.database().find(key))
            continue;
        Bytes value = "value:" + std::to_string(i);
        if (size != 0)
            value.resize(static_cast<std::size_t>(size));
        call.setText(key, value);
        call.changed(key, EventClass::String, "set", 0);
    }
    call.propagateNothing();
    call.reply().ok();
}

void noPersistence(Call& call)
{
    call.fail("ERR This server keeps its data in memory only: there is no file to load it from");
}

void htstats(Call& call)
{
    const std::int64_t database = call.nextInteger();
    if (call.failed())
        return;
    if (database < 0 || database >= static_cast<std::int64_t>(call.context().data.databaseCount()))
        return call.fail("ERR Out of range database");
    const Database& keys = call.context().data.database(static_cast<std::size_t>(database));
    call.reply().verbatim("txt",
        "[Dictionary HT]\n number of elements: " + std::to_string(keys.size())
            + "\n[Expires HT]\n number of elements: " + std::to_string(keys.volatileSize()) + "\n");
}

// --- PROTOCOL: a value of each type of reply.

struct Sample {
    BytesView type;
    void (*write)(ReplySink&);
};

constexpr BytesView kBehindAttribute = "Some real reply following the attribute";

constexpr Sample kSamples[] = {
    {"string", [](ReplySink& reply) { reply.bulk("Hello World"); }},
    {"integer", [](ReplySink& reply) { reply.integer(12345); }},
    {"double", [](ReplySink& reply) { reply.number(3.141); }},
    {"null", [](ReplySink& reply) { reply.null(); }},
    {"array",
        [](ReplySink& reply) {
            reply.array(3);
            for (int i = 0; i < 3; ++i)
                reply.integer(i);
        }},
    {"set",
        [](ReplySink& reply) {
            reply.set(3);
            for (int i = 0; i < 3; ++i)
                reply.integer(i);
        }},
    {"map",
        [](ReplySink& reply) {
            reply.map(3);
            for (int i = 0; i < 3; ++i) {
                reply.integer(i);
                reply.boolean(i == 1);
            }
        }},
    // The reply alone: attributes are written by nothing else here, so sinks know none.
    {"attrib", [](ReplySink& reply) { reply.bulk(kBehindAttribute); }},
    {"push",
        [](ReplySink& reply) {
            if (!reply.resp3())
                return reply.error("ERR RESP2 is not supported by this command");
            reply.push(2);
            reply.bulk("server-cpu-usage");
            reply.integer(42);
            // A client that drops pushes still waits for an answer.
            reply.bulk("Some real reply following the push reply");
        }},
    {"verbatim", [](ReplySink& reply) { reply.verbatim("txt", "This is a verbatim\nstring"); }},
    {"true", [](ReplySink& reply) { reply.boolean(true); }},
    {"false", [](ReplySink& reply) { reply.boolean(false); }},
    {"bignum", [](ReplySink& reply) { reply.bigNumber("1234567999999999999999999999999999999"); }},
};

void protocol(Call& call)
{
    const BytesView type = call.nextBytes();
    const auto* sample = std::ranges::find_if(
        kSamples, [type](const Sample& candidate) { return equalsIgnoringCase(candidate.type, type); });
    if (sample == std::end(kSamples))
        return call.fail("ERR Wrong protocol type name. Please use one of the following: "
                         "string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|false");
    sample->write(call.reply());
}

// --- The words.

struct DebugWord {
    BytesView name;
    std::size_t fewest = 0; // arguments
    std::size_t most = 0;
    Handler run = nullptr;
    BytesView arguments = {};
    BytesView help = {};
};

constexpr std::size_t kAny = SIZE_MAX;
void help(Call& call);

constexpr DebugWord kWords[] = {
    {"CHANGE-REPL-ID", 0, 0, accepted, "", "Accepted: there is no replication id to change."},
    {"DIGEST", 0, 0, digest, "", "One number for all the data."},
    {"DIGEST-VALUE", 0, kAny, digestValue, "<key> [<key> ...]", "One number for each value."},
    {"ERROR", 1, 1, error, "<string>", "Answers with this error."},
    {"HELP", 0, 0, help},
    {"HTSTATS", 1, 1, htstats, "<dbid>", "Counts a database's keys."},
    {"LISTPACK", 1, 1, listpack, "<key>", "Judges whether a value is kept as a listpack."},
    {"LOADAOF", 0, 0, noPersistence, "", "Refused: nothing is kept in files."},
    {"LOG", 1, 1, accepted, "<message>", "Accepted: there is no log."},
    {"OBJECT", 1, 2, object, "<key>", "How a value is kept."},
    {"PAUSE-CRON", 1, 1, accepted, "<0|1>", "Accepted."},
    {"POPULATE", 1, 3, populate, "<count> [<prefix>] [<size>]", "Creates strings key:0, key:1, and so on."},
    {"PROTOCOL", 1, 1, protocol, "<type>", "Answers with a value of a type of the protocol."},
    {"QUICKLIST-PACKED-THRESHOLD", 1, 1, packedThreshold, "<size>", "Judged; every element is kept alike."},
    {"RELOAD", 0, kAny, noPersistence, "[option ...]", "Refused: nothing is kept in files."},
    {"REPLYBUFFER", 2, 2, replybuffer, "<PEAK-RESET-TIME|RESIZING> <value>", "Accepted."},
    {"SET-ACTIVE-EXPIRE", 1, 1, setActiveExpire, "<0|1>", "Whether keys expire that nobody asks for."},
    {"SET-SKIP-CHECKSUM-VALIDATION", 1, 1, accepted, "<0|1>", "Accepted: there are no checksums."},
    {"SLEEP", 1, 1, sleep, "<seconds>", "Holds the server for so long; fractions are allowed."},
};

void help(Call& call)
{
    call.reply().array(2 * std::size(kWords) + 1);
    call.reply().status("DEBUG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:");
    for (const DebugWord& word : kWords) {
        call.reply().status(Bytes(word.name) + (word.arguments.empty() ? "" : " ") + Bytes(word.arguments));
        call.reply().status("    " + Bytes(word.help.empty() ? "Prints this help." : word.help));
    }
}

void debug(Call& call)
{
    const BytesView word = call.nextBytes();
    const auto* known = std::ranges::find_if(kWords, [&](const DebugWord& candidate) {
        return equalsIgnoringCase(candidate.name, word) && call.remaining() >= candidate.fewest
            && call.remaining() <= candidate.most;
    });
    if (known == std::end(kWords))
        return call.fail(
            "ERR unknown subcommand or wrong number of arguments for '" + Bytes(word) + "'. Try DEBUG HELP.");
    known->run(call);
}

constexpr CommandSpec kRows[] = {
    {.name = "debug",
        .arity = -2,
        .flags = Flag::Admin | Flag::NoScript | Flag::Loading | Flag::Stale,
        .group = Group::Server,
        .since = "1.0.0",
        .complexity = "That of the subcommand",
        .summary = "Means for testing clients.",
        .run = debug},
};

} // namespace

std::span<const CommandSpec> debugCommands()
{
    return kRows;
}

} // namespace engine
