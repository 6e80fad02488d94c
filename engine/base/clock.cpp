#include "engine/base/clock.h"

namespace engine {

using std::chrono::duration_cast;
using std::chrono::microseconds;

UnixMicros SystemClock::now() const
{
    return {duration_cast<microseconds>(std::chrono::system_clock::now().time_since_epoch()).count()};
}

microseconds SystemClock::ticks() const
{
    return duration_cast<microseconds>(std::chrono::steady_clock::now().time_since_epoch());
}

} // namespace engine
