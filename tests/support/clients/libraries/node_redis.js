// node-redis: scripts and libraries of functions given to the client, in the ways its documentation shows.
'use strict';

const { createClient, defineScript } = require('redis');
const { program, note, noteOf } = require('./shared/harness');

const kLibrary = `#!lua name=accounts
local function balance(keys, args) return redis.call('HGET', keys[1], 'balance') end
local function deposit(keys, args)
    redis.call('HINCRBY', keys[1], 'deposits', 1)
    return redis.call('HINCRBY', keys[1], 'balance', args[1])
end
redis.register_function{function_name = 'balance', callback = balance, flags = {'no-writes'}}
redis.register_function('deposit', deposit)`;

const script = (numberOfKeys, lua) =>
    defineScript({
        NUMBER_OF_KEYS: numberOfKeys,
        SCRIPT: lua,
        parseCommand: (parser, keys, ...words) => {
            for (const key of keys) parser.pushKey(key);
            parser.push(...words.map(String));
        },
        transformReply: (reply) => reply,
    });

const scripts = {
    add: script(1, `return redis.call('INCRBY', KEYS[1], ARGV[1]) + 1`),
    move: script(
        2,
        `
        local value = redis.call('LPOP', KEYS[1])
        if value then redis.call('RPUSH', KEYS[2], value) end
        return value`,
    ),
    most: script(1, `return redis.call('ZREVRANGE', KEYS[1], 0, ARGV[1] - 1, 'WITHSCORES')`),
};

const fn = (isReadOnly) => ({
    NUMBER_OF_KEYS: 1,
    IS_READ_ONLY: isReadOnly,
    parseCommand: (parser, key, ...words) => {
        parser.pushKey(key);
        parser.push(...words.map(String));
    },
    transformReply: (reply) => reply,
});
const functions = { accounts: { balance: fn(true), deposit: fn(false) } };

async function runsScripts(client, name) {
    note(name + ' add', [await client.add(['n'], 1), await client.add(['n'], 40)]);
    await client.rPush('from', ['a', 'b']);
    note(name + ' move', [await client.move(['from', 'to']), await client.lRange('to', 0, -1)]);
    await client.zAdd('scores', [
        { score: 1.5, value: 'ann' },
        { score: 3, value: 'bob' },
        { score: -2, value: 'cy' },
    ]);
    note(name + ' most', await client.most(['scores'], 2));
    await client.scriptFlush();
    note(name + ' after a flush', [
        await client.add(['n'], 1),
        await client.move(['from', 'to']),
        await client.most(['scores'], 1),
    ]);
    note(name + ' transaction', await client.multi().add(['n'], 1).most(['scores'], 1).exec());
    await noteOf(name + ' wrong type', () => client.add(['scores'], 1));
    note(
        name + ' by hand',
        await client.eval(`return {KEYS[1], ARGV[1], redis.call('GET', KEYS[1])}`, { keys: ['n'], arguments: ['x'] }),
    );
    note(name + ' to read', await client.evalRo(`return redis.call('TYPE', KEYS[1])`, { keys: ['from'] }));
}

async function callsFunctions(client, name) {
    note(name + ' loaded', await client.functionLoad(kLibrary, { REPLACE: true }));
    await noteOf(name + ' loaded twice', () => client.functionLoad(kLibrary));
    note(name + ' deposit', [
        await client.accounts.deposit('account', 10),
        await client.accounts.deposit('account', 32),
    ]);
    note(name + ' balance', await client.accounts.balance('account'));
    await noteOf(name + ' read-only', () => client.fCallRo('deposit', { keys: ['account'], arguments: ['1'] }));
    await noteOf(name + ' unknown', () => client.fCall('none', { keys: [] }));
    note(
        name + ' listed',
        (await client.functionList()).map((one) => [one.library_name, one.functions.map((each) => each.name).sort()]),
    );
    note(name + ' deleted', await client.functionDelete('accounts'));
    await noteOf(name + ' no longer', () => client.accounts.balance('account'));
    note(name + ' running', (await client.functionStats()).running_script);
    await client.flushAll();
}

program(async ({ client: own, connection }) => {
    for (const RESP of [2, 3]) {
        const client = createClient({ socket: connection, RESP, scripts, functions });
        await client.connect();
        await runsScripts(client, 'RESP' + RESP);
        await callsFunctions(client, 'RESP' + RESP);
        client.destroy();
    }
    note('functions kept', await own.function('LIST'));
    const client = createClient({ socket: connection, scripts });
    await client.connect();
    await runsScripts(client, 'at last');
    client.destroy();
});
