-- Atomic compare-and-swap
-- KEYS[1] = key
-- ARGV[1] = expected value
-- ARGV[2] = new value

local key = KEYS[1]
local expected = ARGV[1]
local new_value = ARGV[2]

local current = redis.call('GET', key)

if current == expected then
    redis.call('SET', key, new_value)
    return 1  -- Success
else
    return 0  -- Failed - value changed
end
