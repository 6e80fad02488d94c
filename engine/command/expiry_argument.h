#pragma once

// Times to live as commands give them: in seconds or milliseconds, from now or since 1970.

#include "engine/command/call.h"

#include <optional>

namespace engine {

enum class TimeUnit { Seconds, Milliseconds };
enum class TimeBase { FromNow, SinceEpoch };

struct TimeForm {
    TimeUnit unit = TimeUnit::Seconds;
    TimeBase base = TimeBase::FromNow;
};

/// The clock as it is at this moment. Times to live count from here, not from when a script began: so does Redis 7.0.
UnixMs readClock(Call& call);

/// The moment that `amount` means, which may lie in the past. An amount past what 64 bits of milliseconds hold fails
/// the call.
UnixMs expiryMoment(Call& call, std::int64_t amount, TimeForm form);

/// The same where only a positive amount makes sense: SET, SETEX, GETEX.
UnixMs positiveExpiryMoment(Call& call, BytesView amount, TimeForm form);

/// What SET and GETEX may say about the expiry.
struct ExpiryOption {
    enum class Kind { None, Ex, Px, ExAt, PxAt, Keep, Persist };
    Kind kind = Kind::None;
    BytesView amount;

    bool givesTime() const { return kind >= Kind::Ex && kind <= Kind::PxAt; }
    TimeForm form() const;
};

/// Takes EX, PX, EXAT or PXAT with its amount. False when the next word is none of them, or contradicts what was taken
/// before.
bool takeExpiryTime(Call& call, ExpiryOption& option);
/// The same for a word alone: KEEPTTL or PERSIST.
bool takeExpiryWord(Call& call, BytesView word, ExpiryOption::Kind kind, ExpiryOption& option);

} // namespace engine
