#include "engine/command/expiry_argument.h"

#include "engine/command/command.h"

#include <limits>

namespace engine {

namespace {

using Kind = ExpiryOption::Kind;

struct ExpiryWord {
    BytesView word;
    Kind kind;
    TimeForm form;
};

constexpr ExpiryWord kWords[] = {
    {"ex", Kind::Ex, {TimeUnit::Seconds, TimeBase::FromNow}},
    {"px", Kind::Px, {TimeUnit::Milliseconds, TimeBase::FromNow}},
    {"exat", Kind::ExAt, {TimeUnit::Seconds, TimeBase::SinceEpoch}},
    {"pxat", Kind::PxAt, {TimeUnit::Milliseconds, TimeBase::SinceEpoch}},
};

void failExpiry(Call& call)
{
    call.fail("ERR invalid expire time in '" + Bytes(call.spec().name) + "' command");
}

} // namespace

UnixMs readClock(Call& call)
{
    return call.context().clock.now().ms();
}

UnixMs expiryMoment(Call& call, std::int64_t amount, TimeForm form)
{
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
    constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
    if (call.failed())
        return {};
    if (form.unit == TimeUnit::Seconds) {
        if (amount > kMost / 1000 || amount < kLeast / 1000) {
            failExpiry(call);
            return {};
        }
        amount *= 1000;
    }
    if (form.base == TimeBase::SinceEpoch)
        return {amount};
    const std::int64_t now = readClock(call).value;
    if (amount > kMost - now) {
        failExpiry(call);
        return {};
    }
    return {amount + now};
}

UnixMs positiveExpiryMoment(Call& call, BytesView amount, TimeForm form)
{
    const auto value = parseInteger(amount);
    if (!value)
        call.fail(errors::kNotAnInteger);
    else if (*value <= 0)
        failExpiry(call);
    return expiryMoment(call, value.value_or(0), form);
}

TimeForm ExpiryOption::form() const
{
    for (const ExpiryWord& row : kWords) {
        if (row.kind == kind)
            return row.form;
    }
    return {};
}

bool takeExpiryTime(Call& call, ExpiryOption& option)
{
    for (const ExpiryWord& row : kWords) {
        const bool allowed = option.kind == Kind::None || option.kind == row.kind;
        if (!allowed || call.remaining() < 2 || !call.nextIs(row.word))
            continue;
        option = {row.kind, call.nextBytes()};
        return true;
    }
    return false;
}

bool takeExpiryWord(Call& call, BytesView word, Kind kind, ExpiryOption& option)
{
    if ((option.kind != Kind::None && option.kind != kind) || !call.nextIs(word))
        return false;
    option.kind = kind;
    return true;
}

} // namespace engine
