-- Add score and return rank
-- KEYS[1] = leaderboard key
-- ARGV[1] = member
-- ARGV[2] = score

local key = KEYS[1]
local member = ARGV[1]
local score = tonumber(ARGV[2])

redis.call('ZADD', key, score, member)
local rank = redis.call('ZREVRANK', key, member)
local total = redis.call('ZCARD', key)

return {rank + 1, total, score}  -- 1-indexed rank
