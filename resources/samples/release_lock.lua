-- Lock, release: only by the one who holds it.
-- KEYS[1] = the lock
-- ARGV[1] = our token, as given when it was acquired
--
-- Returns 1 when it was released; 0 when it is somebody else's by now, or has run out. The caller who gets 0 must take
-- its protected work for suspect: the lock was lost before the work was over.

if redis.call('GET', KEYS[1]) == ARGV[1] then
    return redis.call('DEL', KEYS[1])
end
return 0
