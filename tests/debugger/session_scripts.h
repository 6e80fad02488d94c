#pragma once

// Scripts that several tests of sessions debug.

#include "engine/base/bytes.h"

#include <string>

namespace test {

using engine::Bytes;

/// Counts calls of a key: at most so many (the first argument) in so many seconds.
inline const Bytes kRateLimiter = R"(local key = KEYS[1]
local limit = tonumber(ARGV[1])
local window = tonumber(ARGV[2])

local current = redis.call('INCR', key)

if current == 1 then
    redis.call('EXPIRE', key, window)
end

if current > limit then
    local ttl = redis.call('TTL', key)
    return {0, ttl}
else
    return {1, limit - current}
end
)";

/// Two coroutines that take turns.
inline const Bytes kCoroutines = R"(local function numbers(from)
  return coroutine.wrap(function()
    for i = from, from + 2 do
      redis.call('RPUSH', KEYS[1], i)
      coroutine.yield(i)
    end
  end)
end
local a = numbers(1)
local b = numbers(10)
local sum = 0
for turn = 1, 3 do
  sum = sum + a() * b()
end
return sum
)";

/// Line 3 is in the loop, and calls a command that writes.
inline Bytes loopOf(int turns)
{
    return "local total = 0\nfor i = 1, " + std::to_string(turns)
        + " do\n  total = total + redis.call('INCRBY', KEYS[1], i)\nend\nreturn total\n";
}

} // namespace test
