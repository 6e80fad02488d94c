// Uses ioredis or node-redis as programs do: node_client.js ioredis|redis PORT. Ends with "ok" when every answer was right.
const assert = require('assert');

const port = Number(process.argv[3]);
const limiter = "local n = redis.call('INCR', KEYS[1]) if n == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end return n";

async function useIoredis() {
    const Redis = require('ioredis');
    const client = new Redis({ host: '127.0.0.1', port, lazyConnect: true, retryStrategy: null });
    await client.connect();
    await client.flushall();
    assert.strictEqual(await client.set('k', 'v', 'EX', 100), 'OK');
    assert.strictEqual(await client.get('k'), 'v');
    assert.deepStrictEqual(await client.hset('h', { a: 1, b: 2 }), 2);
    assert.deepStrictEqual(await client.hgetall('h'), { a: '1', b: '2' });
    assert.deepStrictEqual(await client.getBuffer('k'), Buffer.from('v'));
    client.defineCommand('limit', { numberOfKeys: 1, lua: limiter });
    assert.strictEqual(await client.limit('rl', 10), 1);
    await client.script('FLUSH');
    assert.strictEqual(await client.limit('rl', 10), 2); // EVALSHA, NOSCRIPT, EVAL
    const replies = await client.pipeline().incr('n').incr('n').lpush('k', 1).exec();
    assert.strictEqual(replies[1][1], 2);
    assert.match(replies[2][0].message, /^WRONGTYPE/);
    assert.deepStrictEqual(await client.multi().set('t', 1).incr('t').exec(), [[null, 'OK'], [null, 2]]);
    const many = await Promise.all(Array.from({ length: 2000 }, (_, i) => client.set('key:' + i, i)));
    assert.ok(many.every((reply) => reply === 'OK'));
    let seen = 0;
    for await (const keys of client.scanStream({ match: 'key:*', count: 100 }))
        seen += keys.length;
    assert.ok(seen >= 2000);
    client.disconnect();
}

async function useNodeRedis() {
    const { createClient, defineScript } = require('redis');
    const limit = defineScript({
        NUMBER_OF_KEYS: 1,
        SCRIPT: limiter,
        transformArguments: (key, seconds) => [key, String(seconds)],
        parseCommand: (parser, key, seconds) => { parser.pushKey(key); parser.push(String(seconds)); },
        transformReply: (reply) => reply,
    });
    const client = createClient({ socket: { host: '127.0.0.1', port, reconnectStrategy: false }, scripts: { limit } });
    client.on('error', (error) => { console.error(error); process.exit(1); });
    await client.connect();
    await client.flushAll();
    assert.strictEqual(await client.set('k', 'v'), 'OK');
    assert.strictEqual(await client.get('k'), 'v');
    assert.strictEqual(await client.get('missing'), null);
    assert.strictEqual(await client.zAdd('z', [{ score: 1.5, value: 'm' }]), 1);
    assert.deepStrictEqual(await client.zRangeWithScores('z', 0, -1), [{ score: 1.5, value: 'm' }]);
    assert.strictEqual(await client.limit('rl', 10), 1);
    await client.scriptFlush();
    assert.strictEqual(await client.limit('rl', 10), 2);
    assert.deepStrictEqual(await client.multi().incr('n').incr('n').exec(), [1, 2]);
    await assert.rejects(client.lPush('k', 'x'), /WRONGTYPE/);
    assert.deepStrictEqual({ ...await client.hGetAll('none') }, {});
    await client.quit();
}

const use = { ioredis: useIoredis, redis: useNodeRedis }[process.argv[2]];
use().then(() => console.log('ok'), (error) => {
    console.error(error);
    process.exit(1);
});
