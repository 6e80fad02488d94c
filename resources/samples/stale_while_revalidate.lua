-- Cache, stale while revalidating: serve the old value while one caller fetches the new one.
-- KEYS[1] = cached value
-- KEYS[2] = lock of the one who revalidates, in the same hash slot: page:{7} and page:{7}:lock
-- ARGV[1] = milliseconds before the end of life from which on a value counts as stale
-- ARGV[2] = milliseconds that a revalidation may take
--
-- Returns {value, state}; state is fresh, stale, revalidate (you fetch it) or miss. The value of a miss is null: false, not
-- nil, which would end the array and leave nothing of it.

local stale = tonumber(ARGV[1])
local patience = tonumber(ARGV[2])
if not stale or not patience or patience < 1 or patience % 1 ~= 0 then
    return redis.error_reply('ARGS ARGV[1] and ARGV[2] must be milliseconds, the second at least 1')
end

local value = redis.call('GET', KEYS[1])
if not value then
    return {false, 'miss'}
end

local left = redis.call('PTTL', KEYS[1])
-- -1: the value never runs out, so it is never stale.
if left == -1 or left > stale then
    return {value, 'fresh'}
end
if redis.call('SET', KEYS[2], '1', 'NX', 'PX', patience) then
    return {value, 'revalidate'}
end
return {value, 'stale'}
