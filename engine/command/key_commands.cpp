// Keys whatever they hold: DEL, RENAME, COPY, KEYS and so on.

#include "engine/base/glob.h"
#include "engine/command/arguments.h"
#include "engine/command/call.h"
#include "engine/command/client_state.h"
#include "engine/command/families.h"

namespace engine {

namespace {

void del(Call& call)
{
    std::int64_t removed = 0;
    for (const BytesView key : call.rest()) {
        // Looked for first: a key whose time has come counts as gone already.
        if (!call.findUntouched(key))
            continue;
        call.erase(key, call.spec().name == "unlink" ? Freeing::Lazy : Freeing::ByUser);
        call.changed(key, EventClass::Generic, "del");
        ++removed;
    }
    call.reply().integer(removed);
}

void exists(Call& call)
{
    std::int64_t found = 0;
    for (const BytesView key : call.rest())
        found += call.findUntouched(key) ? 1 : 0;
    call.reply().integer(found);
}

void touch(Call& call)
{
    std::int64_t found = 0;
    for (const BytesView key : call.rest())
        found += call.find(key) ? 1 : 0;
    call.reply().integer(found);
}

void type(Call& call)
{
    const Entry* entry = call.findUntouched(call.nextKey());
    call.reply().status(entry ? typeName(entry->type()) : "none");
}

bool isExpired(const Call& call, const Entry& entry)
{
    return entry.expiry() && call.now() > *entry.expiry();
}

void keys(Call& call)
{
    const auto pattern = call.nextBytes();
    call.reply().beginArray();
    call.database().forEach([&](const Entry& entry) {
        if (!isExpired(call, entry) && globMatches(pattern, entry.key()))
            call.reply().bulk(entry.key());
        return true;
    });
    call.reply().end();
}

void randomkey(Call& call)
{
    while (call.database().size() > 0) {
        const Bytes key(call.database().random(call.rng())->key());
        if (call.findUntouched(key))
            return call.reply().bulk(key);
        // It had expired and is gone now; another one is drawn.
    }
    call.reply().null();
}

// False when the new name is taken and may not be.
bool renameKey(Call& call, BytesView from, BytesView to, bool replace)
{
    if (call.findUntouched(to)) {
        if (!replace)
            return false;
        call.erase(to);
    }
    call.copyEntry(from, call.databaseIndex(), to);
    call.erase(from);
    call.changed(from, EventClass::Generic, "rename_from", 0);
    call.changed(to, EventClass::Generic, "rename_to");
    return true;
}

void rename(Call& call)
{
    const auto from = call.nextKey();
    const auto to = call.nextKey();
    if (!call.find(from))
        return call.fail(errors::kNoSuchKey);
    if (from != to)
        renameKey(call, from, to, true);
    call.reply().ok();
}

void renamenx(Call& call)
{
    const auto from = call.nextKey();
    const auto to = call.nextKey();
    if (!call.find(from))
        return call.fail(errors::kNoSuchKey);
    call.reply().integer(from != to && renameKey(call, from, to, false) ? 1 : 0);
}

/// Works on another database for as long as it lives.
class InDatabase {
public:
    InDatabase(Call& call, int database) : m_client(call.client()), m_home(m_client.database)
    {
        m_client.database = database;
    }
    ~InDatabase() { m_client.database = m_home; }
    InDatabase(const InDatabase&) = delete;
    InDatabase& operator=(const InDatabase&) = delete;

private:
    ClientState& m_client;
    int m_home;
};

void move(Call& call)
{
    const auto key = call.nextKey();
    const int target = nextDatabase(call);
    if (!call.failed())
        call.require(target != call.databaseIndex(), errors::kSameObject);
    if (call.failed())
        return;
    if (!call.find(key))
        return call.reply().integer(0);
    {
        const InDatabase there(call, target);
        if (call.findUntouched(key))
            return call.reply().integer(0);
    }
    call.copyEntry(key, target, key);
    call.erase(key);
    call.changed(key, EventClass::Generic, "move_from");
    {
        const InDatabase there(call, target);
        call.changed(key, EventClass::Generic, "move_to", 0);
    }
    call.reply().integer(1);
}

void copy(Call& call)
{
    const auto from = call.nextKey();
    const auto to = call.nextKey();
    int target = call.databaseIndex();
    bool replace = false;
    while (call.more() && !call.failed()) {
        if (call.nextIs("replace"))
            replace = true;
        else if (call.remaining() >= 2 && call.nextIs("db"))
            target = nextDatabase(call);
        else
            call.fail(errors::kSyntax);
    }
    if (!call.failed())
        call.require(target != call.databaseIndex() || from != to, errors::kSameObject);
    if (call.failed())
        return;
    if (!call.find(from))
        return call.reply().integer(0);
    {
        const InDatabase there(call, target);
        if (call.find(to)) {
            if (!replace)
                return call.reply().integer(0);
            call.erase(to);
        }
    }
    call.copyEntry(from, target, to);
    const InDatabase there(call, target);
    call.changed(to, EventClass::Generic, "copy_to");
    call.reply().integer(1);
}

constexpr CommandSpec kRows[] = {
    {.name = "copy",
        .syntax = "source:key destination:key [DB destination-db:integer] [REPLACE]",
        .arity = -3,
        .flags = Flag::Write | Flag::DenyOom,
        .acl = Acl::Keyspace,
        .keys = {KeySpec::one(1), KeySpec::one(2, KeySpec::OW | KeySpec::Update)},
        .group = Group::Generic,
        .since = "6.2.0",
        .complexity = "O(1): the value is shared until one of the two changes",
        .summary = "Gives another key the value and the expiry of this one.",
        .run = copy},
    {.name = "del",
        .syntax = "key:key...",
        .arity = -2,
        .flags = Flag::Write,
        .acl = Acl::Keyspace,
        .keys = KeySpec::range(1, -1, 1, KeySpec::RM | KeySpec::Delete),
        .group = Group::Generic,
        .since = "1.0.0",
        .complexity = "O(N) in the number of keys",
        .summary = "Removes keys.",
        .tips = "request_policy:multi_shard response_policy:agg_sum",
        .run = del},
    {.name = "exists",
        .syntax = "key:key...",
        .arity = -2,
        .flags = Flag::ReadOnly | Flag::Fast,
        .acl = Acl::Keyspace,
        .keys = KeySpec::range(1, -1, 1, KeySpec::RO),
        .group = Group::Generic,
        .since = "1.0.0",
        .complexity = "O(N) in the number of keys",
        .summary = "Counts which of the keys are there; one named twice counts twice.",
        .tips = "request_policy:multi_shard response_policy:agg_sum",
        .run = exists},
    {.name = "keys",
        .syntax = "pattern:pattern",
        .arity = 2,
        .flags = Flag::ReadOnly,
        .acl = Acl::Keyspace | Acl::Dangerous,
        .group = Group::Generic,
        .since = "1.0.0",
        .complexity = "O(N) in the number of keys of the database",
        .summary = "Lists the keys whose names match a pattern.",
        .tips = "request_policy:all_shards nondeterministic_output_order",
        .run = keys},
    {.name = "move",
        .syntax = "key:key db:integer",
        .arity = 3,
        .flags = Flag::Write | Flag::Fast,
        .acl = Acl::Keyspace,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Access | KeySpec::Update),
        .group = Group::Generic,
        .since = "1.0.0",
        .complexity = "O(1)",
        .summary = "Moves a key to another database, unless there is one of its name.",
        .run = move},
    {.name = "randomkey",
        .arity = 1,
        .flags = Flag::ReadOnly,
        .acl = Acl::Keyspace,
        .group = Group::Generic,
        .since = "1.0.0",
        .complexity = "O(1)",
        .summary = "Names a key, any of them.",
        .tips = "request_policy:all_shards nondeterministic_output",
        .run = randomkey},
    {.name = "rename",
        .syntax = "key:key newkey:key",
        .arity = 3,
        .flags = Flag::Write,
        .acl = Acl::Keyspace,
        .keys = {KeySpec::one(1, KeySpec::RW | KeySpec::Access | KeySpec::Delete),
            KeySpec::one(2, KeySpec::OW | KeySpec::Update)},
        .group = Group::Generic,
        .since = "1.0.0",
        .complexity = "O(1)",
        .summary = "Gives a key another name, replacing what had it.",
        .run = rename},
    {.name = "renamenx",
        .syntax = "key:key newkey:key",
        .arity = 3,
        .flags = Flag::Write | Flag::Fast,
        .acl = Acl::Keyspace,
        .keys = {KeySpec::one(1, KeySpec::RW | KeySpec::Access | KeySpec::Delete),
            KeySpec::one(2, KeySpec::OW | KeySpec::Insert)},
        .group = Group::Generic,
        .since = "1.0.0",
        .complexity = "O(1)",
        .summary = "Gives a key another name, unless that is taken.",
        .run = renamenx},
    {.name = "touch",
        .syntax = "key:key...",
        .arity = -2,
        .flags = Flag::ReadOnly | Flag::Fast,
        .acl = Acl::Keyspace,
        .keys = KeySpec::range(1, -1, 1, KeySpec::RO),
        .group = Group::Generic,
        .since = "3.2.1",
        .complexity = "O(N) in the number of keys",
        .summary = "Marks keys as just used and counts those that are there.",
        .tips = "request_policy:multi_shard response_policy:agg_sum",
        .run = touch},
    {.name = "type",
        .syntax = "key:key",
        .arity = 2,
        .flags = Flag::ReadOnly | Flag::Fast,
        .acl = Acl::Keyspace,
        .keys = KeySpec::one(1, KeySpec::RO),
        .group = Group::Generic,
        .since = "1.0.0",
        .complexity = "O(1)",
        .summary = "Tells what type of value a key holds.",
        .run = type},
    {.name = "unlink",
        .syntax = "key:key...",
        .arity = -2,
        .flags = Flag::Write | Flag::Fast,
        .acl = Acl::Keyspace,
        .keys = KeySpec::range(1, -1, 1, KeySpec::RM | KeySpec::Delete),
        .group = Group::Generic,
        .since = "4.0.0",
        .complexity = "O(1) a key: large values are freed in the background",
        .summary = "Removes keys.",
        .tips = "request_policy:multi_shard response_policy:agg_sum",
        .run = del},
};

} // namespace

std::span<const CommandSpec> keyCommands()
{
    return kRows;
}

} // namespace engine
