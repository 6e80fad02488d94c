
  local val = redis.call('GET', KEYS[1])
  if val then
    return redis.call('INCR', KEYS[1])
  else
    redis.call('SET', KEYS[1], ARGV[1])
    return ARGV[1]
  end
