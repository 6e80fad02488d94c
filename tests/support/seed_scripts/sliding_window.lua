-- Sliding window rate counter
-- KEYS[1] = counter key
-- ARGV[1] = window size in seconds
-- ARGV[2] = current timestamp
-- ARGV[3] = increment amount (optional, default 1)

local key = KEYS[1]
local window = tonumber(ARGV[1])
local now = tonumber(ARGV[2])
local increment = tonumber(ARGV[3] or '1')

local window_start = now - window

-- Remove old entries
redis.call('ZREMRANGEBYSCORE', key, '-inf', window_start)

-- Add new entry
redis.call('ZADD', key, now, now .. ':' .. math.random())

-- Increment might add multiple entries
for i = 2, increment do
    redis.call('ZADD', key, now, now .. ':' .. math.random() .. ':' .. i)
end

-- Count entries in window
local count = redis.call('ZCARD', key)

-- Set expiration
redis.call('EXPIRE', key, window + 1)

return count
