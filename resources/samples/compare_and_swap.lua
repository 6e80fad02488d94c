-- Compare and swap: write a value only if the old one is still there.
-- KEYS[1] = the value's key
-- ARGV[1] = the value expected; "" with ARGV[3] = "missing" means: only if the key is missing
-- ARGV[2] = the new value
-- ARGV[3] = optional, "missing"
--
-- Returns {swapped, value now}: the caller need not read again before its next try.
-- A value that was changed and changed back looks untouched; put a version into the value where that matters.

local current = redis.call('GET', KEYS[1])
-- A missing key is false, not nil and not "".
local matches = current == ARGV[1]
if ARGV[3] == 'missing' then
    matches = current == false
end

if not matches then
    return {0, current}
end
-- KEEPTTL: a plain SET would take the key's expiry away.
redis.call('SET', KEYS[1], ARGV[2], 'KEEPTTL')
return {1, ARGV[2]}
