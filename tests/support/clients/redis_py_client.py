"""Uses redis-py as programs do: redis_py_client.py PORT. Ends with "ok" when every answer was right."""
import sys
import threading

import redis

client = redis.Redis(host="127.0.0.1", port=int(sys.argv[1]))
assert client.ping() is True
client.flushall()

# Values, bytes and errors.
binary = bytes(range(256)) * 10
assert client.set("binary", binary) is True
assert client.get("binary") == binary
assert client.get("missing") is None
assert client.set("once", 1, nx=True) is True
assert client.set("once", 2, nx=True) is None
assert client.incrby("once", 41) == 42
try:
    client.lpush("binary", 1)
    raise SystemExit("no error for the wrong type")
except redis.ResponseError as error:
    assert str(error).startswith("WRONGTYPE") or "wrong kind of value" in str(error), error

# Every family as Python's types.
assert client.rpush("list", "a", "b", "c") == 3
assert client.lrange("list", 0, -1) == [b"a", b"b", b"c"]
assert client.hset("hash", mapping={"field": "value", "n": 1}) == 2
assert client.hgetall("hash") == {b"field": b"value", b"n": b"1"}
assert client.sadd("set", "x", "y") == 2
assert client.smembers("set") == {b"x", b"y"}
assert client.zadd("zset", {"one": 1, "half": 0.5}) == 2
assert client.zrange("zset", 0, -1, withscores=True) == [(b"half", 0.5), (b"one", 1.0)]
assert client.expire("list", 100) is True
assert 0 < client.ttl("list") <= 100
assert sorted(client.scan_iter(count=2)) == sorted([b"binary", b"once", b"list", b"hash", b"set", b"zset"])

# A pipeline, a transaction, an optimistic lock that is lost.
with client.pipeline(transaction=False) as pipe:
    for i in range(5000):
        pipe.set(f"key:{i}", i)
    assert all(pipe.execute())
with client.pipeline() as pipe:
    assert pipe.incr("counter").incr("counter").execute() == [1, 2]
with client.pipeline() as pipe:
    pipe.watch("counter")
    client.incr("counter")
    pipe.multi()
    pipe.set("counter", 0)
    try:
        pipe.execute()
        raise SystemExit("a lost watch went unnoticed")
    except redis.WatchError:
        pass

# Scripts: by text, by hash after a flush, with an error.
script = client.register_script("return {KEYS[1], ARGV[1], redis.call('INCR', KEYS[1])}")
assert script(keys=["scripted"], args=["x"]) == [b"scripted", b"x", 1]
client.script_flush()
assert script(keys=["scripted"], args=["x"]) == [b"scripted", b"x", 2]
assert client.eval("return redis.call('GET', KEYS[1])", 1, "scripted") == b"2"
try:
    client.evalsha("0" * 40, 0)
    raise SystemExit("no error for an unknown script")
except redis.exceptions.NoScriptError:
    pass

# Things that libraries ask when they start.
assert client.client_setname("tester") is True
assert client.client_getname() in (b"tester", "tester")
assert client.info()["redis_version"]
assert client.config_get("maxmemory") == {"maxmemory": "0"}
assert client.dbsize() > 5000
assert client.time()[0] > 1_600_000_000

# Several threads over one pool.
failures = []


def add():
    try:
        for _ in range(200):
            client.incr("shared")
    except Exception as error:  # told to the main thread
        failures.append(error)


threads = [threading.Thread(target=add) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert not failures, failures
assert client.get("shared") == b"1600"
client.flushall()
print("ok")
