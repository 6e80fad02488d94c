-- Get value with stale-while-revalidate pattern
-- KEYS[1] = cache key
-- KEYS[2] = lock key for revalidation
-- ARGV[1] = stale TTL (seconds before revalidation needed)
-- ARGV[2] = lock TTL for revalidation

local cache_key = KEYS[1]
local lock_key = KEYS[2]
local stale_ttl = tonumber(ARGV[1])
local lock_ttl = tonumber(ARGV[2])

-- Get cached value and its age
local value = redis.call('GET', cache_key)
local ttl = redis.call('TTL', cache_key)

if not value then
    -- Cache miss
    return {nil, 'miss'}
end

if ttl > stale_ttl then
    -- Fresh value
    return {value, 'fresh'}
end

-- Value is stale, try to acquire revalidation lock
local got_lock = redis.call('SET', lock_key, '1', 'NX', 'EX', lock_ttl)

if got_lock then
    -- We got the lock, caller should revalidate
    return {value, 'stale_revalidate'}
else
    -- Someone else is revalidating, return stale value
    return {value, 'stale'}
end
