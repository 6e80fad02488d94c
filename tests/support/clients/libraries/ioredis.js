// ioredis: commands defined as scripts, in the ways its documentation shows, and scripts run by hand.
'use strict';

const Redis = require('ioredis');
const { program, note, noteOf } = require('./shared/harness');

const kEcho = 'return {KEYS[1], KEYS[2], ARGV[1], ARGV[2]}';
const kTypes = `return {1, -3.9, 'text', true, false, {ok = 'FINE'}, {2, {3, 'four'}}, 'after', nil, 'never'}`;

async function defines(client) {
    client.defineCommand('myecho', { numberOfKeys: 2, lua: kEcho });
    client.defineCommand('anyecho', { lua: 'return {#KEYS, KEYS[1] or false, ARGV[1] or false}' });
    client.defineCommand('types', { numberOfKeys: 0, lua: kTypes });
    client.defineCommand('looks', { numberOfKeys: 1, lua: `return redis.call('GET', KEYS[1])`, readOnly: true });
    note('echo', await client.myecho('k1', 'k2', 'a1', 'a2'));
    note('any number of keys', [await client.anyecho(1, 'k', 'a'), await client.anyecho(0)]);
    note('types', await client.types());
    note('buffers', await client.myechoBuffer('k1', 'k2', Buffer.from([0, 255, 13, 10]), 'a2'));
    await client.set('seen', 'value');
    note('looks', await client.looks('seen'));
    note('pipeline', await client.pipeline().set('n', 1).myecho('a', 'b', 'c', 'd').types().exec());
    note('transaction', await client.multi().incr('n').anyecho(1, 'k').looks('n').exec());
    await client.script('FLUSH');
    note('after a flush', await client.myecho('k1', 'k2', 'a1', 'a2'));
    note('pipeline after a flush', await client.pipeline().looks('seen').anyecho(0).exec());
}

async function prefixed(connection) {
    const client = new Redis({
        ...connection,
        keyPrefix: 'mine:',
        scripts: {
            capped: {
                numberOfKeys: 1,
                lua: `
            local size = redis.call('RPUSH', KEYS[1], ARGV[1])
            if size > tonumber(ARGV[2]) then redis.call('LTRIM', KEYS[1], -ARGV[2], -1) end
            return redis.call('LRANGE', KEYS[1], 0, -1)`,
            },
            compareAndSet: {
                numberOfKeys: 1,
                lua: `
            if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('SET', KEYS[1], ARGV[2]) end
            return redis.error_reply('CHANGED it is something else')`,
            },
        },
    });
    for (const word of ['a', 'b', 'c']) note('capped', await client.capped('list', word, 2));
    await client.set('cas', 'one');
    note('set', await client.compareAndSet('cas', 'one', 'two'));
    await noteOf('changed', () => client.compareAndSet('cas', 'one', 'three'));
    client.disconnect();
}

async function byHand(client) {
    const digest = await client.script('LOAD', 'return ARGV[1] .. cjson.encode({1, 2, {a = cjson.null}})');
    note('loaded', [digest, await client.script('EXISTS', digest, 'f'.repeat(40))]);
    note('run', await client.evalsha(digest, 0, 'json: '));
    await noteOf('unknown', () => client.evalsha('f'.repeat(40), 0));
    await noteOf('empty', () => client.eval('', 0));
    await noteOf('does not compile', () => client.eval('return +', 0));
    await noteOf('fails', () => client.eval(`return redis.call('LPUSH', KEYS[1], 'x')`, 1, 'seen'));
    await noteOf('fails inside', () => client.eval('local t = nil\nreturn t.x', 0));
    await noteOf('caught', () => client.eval(`return redis.pcall('NOSUCH').err`, 0));
    await noteOf('undefined', () => client.eval('return nothing', 0));
    await noteOf('writes read-only', () => client.call('EVAL_RO', `return redis.call('SET', KEYS[1], 1)`, 1, 'k'));
    note('packed', await client.evalBuffer('return cmsgpack.pack({1, "two", 3.5})', 0));
    note('structs', await client.evalBuffer('return struct.pack(">I2h", 258, -2)', 0));
    note('bits', await client.eval('return {bit.band(12, 10), bit.tohex(255, 4)}', 0));
    note('digest', await client.eval('return redis.sha1hex("")', 0));
}

program(async ({ client, connection }) => {
    await defines(client);
    await prefixed(connection);
    await byHand(client);
});
