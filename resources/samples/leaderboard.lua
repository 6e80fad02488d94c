-- Leaderboard: set a member's score and say where it stands.
-- KEYS[1] = the board
-- ARGV[1] = member
-- ARGV[2] = score, a number
--
-- Returns {rank from 1, members, score}. The score is a string: a number would lose its fraction on the way.
-- Members of equal score share a rank order by their names, descending.

local member = ARGV[1]
local score = tonumber(ARGV[2])
-- NaN is the only number that differs from itself.
if not score or score ~= score then
    return redis.error_reply('SCORE ARGV[2] must be a number')
end

redis.call('ZADD', KEYS[1], ARGV[2], member)
local rank = redis.call('ZREVRANK', KEYS[1], member)
local members = redis.call('ZCARD', KEYS[1])
return {rank + 1, members, redis.call('ZSCORE', KEYS[1], member)}
