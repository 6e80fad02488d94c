
    local current = tonumber(redis.call('GET', KEYS[1]) or '0')
    local increment = tonumber(ARGV[1])
    local new_value = current + increment
    redis.call('SET', KEYS[1], new_value)
    return new_value
    