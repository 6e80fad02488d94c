// XGROUP: a stream's consumer groups and their consumers.

#include "engine/command/call.h"
#include "engine/command/families.h"
#include "engine/command/help_reply.h"
#include "engine/command/stream_arguments.h"
#include "engine/command/stream_delivery.h"

namespace engine {

namespace {

struct GroupOptions {
    bool makesStream = false;
    std::int64_t entriesRead = StreamGroup::kUnknown;
};

enum class Making { Group, Id };

GroupOptions restAsGroupOptions(Call& call, Making making)
{
    GroupOptions options;
    while (call.more() && !call.failed()) {
        if (making == Making::Group && call.nextIs("mkstream")) {
            options.makesStream = true;
        } else if (call.remaining() > 1 && call.nextIs("entriesread")) {
            options.entriesRead = call.nextInteger();
            call.require(options.entriesRead >= StreamGroup::kUnknown, errors::kEntriesReadNegative);
        } else {
            failForm(call, "XGROUP");
        }
    }
    return options;
}

// "$" is the stream's last id.
StreamId idOf(Call& call, BytesView text, const StreamValue* stream, Making what)
{
    if (text == "$")
        return stream ? stream->lastId() : StreamId();
    // SETID alone takes "-" and "+" too.
    const auto id = what == Making::Id ? parseStreamId(text, 0) : parseStrictStreamId(text);
    call.require(id.has_value(), errors::kInvalidStreamId);
    return id.value_or(StreamId());
}

// The stream of a subcommand that needs one.
const StreamValue* findNeededStream(Call& call, BytesView key)
{
    const StreamValue* stream = call.findStream(key);
    call.require(stream, errors::kXgroupNoKey);
    return stream;
}

const StreamGroup* findNeededGroup(Call& call, const GroupPlace& place)
{
    const StreamValue* stream = findNeededStream(call, place.key);
    const StreamGroup* group = stream ? stream->findGroup(place.group) : nullptr;
    if (!group)
        call.fail(
            "NOGROUP No such consumer group '" + Bytes(place.group) + "' for key name '" + Bytes(place.key) + "'");
    return group;
}

GroupPlace nextPlace(Call& call)
{
    const auto key = call.nextKey();
    return {.key = key, .group = call.nextBytes()};
}

void create(Call& call)
{
    const GroupPlace place = nextPlace(call);
    const BytesView idText = call.nextBytes();
    const GroupOptions options = restAsGroupOptions(call, Making::Group);
    const StreamValue* found = options.makesStream ? call.findStream(place.key) : findNeededStream(call, place.key);
    if (call.failed())
        return;
    StreamGroup group;
    group.lastId = idOf(call, idText, found, Making::Group);
    group.entriesRead = options.entriesRead;
    if (call.failed())
        return;
    if (found && found->findGroup(place.group))
        return call.fail(errors::kBusyGroup);
    const bool fresh = !found;
    call.editStream(place.key).addGroup(place.group, group);
    call.reply().ok();
    if (fresh)
        call.changed(place.key, EventClass::Stream, "xgroup-create");
    else
        call.changedUnwatched(place.key, "xgroup-create");
}

void setid(Call& call)
{
    const GroupPlace place = nextPlace(call);
    const BytesView idText = call.nextBytes();
    const GroupOptions options = restAsGroupOptions(call, Making::Id);
    findNeededGroup(call, place);
    if (call.failed())
        return;
    const StreamId id = idOf(call, idText, call.findStream(place.key), Making::Id);
    if (call.failed())
        return;
    editGroupAt(call, place, [&](StreamGroup& group) {
        group.lastId = id;
        group.entriesRead = options.entriesRead;
    });
    call.reply().ok();
    call.changedUnwatched(place.key, "xgroup-setid");
}

void destroy(Call& call)
{
    const GroupPlace place = nextPlace(call);
    const StreamValue* found = findNeededStream(call, place.key);
    if (call.failed())
        return;
    if (!found->findGroup(place.group))
        return call.reply().integer(0);
    call.editStream(place.key).eraseGroup(place.group);
    call.reply().integer(1);
    call.changedUnwatched(place.key, "xgroup-destroy");
    call.ready(place.key);
}

void createconsumer(Call& call)
{
    const GroupPlace place = nextPlace(call);
    const BytesView consumer = call.nextBytes();
    const StreamGroup* group = findNeededGroup(call, place);
    if (call.failed())
        return;
    if (group->findConsumer(consumer))
        return call.reply().integer(0);
    meetConsumer(call, place, consumer);
    call.reply().integer(1);
}

void delconsumer(Call& call)
{
    const GroupPlace place = nextPlace(call);
    const BytesView consumer = call.nextBytes();
    const StreamGroup* group = findNeededGroup(call, place);
    if (call.failed())
        return;
    if (!group->findConsumer(consumer))
        return call.reply().integer(0);
    std::size_t pending = 0;
    editGroupAt(call, place, [&](StreamGroup& mine) { pending = mine.removeConsumer(consumer); });
    call.reply().integer(static_cast<std::int64_t>(pending));
    call.changedUnwatched(place.key, "xgroup-delconsumer");
}

void help(Call& call)
{
    replyHelp(call, "XGROUP",
        {"CREATE <key> <group> <id|$> [MKSTREAM] [ENTRIESREAD <entries-read>]",
            "    Makes a group that reads on from an id; MKSTREAM makes the stream too.",
            "CREATECONSUMER <key> <group> <consumer>", "    Makes a consumer in a group.",
            "DELCONSUMER <key> <group> <consumer>", "    Removes a consumer and what it has pending.",
            "DESTROY <key> <group>", "    Removes a group.", "SETID <key> <group> <id|$> [ENTRIESREAD <entries-read>]",
            "    Sets from where a group reads on."});
}

constexpr CommandSpec kGroupRows[] = {
    {.name = "create",
        .syntax = "key:key groupname:string (id:string|$:new_id):id [MKSTREAM] [ENTRIESREAD entries_read:integer]",
        .arity = -5,
        .flags = Flag::Write | Flag::DenyOom,
        .acl = Acl::Stream,
        .keys = KeySpec::one(2, KeySpec::RW | KeySpec::Insert),
        .group = Group::Stream,
        .since = "5.0.0",
        .complexity = "O(1)",
        .summary = "Makes a consumer group.",
        .run = create},
    {.name = "createconsumer",
        .syntax = "key:key groupname:string consumername:string",
        .arity = 5,
        .flags = Flag::Write | Flag::DenyOom,
        .acl = Acl::Stream,
        .keys = KeySpec::one(2, KeySpec::RW | KeySpec::Insert),
        .group = Group::Stream,
        .since = "6.2.0",
        .complexity = "O(1)",
        .summary = "Makes a consumer in a group.",
        .run = createconsumer},
    {.name = "delconsumer",
        .syntax = "key:key groupname:string consumername:string",
        .arity = 5,
        .flags = Flag::Write,
        .acl = Acl::Stream,
        .keys = KeySpec::one(2, KeySpec::RW | KeySpec::Delete),
        .group = Group::Stream,
        .since = "5.0.0",
        .complexity = "O(M log N) for M entries pending",
        .summary = "Removes a consumer from a group.",
        .run = delconsumer},
    {.name = "destroy",
        .syntax = "key:key groupname:string",
        .arity = 4,
        .flags = Flag::Write,
        .acl = Acl::Stream,
        .keys = KeySpec::one(2, KeySpec::RW | KeySpec::Delete),
        .group = Group::Stream,
        .since = "5.0.0",
        .complexity = "O(N) in what the group has pending",
        .summary = "Removes a consumer group.",
        .run = destroy},
    {.name = "help",
        .arity = 2,
        .flags = Flag::Loading | Flag::Stale,
        .acl = Acl::Stream,
        .group = Group::Stream,
        .since = "5.0.0",
        .complexity = "O(1)",
        .summary = "Lists the subcommands.",
        .run = help},
    {.name = "setid",
        .syntax = "key:key groupname:string (id:string|$:new_id):id [ENTRIESREAD entries_read:integer]",
        .arity = -5,
        .flags = Flag::Write,
        .acl = Acl::Stream,
        .keys = KeySpec::one(2, KeySpec::RW | KeySpec::Update),
        .group = Group::Stream,
        .since = "5.0.0",
        .complexity = "O(1)",
        .summary = "Sets from where a group reads on.",
        .run = setid},
};

constexpr CommandSpec kRows[] = {
    {.name = "xgroup",
        .arity = -2,
        .group = Group::Stream,
        .since = "5.0.0",
        .complexity = "That of the subcommand",
        .summary = "Consumer groups of streams.",
        .subcommands = kGroupRows},
};

} // namespace

std::span<const CommandSpec> streamGroupCommands()
{
    return kRows;
}

} // namespace engine
