// SCAN: a walk over the keys in steps, which writes in between do not disturb.

#include "engine/command/families.h"
#include "engine/command/scan_arguments.h"

namespace engine {

namespace {

void scan(Call& call)
{
    const std::uint64_t cursor = nextScanCursor(call);
    const ScanOptions options = nextScanOptions(call, ScanOf::Database);
    if (call.failed())
        return;
    std::vector<Bytes> found;
    std::vector<Bytes> expired;
    const std::uint64_t next = call.database().scan(cursor, options.count, [&](const Entry& entry) {
        if (!options.wants(entry.key()))
            return;
        if (options.type && !equalsIgnoringCase(*options.type, typeName(entry.type())))
            return;
        if (entry.expiry() && call.now() > *entry.expiry())
            expired.emplace_back(entry.key());
        else
            found.emplace_back(entry.key());
    });
    // Looking for a key removes it when its time has come; not before the walk is over.
    for (const Bytes& key : expired)
        call.findUntouched(key);
    replyScan(call, next, found);
}

constexpr CommandSpec kRows[] = {
    {.name = "scan",
        .syntax = "cursor:integer [MATCH pattern:pattern] [COUNT count:integer] [TYPE type:string]",
        .arity = -2,
        .flags = Flag::ReadOnly,
        .acl = Acl::Keyspace,
        .group = Group::Generic,
        .since = "2.8.0",
        .complexity = "O(1) a step, O(N) for a whole walk",
        .summary = "Walks over the keys of the database in steps.",
        .tips = "nondeterministic_output request_policy:special",
        .run = scan},
};

} // namespace

std::span<const CommandSpec> scanCommands()
{
    return kRows;
}

} // namespace engine
