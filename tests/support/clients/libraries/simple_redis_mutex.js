// simple-redis-mutex: a lock that is handed on by a message, with fencing tokens.
'use strict';

const redis = require('redis');
const { lock, tryLock } = require('simple-redis-mutex');
const { program, note, noteOf, until } = require('./shared/harness');

program(async ({ connection }) => {
    const client = redis.createClient({ socket: connection });
    await client.connect();
    const release = await lock(client, 'door');
    note('held', [release.fencingToken, (await tryLock(client, 'door'))[0]]);
    await client.pExpire('@simple-redis-mutex:lock-door', 10_000);
    await release.refreshTimeout();
    note('refreshed', (await client.pTTL('@simple-redis-mutex:lock-door')) > 10_000);
    const waits = lock(client, 'door', { pollingInterval: 60_000 });
    await noteOf('in time', () => lock(client, 'door', { failAfter: 20 }));
    await release();
    const second = await waits;
    note('handed on', second.fencingToken);
    await second();
    await second();
    const [held, short] = await tryLock(client, 'short', { timeout: 10 });
    await until('it expires', async () => (await client.keys('*short*')).length === 0);
    await noteOf('after it expired', async () => [held, await short(), await short.refreshTimeout()]);
    client.destroy();
});
