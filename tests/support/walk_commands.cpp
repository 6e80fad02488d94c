#include "tests/support/walk_commands.h"

namespace tests {

namespace {

// Keys are named by what they hold, so that most commands succeed.
constexpr WalkCommand kCommands[] = {
    // Strings and numbers.
    {"'SET', KEYS[1], %s"},
    {"'SET', 'text', %s, 'EX', 100"},
    {"'GET', KEYS[1]"},
    {"'APPEND', 'text', %s"},
    {"'GETRANGE', 'text', 0, %l"},
    {"'SETRANGE', 'text', %l, %s"},
    {"'STRLEN', 'text'"},
    {"'INCR', 'count'"},
    {"'INCRBY', 'count', %l"},
    {"'INCRBYFLOAT', 'float', 0.25"},
    {"'MSET', 'text', %s, 'm2', %n"},
    {"'MGET', 'text', 'm2', 'none'"},
    {"'GETSET', 'text', %s"},
    {"'GETDEL', 'm2'"},
    {"'SETNX', 'once', %n"},
    {"'LCS', 'text', KEYS[1]", false},
    // Bitmaps.
    {"'SETBIT', 'bits', %l, 1"},
    {"'GETBIT', 'bits', %l"},
    {"'BITCOUNT', 'bits'"},
    {"'BITPOS', 'bits', 1"},
    {"'BITFIELD', 'bits', 'INCRBY', 'u5', %l, 3"},
    {"'BITOP', 'XOR', 'bits2', 'bits', 'text'", false},
    // Hashes.
    {"'HSET', 'hash', %s, %n"},
    {"'HSET', 'hash', 'f', %s, 'g', %n"},
    {"'HGET', 'hash', 'f'"},
    {"'HGETALL', 'hash'"},
    {"'HDEL', 'hash', 'g'"},
    {"'HINCRBY', 'hash', 'sum', %l"},
    {"'HKEYS', 'hash'"},
    {"'HRANDFIELD', 'hash', 2"},
    {"'HSCAN', 'hash', 0"},
    // Lists.
    {"'LPUSH', 'list', %s, %n"},
    {"'RPUSH', 'list', %n"},
    {"'LPOP', 'list'"},
    {"'LRANGE', 'list', 0, 5"},
    {"'LSET', 'list', 0, %s", false},
    {"'LTRIM', 'list', 0, 20"},
    {"'LMOVE', 'list', 'list', 'LEFT', 'RIGHT'"},
    {"'LPOS', 'list', %n"},
    {"'BLPOP', 'list', 1"},
    {"'SORT', 'list', 'ALPHA'"},
    // Sets.
    {"'SADD', 'set', %s, %n, %l"},
    {"'SREM', 'set', %l"},
    {"'SMEMBERS', 'set'"},
    {"'SPOP', 'set'"},
    {"'SRANDMEMBER', 'set', 2"},
    {"'SCARD', 'set'"},
    {"'SUNIONSTORE', 'set2', 'set', 'set3'"},
    {"'SMOVE', 'set', 'set3', %l"},
    {"'SSCAN', 'set', 0"},
    // Sorted sets and places.
    {"'ZADD', 'zset', %l, %s"},
    {"'ZADD', 'zset', 'GT', 'CH', %l, 'm'"},
    {"'ZINCRBY', 'zset', 1.5, 'm'"},
    {"'ZRANGE', 'zset', 0, -1, 'WITHSCORES'"},
    {"'ZRANGEBYSCORE', 'zset', '-inf', %l"},
    {"'ZREM', 'zset', %s"},
    {"'ZPOPMIN', 'zset'"},
    {"'ZRANK', 'zset', 'm'"},
    {"'ZRANDMEMBER', 'zset'"},
    {"'ZUNIONSTORE', 'zset2', 2, 'zset', 'set'"},
    {"'GEOADD', 'geo', 13.4, 52.5, %s"},
    {"'GEOADD', 'geo', 2.35, 48.85, 'Paris', 13.36, 38.11, 'Palermo'"},
    {"'GEODIST', 'geo', 'Paris', 'Palermo', 'km'"},
    {"'GEOPOS', 'geo', 'Paris'"},
    {"'GEOSEARCH', 'geo', 'FROMLONLAT', 10, 45, 'BYRADIUS', 2000, 'km', 'ASC'"},
    // Streams.
    {"'XADD', 'stream', '*', 'f', %s"},
    {"'XADD', 'stream', 'MAXLEN', 5, '*', 'n', %n"},
    {"'XLEN', 'stream'"},
    {"'XRANGE', 'stream', '-', '+', 'COUNT', 3"},
    {"'XREAD', 'COUNT', 2, 'STREAMS', 'stream', '0'"},
    {"'XGROUP', 'CREATE', 'stream', 'g' .. %l, '0', 'MKSTREAM'", false},
    {"'XREADGROUP', 'GROUP', 'g1', 'c', 'COUNT', 1, 'STREAMS', 'stream', '>'", false},
    {"'XTRIM', 'stream', 'MAXLEN', 3"},
    {"'XDEL', 'stream', '0-1'"},
    // HyperLogLogs.
    {"'PFADD', 'hll', %s, %n"},
    {"'PFCOUNT', 'hll'"},
    {"'PFMERGE', 'hll2', 'hll'"},
    // Keys.
    {"'EXPIRE', KEYS[1], %l"},
    {"'PEXPIRE', 'hash', 100000"},
    {"'PEXPIREAT', 'set', 1"},
    {"'TTL', KEYS[1]"},
    {"'PERSIST', 'hash'"},
    {"'DEL', KEYS[2], 'none'"},
    {"'UNLINK', 'set2'"},
    {"'EXISTS', 'hash', 'none', KEYS[2]"},
    {"'TYPE', 'zset'"},
    {"'RENAME', 'once', 'was'", false},
    {"'COPY', 'text', 'm2', 'REPLACE'"},
    {"'MOVE', 'was', 1"},
    {"'RANDOMKEY'"},
    {"'KEYS', '*'"},
    {"'SCAN', 0, 'COUNT', 3"},
    {"'OBJECT', 'ENCODING', 'list'", false},
    {"'DUMP', 'text'"},
    {"'TOUCH', 'text', 'hash'"},
    // Others.
    {"'TIME'"},
    {"'DBSIZE'"},
    {"'ECHO', %s"},
    {"'PUBLISH', 'news', %s"},
    {"'PUBLISH', 'text', %n"},
    {"'SPUBLISH', 'shard', %s"},
    {"'SELECT', 1"},
    {"'SELECT', 0"},
    {"'SWAPDB', 0, 1"},
    {"'FLUSHDB'"},
    {"'MEMORY', 'USAGE', 'hash'"},
    {"'LOLWUT', 'VERSION', 5, 1"},
    // Those that fail.
    {"'LPUSH', 'hash', %s", false},
    {"'INCR', 'text'", false},
    {"'GET'", false},
    {"'NOSUCH', %s", false},
    {"'SUBSCRIBE', 'x'", false},
    {"'ZADD', 'zset', 'high', 'm'", false},
    {"'HSET', 'hash', 'f'", false},
    {"'GET', {}", false},
};

} // namespace

std::span<const WalkCommand> walkCommands()
{
    return kCommands;
}

} // namespace tests
