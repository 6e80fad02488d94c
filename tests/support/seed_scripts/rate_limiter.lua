-- Rate limit: allow N requests per window
-- KEYS[1] = rate limit key
-- ARGV[1] = limit
-- ARGV[2] = window in seconds

local key = KEYS[1]
local limit = tonumber(ARGV[1])
local window = tonumber(ARGV[2])

local current = redis.call('INCR', key)

if current == 1 then
    -- First request, set expiration
    redis.call('EXPIRE', key, window)
end

if current > limit then
    -- Over limit
    local ttl = redis.call('TTL', key)
    return {0, ttl}  -- Denied, seconds until reset
else
    -- Under limit
    return {1, limit - current}  -- Allowed, remaining
end
