// XREAD and XREADGROUP: entries past those that the reader, or its group, has had.

#include "engine/command/families.h"
#include "engine/command/stream_read.h"

namespace engine {

namespace {

void readOrWait(Call& call, const StreamRead& read)
{
    if (call.failed() || serveStreamRead(call, read))
        return;
    if (!read.blocks || !waitForStreams(call, read))
        call.reply().nullArray();
}

void xread(Call& call)
{
    const StreamRead read = readStreamArguments(call);
    readOrWait(call, read);
}

// What it does to the group is propagated as it is done.
void xreadgroup(Call& call)
{
    const StreamRead read = readStreamArguments(call);
    call.propagateNothing();
    readOrWait(call, read);
}

// From the keyword STREAMS on, keys and then as many ids.
constexpr KeySpec behindStreams(int lookFrom)
{
    return {.use = KeySpec::RO | KeySpec::Access, .begin = lookFrom, .keyword = "STREAMS", .last = -1, .limit = 2};
}

// Behind the first STREAMS among the options, where half of the words that follow can be keys.
std::vector<std::size_t> keysBehindOptions(Argv argv)
{
    std::size_t at = 1;
    for (; at < argv.size() && !equalsIgnoringCase(argv[at], "STREAMS"); ++at) {
        if (equalsIgnoringCase(argv[at], "GROUP"))
            at += 2;
        else if (equalsIgnoringCase(argv[at], "BLOCK") || equalsIgnoringCase(argv[at], "COUNT"))
            at += 1;
        else if (!equalsIgnoringCase(argv[at], "NOACK"))
            return {};
    }
    std::vector<std::size_t> keys;
    const std::size_t behind = at + 1 < argv.size() ? argv.size() - at - 1 : 0;
    for (std::size_t i = 0; behind % 2 == 0 && i < behind / 2; ++i)
        keys.push_back(at + 1 + i);
    return keys;
}

constexpr CommandSpec kRows[] = {
    {.name = "xread",
        .syntax = "[COUNT count:integer] [BLOCK milliseconds:integer] STREAMS (key:key... id:string...):streams",
        .arity = -4,
        .flags = Flag::ReadOnly | Flag::Blocking | Flag::MovableKeys,
        .acl = Acl::Stream,
        .keys = behindStreams(1),
        .group = Group::Stream,
        .since = "5.0.0",
        .complexity = "O(M) for M entries answered, for each stream",
        .summary = "Answers with the entries of streams past given ids.",
        .keysOtherwise = keysBehindOptions,
        .run = xread},
    {.name = "xreadgroup",
        .syntax = "GROUP (group:string consumer:string):group_consumer [COUNT count:integer] "
                  "[BLOCK milliseconds:integer] [NOACK] STREAMS (key:key... id:string...):streams",
        .arity = -7,
        .flags = Flag::Write | Flag::Blocking | Flag::MovableKeys,
        .acl = Acl::Stream,
        .keys = behindStreams(4),
        .group = Group::Stream,
        .since = "5.0.0",
        .complexity = "O(M log N) for M entries delivered, for each stream",
        .summary = "Delivers entries of streams to a consumer of a group.",
        .keysOtherwise = keysBehindOptions,
        .run = xreadgroup},
};

} // namespace

std::span<const CommandSpec> streamReadCommands()
{
    return kRows;
}

} // namespace engine
