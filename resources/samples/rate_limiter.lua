-- Rate limiter, fixed window: at most N requests in each window.
-- KEYS[1] = counter of one caller, such as rl:user:42
-- ARGV[1] = requests allowed in a window, a whole number of at least 1
-- ARGV[2] = length of the window in milliseconds, a whole number of at least 1
--
-- Returns {allowed, remaining, resets in ms}: three integers that always mean the same.
-- A fixed window lets up to 2 x N through around its edge; see sliding_window.lua where that matters.

local limit = tonumber(ARGV[1])
local window = tonumber(ARGV[2])
-- Judge arguments before the first write: a failed script keeps what it has written so far.
if not limit or limit < 1 or limit % 1 ~= 0 then
    return redis.error_reply('LIMIT ARGV[1] must be a whole number of at least 1')
end
if not window or window < 1 or window % 1 ~= 0 then
    return redis.error_reply('WINDOW ARGV[2] must be a whole number of milliseconds, at least 1')
end

local current = redis.call('INCR', KEYS[1])
local resets = redis.call('PTTL', KEYS[1])
-- -1: a counter without an expiry, new or left over from a PERSIST. Without this it would deny for ever.
if resets < 0 then
    redis.call('PEXPIRE', KEYS[1], window)
    resets = window
end

if current > limit then
    return {0, 0, resets}
end
return {1, limit - current, resets}
