#include "engine/command/arguments.h"

#include "engine/command/command.h"

#include <cmath>
#include <limits>

namespace engine {

void failArity(Call& call)
{
    call.fail("ERR wrong number of arguments for '" + Bytes(call.spec().name) + "' command");
}

std::int64_t nextCount(Call& call)
{
    return call.nextIntegerIn(0, std::numeric_limits<std::int64_t>::max(), errors::kNotPositive, errors::kNotPositive);
}

std::int64_t nextBounded(Call& call, std::int64_t low, std::int64_t high)
{
    const std::int64_t value = call.nextInteger();
    if (call.failed())
        return 0;
    if (value >= low && value <= high)
        return value;
    call.fail("ERR value is out of range, value must between " + std::to_string(low) + " and " + std::to_string(high));
    return 0;
}

std::size_t nextNumkeys(Call& call)
{
    return static_cast<std::size_t>(call.nextIntegerIn(
        1, std::numeric_limits<std::int64_t>::max(), errors::kNumkeysNotPositive, errors::kNumkeysNotPositive));
}

Argv nextCountedKeys(Call& call)
{
    const std::size_t numkeys = nextNumkeys(call);
    if (!call.failed())
        call.require(numkeys < call.remaining(), errors::kSyntax);
    return call.failed() ? Argv() : call.take(numkeys);
}

namespace {

// A moment past all that can be told is never.
std::optional<UnixMs> deadline(Call& call, std::int64_t milliseconds)
{
    call.require(milliseconds >= 0, errors::kTimeoutNegative);
    std::int64_t until = 0;
    if (milliseconds <= 0 || __builtin_add_overflow(call.now().value, milliseconds, &until))
        return std::nullopt;
    return UnixMs{until};
}

} // namespace

std::optional<UnixMs> timeoutSeconds(Call& call, BytesView text)
{
    if (call.failed())
        return std::nullopt;
    const auto seconds = parseLongDouble(text);
    call.require(seconds.has_value(), errors::kTimeoutNotAFloat);
    if (!seconds)
        return std::nullopt;
    // What does not fit counts as negative, as Redis has it.
    constexpr long double kTooLong = 9223372036854775808.0L;
    const long double milliseconds = std::ceil(*seconds * 1000);
    const bool fits = milliseconds < kTooLong && milliseconds >= -kTooLong;
    return deadline(call, fits ? static_cast<std::int64_t>(milliseconds) : -1);
}

std::optional<UnixMs> nextTimeoutSeconds(Call& call)
{
    return timeoutSeconds(call, call.nextBytes());
}

std::optional<UnixMs> timeoutMilliseconds(Call& call, BytesView text)
{
    if (call.failed())
        return std::nullopt;
    const auto milliseconds = parseInteger(text);
    call.require(milliseconds.has_value(), errors::kTimeoutNotAnInteger);
    return call.failed() ? std::nullopt : deadline(call, *milliseconds);
}

std::optional<UnixMs> nextTimeoutMilliseconds(Call& call)
{
    return timeoutMilliseconds(call, call.nextBytes());
}

std::int64_t nextPopCount(Call& call)
{
    std::int64_t count = 1;
    if (!call.failed() && call.remaining() >= 2 && call.nextIs("count"))
        count = call.nextIntegerIn(
            1, std::numeric_limits<std::int64_t>::max(), errors::kCountNotPositive, errors::kCountNotPositive);
    call.require(!call.more(), errors::kSyntax);
    return count;
}

End nextEnd(Call& call)
{
    if (call.nextIs("left"))
        return End::Front;
    if (!call.nextIs("right"))
        call.fail(errors::kSyntax);
    return End::Back;
}

int nextDatabase(Call& call)
{
    const std::int64_t index = nextBounded(call, std::numeric_limits<int>::min(), std::numeric_limits<int>::max());
    const auto count = static_cast<std::int64_t>(call.context().data.databaseCount());
    if (!call.failed())
        call.require(index >= 0 && index < count, errors::kInvalidDbIndex);
    return call.failed() ? 0 : static_cast<int>(index);
}

} // namespace engine
