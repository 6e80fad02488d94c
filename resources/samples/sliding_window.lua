-- Rate limiter, sliding window: at most N requests in any stretch of time of the window's length.
-- KEYS[1] = log of one caller's requests, a sorted set by time
-- ARGV[1] = requests allowed in a window, a whole number of at least 1
-- ARGV[2] = length of the window in milliseconds, a whole number of at least 1
-- ARGV[3] = an id of this request, different for every request (made by the client)
--
-- Returns {allowed, remaining, ms until the next is allowed}.
-- Time comes from the server: clocks of callers differ. Ids come from the caller: math.random repeats after a restart.

local limit = tonumber(ARGV[1])
local window = tonumber(ARGV[2])
if not limit or limit < 1 or limit % 1 ~= 0 or not window or window < 1 or window % 1 ~= 0 then
    return redis.error_reply('ARGS ARGV[1] and ARGV[2] must be whole numbers of at least 1')
end
if not ARGV[3] or ARGV[3] == '' then
    return redis.error_reply('ID ARGV[3] must be an id of this request')
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)

local used = redis.call('ZCARD', KEYS[1])
if used >= limit then
    local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
    return {0, 0, tonumber(oldest[2]) + window - now}
end
-- %.0f: tostring would keep 14 digits only.
redis.call('ZADD', KEYS[1], string.format('%.0f', now), ARGV[3])
redis.call('PEXPIRE', KEYS[1], window)
return {1, limit - used - 1, 0}
