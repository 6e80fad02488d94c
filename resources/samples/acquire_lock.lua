-- Lock, acquire: take it if it is free, or again if it is ours already.
-- KEYS[1] = the lock
-- KEYS[2] = its fencing counter, in the same hash slot: lock:{orders} and fence:{orders}
-- ARGV[1] = our token, different for every holder (a UUID made by the client)
-- ARGV[2] = time to live in milliseconds, a whole number of at least 1
--
-- Returns {held, fencing number, ms left}. Pass the fencing number to whatever the lock protects: it refuses a lower one,
-- so that a holder that slept past its time can do no harm.

local token = ARGV[1]
local ttl = tonumber(ARGV[2])
if token == nil or token == '' then
    return redis.error_reply('TOKEN ARGV[1] must be a token of your own')
end
if not ttl or ttl < 1 or ttl % 1 ~= 0 then
    return redis.error_reply('TTL ARGV[2] must be a whole number of milliseconds, at least 1')
end

local holder = redis.call('GET', KEYS[1])
if holder == token then
    -- Ours: renew it, under the number it was taken with.
    redis.call('PEXPIRE', KEYS[1], ttl)
    return {1, tonumber(redis.call('GET', KEYS[2]) or '0'), ttl}
end
if holder then
    return {0, 0, redis.call('PTTL', KEYS[1])}
end
redis.call('SET', KEYS[1], token, 'PX', ttl)
return {1, redis.call('INCR', KEYS[2]), ttl}
