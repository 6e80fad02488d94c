// Hashes: fields set, read, counted and removed. (HSCAN and HRANDFIELD: hash_walk_commands.cpp.)

#include "engine/command/arguments.h"
#include "engine/command/call.h"
#include "engine/command/families.h"

#include <algorithm>
#include <cmath>

namespace engine {

namespace {

void replyValue(Call& call, const HashValue* hash, BytesView field)
{
    const auto value = hash ? hash->find(field) : std::nullopt;
    if (value)
        call.reply().bulk(*value);
    else
        call.reply().null();
}

void hget(Call& call)
{
    const HashValue* hash = call.findHash(call.nextKey());
    if (!call.failed())
        replyValue(call, hash, call.nextBytes());
}

void hmget(Call& call)
{
    const HashValue* hash = call.findHash(call.nextKey());
    if (call.failed())
        return;
    call.reply().array(call.remaining());
    for (const BytesView field : call.rest())
        replyValue(call, hash, field);
}

void hexists(Call& call)
{
    const HashValue* hash = call.findHash(call.nextKey());
    if (!call.failed())
        call.reply().integer(hash && hash->find(call.nextBytes()) ? 1 : 0);
}

void hstrlen(Call& call)
{
    const HashValue* hash = call.findHash(call.nextKey());
    if (call.failed())
        return;
    const auto value = hash ? hash->find(call.nextBytes()) : std::nullopt;
    call.reply().integer(value ? static_cast<std::int64_t>(value->size()) : 0);
}

void hlen(Call& call)
{
    const HashValue* hash = call.findHash(call.nextKey());
    if (!call.failed())
        call.reply().integer(hash ? static_cast<std::int64_t>(hash->size()) : 0);
}

void hgetall(Call& call)
{
    const HashValue* hash = call.findHash(call.nextKey());
    if (call.failed())
        return;
    call.reply().map(hash ? hash->size() : 0);
    if (!hash)
        return;
    hash->forEach([&](BytesView field, BytesView value) {
        call.reply().bulk(field);
        call.reply().bulk(value);
        return true;
    });
}

enum class Half { Field, Value };

void replyHalves(Call& call, Half half)
{
    const HashValue* hash = call.findHash(call.nextKey());
    if (call.failed())
        return;
    call.reply().array(hash ? hash->size() : 0);
    if (!hash)
        return;
    hash->forEach([&](BytesView field, BytesView value) {
        call.reply().bulk(half == Half::Field ? field : value);
        return true;
    });
}

void hkeys(Call& call)
{
    replyHalves(call, Half::Field);
}

void hvals(Call& call)
{
    replyHalves(call, Half::Value);
}

// How many of the fields are new; nothing when the call has failed.
std::optional<std::int64_t> setFields(Call& call)
{
    const auto key = call.nextKey();
    const Argv pairs = call.rest();
    if (pairs.size() % 2 != 0)
        failArity(call);
    call.findHash(key);
    if (call.failed())
        return std::nullopt;

    HashValue& hash = call.editHash(key);
    std::int64_t added = 0;
    for (std::size_t i = 0; i < pairs.size(); i += 2)
        added += hash.set(pairs[i], pairs[i + 1], call.limits()) ? 1 : 0;
    call.changed(key, EventClass::Hash, "hset", pairs.size() / 2);
    return added;
}

void hset(Call& call)
{
    if (const auto added = setFields(call))
        call.reply().integer(*added);
}

void hmset(Call& call)
{
    if (setFields(call))
        call.reply().ok();
}

void hsetnx(Call& call)
{
    const auto key = call.nextKey();
    const auto field = call.nextBytes();
    const auto value = call.nextBytes();
    const HashValue* found = call.findHash(key);
    if (call.failed())
        return;
    if (found && found->find(field))
        return call.reply().integer(0);

    call.editHash(key).set(field, value, call.limits());
    call.changed(key, EventClass::Hash, "hset");
    call.reply().integer(1);
}

void hdel(Call& call)
{
    const auto key = call.nextKey();
    const Argv fields = call.rest();
    const HashValue* found = call.findHash(key);
    if (call.failed())
        return;
    // Nothing is written, and no path of a snapshot copied, when there is nothing to remove.
    const bool any =
        found && std::ranges::any_of(fields, [&](BytesView field) { return found->find(field).has_value(); });
    if (!any)
        return call.reply().integer(0);

    HashValue& hash = call.editHash(key);
    std::int64_t removed = 0;
    for (const BytesView field : fields)
        removed += hash.erase(field) ? 1 : 0;
    call.changed(key, EventClass::Hash, "hdel", static_cast<std::uint64_t>(removed));
    call.eraseIfEmpty(key);
    call.reply().integer(removed);
}

void hincrby(Call& call)
{
    const auto key = call.nextKey();
    const auto field = call.nextBytes();
    const auto amount = call.nextInteger();
    const HashValue* found = call.findHash(key);
    if (call.failed())
        return;
    const auto text = found ? found->find(field) : std::nullopt;
    const std::optional<std::int64_t> old = text ? parseInteger(*text) : 0;
    if (!old)
        return call.fail(errors::kHashNotAnInteger);
    std::int64_t sum = 0;
    if (__builtin_add_overflow(*old, amount, &sum))
        return call.fail(errors::kOverflow);

    call.editHash(key).set(field, IntegerText(sum).view(), call.limits());
    call.changed(key, EventClass::Hash, "hincrby");
    call.reply().integer(sum);
}

void hincrbyfloat(Call& call)
{
    const auto key = call.nextKey();
    const auto field = call.nextBytes();
    const auto amount = parseLongDouble(call.nextBytes());
    if (!amount)
        return call.fail(errors::kNotAFloat);
    if (std::isinf(*amount))
        return call.fail(errors::kNaNOrInfinity);
    const HashValue* found = call.findHash(key);
    if (call.failed())
        return;
    const auto text = found ? found->find(field) : std::nullopt;
    const std::optional<long double> old = text ? parseLongDouble(*text) : 0.0L;
    if (!old)
        return call.fail(errors::kHashNotAFloat);
    const long double sum = *old + *amount;
    if (std::isnan(sum) || std::isinf(sum))
        return call.fail(errors::kNotFinite);

    const Bytes digits = formatLongDouble(sum);
    call.editHash(key).set(field, digits, call.limits());
    call.changed(key, EventClass::Hash, "hincrbyfloat");
    // The sum, not the amount: whoever repeats it may round otherwise.
    call.propagateAs({"HSET", key, field, digits});
    call.reply().bulk(digits);
}

constexpr CommandSpec kRows[] = {
    {.name = "hdel",
        .syntax = "key:key field:string...",
        .arity = -3,
        .flags = Flag::Write | Flag::Fast,
        .acl = Acl::Hash,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Delete),
        .group = Group::Hash,
        .since = "2.0.0",
        .complexity = "O(N) in the fields named",
        .summary = "Removes fields from a hash.",
        .run = hdel},
    {.name = "hexists",
        .syntax = "key:key field:string",
        .arity = 3,
        .flags = Flag::ReadOnly | Flag::Fast,
        .acl = Acl::Hash,
        .keys = KeySpec::one(1, KeySpec::RO),
        .group = Group::Hash,
        .since = "2.0.0",
        .complexity = "O(1)",
        .summary = "Tells whether a hash has a field.",
        .run = hexists},
    {.name = "hget",
        .syntax = "key:key field:string",
        .arity = 3,
        .flags = Flag::ReadOnly | Flag::Fast,
        .acl = Acl::Hash,
        .keys = KeySpec::one(1),
        .group = Group::Hash,
        .since = "2.0.0",
        .complexity = "O(1)",
        .summary = "Gives the value of a field.",
        .run = hget},
    {.name = "hgetall",
        .syntax = "key:key",
        .arity = 2,
        .flags = Flag::ReadOnly,
        .acl = Acl::Hash,
        .keys = KeySpec::one(1),
        .group = Group::Hash,
        .since = "2.0.0",
        .complexity = "O(N) in the size of the hash",
        .summary = "Gives all fields with their values.",
        .tips = "nondeterministic_output_order",
        .run = hgetall},
    {.name = "hincrby",
        .syntax = "key:key field:string increment:integer",
        .arity = 4,
        .flags = Flag::Write | Flag::DenyOom | Flag::Fast,
        .acl = Acl::Hash,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Access | KeySpec::Update),
        .group = Group::Hash,
        .since = "2.0.0",
        .complexity = "O(1)",
        .summary = "Adds an amount to the integer in a field.",
        .run = hincrby},
    {.name = "hincrbyfloat",
        .syntax = "key:key field:string increment:double",
        .arity = 4,
        .flags = Flag::Write | Flag::DenyOom | Flag::Fast,
        .acl = Acl::Hash,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Access | KeySpec::Update),
        .group = Group::Hash,
        .since = "2.6.0",
        .complexity = "O(1)",
        .summary = "Adds an amount, which may have a fraction, to the number in a field.",
        .run = hincrbyfloat},
    {.name = "hkeys",
        .syntax = "key:key",
        .arity = 2,
        .flags = Flag::ReadOnly,
        .acl = Acl::Hash,
        .keys = KeySpec::one(1),
        .group = Group::Hash,
        .since = "2.0.0",
        .complexity = "O(N) in the size of the hash",
        .summary = "Lists all fields.",
        .tips = "nondeterministic_output_order",
        .run = hkeys},
    {.name = "hlen",
        .syntax = "key:key",
        .arity = 2,
        .flags = Flag::ReadOnly | Flag::Fast,
        .acl = Acl::Hash,
        .keys = KeySpec::one(1, KeySpec::RO),
        .group = Group::Hash,
        .since = "2.0.0",
        .complexity = "O(1)",
        .summary = "Tells how many fields a hash has.",
        .run = hlen},
    {.name = "hmget",
        .syntax = "key:key field:string...",
        .arity = -3,
        .flags = Flag::ReadOnly | Flag::Fast,
        .acl = Acl::Hash,
        .keys = KeySpec::one(1),
        .group = Group::Hash,
        .since = "2.0.0",
        .complexity = "O(N) in the fields named",
        .summary = "Gives the values of several fields.",
        .run = hmget},
    {.name = "hmset",
        .syntax = "key:key (field:string value:string):field_value...",
        .arity = -4,
        .flags = Flag::Write | Flag::DenyOom | Flag::Fast,
        .acl = Acl::Hash,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Update),
        .group = Group::Hash,
        .since = "2.0.0",
        .complexity = "O(N) in the fields set",
        .summary = "Sets fields of a hash; the older form of HSET.",
        .run = hmset},
    {.name = "hset",
        .syntax = "key:key (field:string value:string):field_value...",
        .arity = -4,
        .flags = Flag::Write | Flag::DenyOom | Flag::Fast,
        .acl = Acl::Hash,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Update),
        .group = Group::Hash,
        .since = "2.0.0",
        .complexity = "O(N) in the fields set",
        .summary = "Sets fields of a hash and counts those that are new.",
        .run = hset},
    {.name = "hsetnx",
        .syntax = "key:key field:string value:string",
        .arity = 4,
        .flags = Flag::Write | Flag::DenyOom | Flag::Fast,
        .acl = Acl::Hash,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Insert),
        .group = Group::Hash,
        .since = "2.0.0",
        .complexity = "O(1)",
        .summary = "Sets a field where there is none of its name yet.",
        .run = hsetnx},
    {.name = "hstrlen",
        .syntax = "key:key field:string",
        .arity = 3,
        .flags = Flag::ReadOnly | Flag::Fast,
        .acl = Acl::Hash,
        .keys = KeySpec::one(1, KeySpec::RO),
        .group = Group::Hash,
        .since = "3.2.0",
        .complexity = "O(1)",
        .summary = "Tells how long the value of a field is, in bytes.",
        .run = hstrlen},
    {.name = "hvals",
        .syntax = "key:key",
        .arity = 2,
        .flags = Flag::ReadOnly,
        .acl = Acl::Hash,
        .keys = KeySpec::one(1),
        .group = Group::Hash,
        .since = "2.0.0",
        .complexity = "O(N) in the size of the hash",
        .summary = "Lists all values.",
        .tips = "nondeterministic_output_order",
        .run = hvals},
};

} // namespace

std::span<const CommandSpec> hashCommands()
{
    return kRows;
}

} // namespace engine
