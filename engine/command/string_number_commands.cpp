// Strings as numbers: INCR and its kin.

#include "engine/command/call.h"
#include "engine/command/families.h"

#include <cmath>
#include <limits>

namespace engine {

namespace {

void incrementBy(Call& call, BytesView key, std::int64_t amount)
{
    const auto text = call.findString(key);
    if (call.failed())
        return;
    const auto old = text ? (text->integer() ? text->integer() : parseInteger(text->view())) : 0;
    if (!old)
        return call.fail(errors::kNotAnInteger);
    std::int64_t sum = 0;
    if (__builtin_add_overflow(*old, amount, &sum))
        return call.fail(errors::kOverflow);

    call.setInteger(key, sum);
    call.changed(key, EventClass::String, "incrby");
    call.reply().integer(sum);
}

void incr(Call& call)
{
    incrementBy(call, call.nextKey(), 1);
}

void decr(Call& call)
{
    incrementBy(call, call.nextKey(), -1);
}

void incrby(Call& call)
{
    const auto key = call.nextKey();
    const auto amount = call.nextInteger();
    incrementBy(call, key, amount);
}

void decrby(Call& call)
{
    const auto key = call.nextKey();
    const auto amount = call.nextInteger();
    // The one amount whose negative is no 64-bit integer.
    call.require(amount != std::numeric_limits<std::int64_t>::min(), errors::kDecrementOverflow);
    if (!call.failed())
        incrementBy(call, key, -amount);
}

void incrbyfloat(Call& call)
{
    const auto key = call.nextKey();
    const auto amountText = call.nextBytes();
    const auto text = call.findString(key);
    if (call.failed())
        return;
    const auto old = text ? parseLongDouble(text->view()) : 0.0L;
    const auto amount = parseLongDouble(amountText);
    if (!old || !amount)
        return call.fail(errors::kNotAFloat);
    const long double sum = *old + *amount;
    if (std::isnan(sum) || std::isinf(sum))
        return call.fail(errors::kNotFinite);

    const Bytes digits = formatLongDouble(sum);
    call.setText(key, digits, Expiry::Keep);
    call.changed(key, EventClass::String, "incrbyfloat");
    // The sum, not the amount: whoever repeats it may round otherwise.
    call.propagateAs({"SET", key, digits, "KEEPTTL"});
    call.reply().bulk(digits);
}

constexpr CommandSpec kRows[] = {
    {.name = "decr",
        .syntax = "key:key",
        .arity = 2,
        .flags = Flag::Write | Flag::DenyOom | Flag::Fast,
        .acl = Acl::String,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Access | KeySpec::Update),
        .group = Group::String,
        .since = "1.0.0",
        .complexity = "O(1)",
        .summary = "Takes one from the integer that a key holds.",
        .run = decr},
    {.name = "decrby",
        .syntax = "key:key decrement:integer",
        .arity = 3,
        .flags = Flag::Write | Flag::DenyOom | Flag::Fast,
        .acl = Acl::String,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Access | KeySpec::Update),
        .group = Group::String,
        .since = "1.0.0",
        .complexity = "O(1)",
        .summary = "Takes an amount from the integer that a key holds.",
        .run = decrby},
    {.name = "incr",
        .syntax = "key:key",
        .arity = 2,
        .flags = Flag::Write | Flag::DenyOom | Flag::Fast,
        .acl = Acl::String,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Access | KeySpec::Update),
        .group = Group::String,
        .since = "1.0.0",
        .complexity = "O(1)",
        .summary = "Adds one to the integer that a key holds.",
        .run = incr},
    {.name = "incrby",
        .syntax = "key:key increment:integer",
        .arity = 3,
        .flags = Flag::Write | Flag::DenyOom | Flag::Fast,
        .acl = Acl::String,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Access | KeySpec::Update),
        .group = Group::String,
        .since = "1.0.0",
        .complexity = "O(1)",
        .summary = "Adds an amount to the integer that a key holds.",
        .run = incrby},
    {.name = "incrbyfloat",
        .syntax = "key:key increment:double",
        .arity = 3,
        .flags = Flag::Write | Flag::DenyOom | Flag::Fast,
        .acl = Acl::String,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Access | KeySpec::Update),
        .group = Group::String,
        .since = "2.6.0",
        .complexity = "O(1)",
        .summary = "Adds an amount, which may have a fraction, to the number that a key holds.",
        .run = incrbyfloat},
};

} // namespace

std::span<const CommandSpec> stringNumberCommands()
{
    return kRows;
}

} // namespace engine
