-- Acquire lock with timeout
-- KEYS[1] = lock key
-- ARGV[1] = lock token (unique ID)
-- ARGV[2] = lock TTL in milliseconds

local key = KEYS[1]
local token = ARGV[1]
local ttl = tonumber(ARGV[2])

-- Try to acquire lock
local result = redis.call('SET', key, token, 'NX', 'PX', ttl)

if result then
    return 1  -- Lock acquired
else
    return 0  -- Lock held by someone else
end
