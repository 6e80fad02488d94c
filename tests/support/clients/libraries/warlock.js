// node-redis-warlock: a lock that is taken, touched and given back.
'use strict';

const { promisify } = require('util');
const redis = require('redis-3');
const Warlock = require('node-redis-warlock');
const { program, note, noteOf, event } = require('./shared/harness');

program(async ({ connection }) => {
    const client = redis.createClient(connection);
    await event(client, 'ready');
    const locks = Warlock(client);
    const take = (key, ttl) =>
        new Promise((resolve, reject) => {
            locks.lock(key, ttl, (error, unlock, id) => (error ? reject(error) : resolve({ unlock, id })));
        });
    const first = await take('door', 60_000);
    const second = await take('door', 60_000);
    note('taken', [typeof first.unlock, second.unlock]);
    note('touched', [
        await locks.touch('door', first.id, 120_000),
        (await promisify(client.pttl).call(client, 'door:lock')) > 60_000,
    ]);
    note('touched with another id', await locks.touch('door', 'other', 240_000));
    note('unlocked with another id', await promisify(locks.unlock)('door', 'other'));
    note('unlocked', await promisify(first.unlock)());
    note('unlocked twice', await promisify(first.unlock)());
    const optimistic = promisify(locks.optimistic);
    const unlock = await optimistic('gate', 60_000, 3, 2);
    await noteOf('optimistic', () => optimistic('gate', 60_000, 3, 2));
    note('unlocked', await promisify(unlock)());
    await promisify(client.quit).call(client);
});
