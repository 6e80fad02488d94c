// Expiry: EXPIRE and its kin, and how long a key has left.

#include "engine/command/call.h"
#include "engine/command/command.h"
#include "engine/command/expiry_argument.h"
#include "engine/command/families.h"

#include <vector>

namespace engine {

namespace {

struct ExpireConditions {
    bool ifNone = false; // NX
    bool ifAny = false; // XX
    bool ifLater = false; // GT
    bool ifSooner = false; // LT
};

ExpireConditions nextConditions(Call& call)
{
    ExpireConditions conditions;
    while (call.more() && !call.failed()) {
        if (call.nextIs("nx"))
            conditions.ifNone = true;
        else if (call.nextIs("xx"))
            conditions.ifAny = true;
        else if (call.nextIs("gt"))
            conditions.ifLater = true;
        else if (call.nextIs("lt"))
            conditions.ifSooner = true;
        else
            // The text ends at a zero byte there.
            call.fail("ERR Unsupported option " + Bytes(call.peek().substr(0, call.peek().find('\0'))));
    }
    if (conditions.ifNone && (conditions.ifAny || conditions.ifLater || conditions.ifSooner))
        call.fail(errors::kExpireNxWithOthers);
    else if (conditions.ifLater && conditions.ifSooner)
        call.fail(errors::kExpireGtWithLt);
    return conditions;
}

// A key without expiry lives forever: nothing is later than that, anything sooner.
bool applies(const ExpireConditions& conditions, std::optional<UnixMs> current, UnixMs wanted)
{
    if (conditions.ifNone && current)
        return false;
    if (conditions.ifAny && !current)
        return false;
    if (conditions.ifLater && (!current || wanted <= *current))
        return false;
    return !(conditions.ifSooner && current && wanted >= *current);
}

void expireAt(Call& call, BytesView key, UnixMs moment)
{
    if (moment <= readClock(call)) {
        call.erase(key);
        call.changed(key, EventClass::Generic, "del");
        return call.propagateAs({"DEL", key});
    }
    call.setExpiry(key, moment);
    call.changed(key, EventClass::Generic, "expire");
    if (!call.isHeard())
        return;
    const IntegerText digits(moment.value);
    std::vector<BytesView> words(call.argv().begin(), call.argv().end());
    if (call.spec().name != "pexpireat")
        words[0] = "PEXPIREAT";
    words[2] = digits.view();
    call.propagateAs(words);
}

void expireIn(Call& call, TimeForm form)
{
    const auto key = call.nextKey();
    const auto amountText = call.nextBytes();
    const ExpireConditions conditions = nextConditions(call);
    const auto amount = parseInteger(amountText);
    if (!amount)
        call.fail(errors::kNotAnInteger);
    const UnixMs moment = expiryMoment(call, amount.value_or(0), form);
    if (call.failed())
        return;
    const Entry* entry = call.find(key);
    if (!entry || !applies(conditions, entry->expiry(), moment))
        return call.reply().integer(0);
    expireAt(call, key, moment);
    call.reply().integer(1);
}

void expire(Call& call)
{
    expireIn(call, {TimeUnit::Seconds, TimeBase::FromNow});
}

void expireat(Call& call)
{
    expireIn(call, {TimeUnit::Seconds, TimeBase::SinceEpoch});
}

void pexpire(Call& call)
{
    expireIn(call, {TimeUnit::Milliseconds, TimeBase::FromNow});
}

void pexpireat(Call& call)
{
    expireIn(call, {TimeUnit::Milliseconds, TimeBase::SinceEpoch});
}

void persist(Call& call)
{
    const auto key = call.nextKey();
    const Entry* entry = call.find(key);
    if (!entry || !entry->expiry())
        return call.reply().integer(0);
    call.setExpiry(key, std::nullopt);
    call.changed(key, EventClass::Generic, "persist");
    call.reply().integer(1);
}

// -2: no such key; -1: it never expires.
void replyExpiry(Call& call, TimeForm form)
{
    const Entry* entry = call.findUntouched(call.nextKey());
    if (!entry || !entry->expiry())
        return call.reply().integer(entry ? -1 : -2);
    std::int64_t answer = entry->expiry()->value;
    if (form.base == TimeBase::FromNow)
        answer = std::max<std::int64_t>(answer - readClock(call).value, 0);
    call.reply().integer(form.unit == TimeUnit::Seconds ? (answer + 500) / 1000 : answer);
}

void ttl(Call& call)
{
    replyExpiry(call, {TimeUnit::Seconds, TimeBase::FromNow});
}

void pttl(Call& call)
{
    replyExpiry(call, {TimeUnit::Milliseconds, TimeBase::FromNow});
}

void expiretime(Call& call)
{
    replyExpiry(call, {TimeUnit::Seconds, TimeBase::SinceEpoch});
}

void pexpiretime(Call& call)
{
    replyExpiry(call, {TimeUnit::Milliseconds, TimeBase::SinceEpoch});
}

constexpr CommandSpec kRows[] = {
    {.name = "expire",
        .syntax = "key:key seconds:integer [NX|XX|GT|LT]:condition",
        .arity = -3,
        .flags = Flag::Write | Flag::Fast,
        .acl = Acl::Keyspace,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Update),
        .group = Group::Generic,
        .since = "1.0.0",
        .complexity = "O(1)",
        .summary = "Lets a key expire after so many seconds.",
        .run = expire},
    {.name = "expireat",
        .syntax = "key:key unix-time-seconds:unix-time [NX|XX|GT|LT]:condition",
        .arity = -3,
        .flags = Flag::Write | Flag::Fast,
        .acl = Acl::Keyspace,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Update),
        .group = Group::Generic,
        .since = "1.2.0",
        .complexity = "O(1)",
        .summary = "Lets a key expire at a moment given in seconds since 1970.",
        .run = expireat},
    {.name = "expiretime",
        .syntax = "key:key",
        .arity = 2,
        .flags = Flag::ReadOnly | Flag::Fast,
        .acl = Acl::Keyspace,
        .keys = KeySpec::one(1),
        .group = Group::Generic,
        .since = "7.0.0",
        .complexity = "O(1)",
        .summary = "Tells when a key expires, in seconds since 1970.",
        .run = expiretime},
    {.name = "persist",
        .syntax = "key:key",
        .arity = 2,
        .flags = Flag::Write | Flag::Fast,
        .acl = Acl::Keyspace,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Update),
        .group = Group::Generic,
        .since = "2.2.0",
        .complexity = "O(1)",
        .summary = "Lifts the expiry of a key.",
        .run = persist},
    {.name = "pexpire",
        .syntax = "key:key milliseconds:integer [NX|XX|GT|LT]:condition",
        .arity = -3,
        .flags = Flag::Write | Flag::Fast,
        .acl = Acl::Keyspace,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Update),
        .group = Group::Generic,
        .since = "2.6.0",
        .complexity = "O(1)",
        .summary = "Lets a key expire after so many milliseconds.",
        .run = pexpire},
    {.name = "pexpireat",
        .syntax = "key:key unix-time-milliseconds:unix-time [NX|XX|GT|LT]:condition",
        .arity = -3,
        .flags = Flag::Write | Flag::Fast,
        .acl = Acl::Keyspace,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Update),
        .group = Group::Generic,
        .since = "2.6.0",
        .complexity = "O(1)",
        .summary = "Lets a key expire at a moment given in milliseconds since 1970.",
        .run = pexpireat},
    {.name = "pexpiretime",
        .syntax = "key:key",
        .arity = 2,
        .flags = Flag::ReadOnly | Flag::Fast,
        .acl = Acl::Keyspace,
        .keys = KeySpec::one(1),
        .group = Group::Generic,
        .since = "7.0.0",
        .complexity = "O(1)",
        .summary = "Tells when a key expires, in milliseconds since 1970.",
        .run = pexpiretime},
    {.name = "pttl",
        .syntax = "key:key",
        .arity = 2,
        .flags = Flag::ReadOnly | Flag::Fast,
        .acl = Acl::Keyspace,
        .keys = KeySpec::one(1),
        .group = Group::Generic,
        .since = "2.6.0",
        .complexity = "O(1)",
        .summary = "Tells how many milliseconds a key has left.",
        .tips = "nondeterministic_output",
        .run = pttl},
    {.name = "ttl",
        .syntax = "key:key",
        .arity = 2,
        .flags = Flag::ReadOnly | Flag::Fast,
        .acl = Acl::Keyspace,
        .keys = KeySpec::one(1),
        .group = Group::Generic,
        .since = "1.0.0",
        .complexity = "O(1)",
        .summary = "Tells how many seconds a key has left.",
        .tips = "nondeterministic_output",
        .run = ttl},
};

} // namespace

std::span<const CommandSpec> expireCommands()
{
    return kRows;
}

} // namespace engine
