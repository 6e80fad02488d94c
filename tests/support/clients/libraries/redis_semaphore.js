// redis-semaphore: mutexes, semaphores and semaphores of several permits, each also by the rule of Redlock.
'use strict';

const lib = require('redis-semaphore');
const { program, note, noteOf, hide, until } = require('./shared/harness');

const kOptions = { lockTimeout: 60_000, acquireTimeout: 30, retryInterval: 5, refreshInterval: 0 };

async function excludes(name, make) {
    const one = make();
    const other = make();
    await one.acquire();
    note(name, [one.isAcquired, await other.tryAcquire()]);
    await noteOf(name + ' in time', () => other.acquire());
    await one.release();
    note(name + ' after release', [await other.tryAcquire(), other.isAcquired]);
    await other.release();
}

async function counts(name, make) {
    const three = [make(), make(), make()];
    note(name, [await three[0].tryAcquire(), await three[1].tryAcquire(), await three[2].tryAcquire()]);
    await noteOf(name + ' in time', () => three[2].acquire());
    await three[0].release();
    note(name + ' after release', await three[2].tryAcquire());
    await three[1].release();
    await three[2].release();
}

// Kept while its holder refreshes it, lost once somebody deletes it.
async function refreshes(name, key, client, make) {
    let lost;
    const lock = make({
        lockTimeout: 5000,
        refreshInterval: 10,
        onLockLost: (error) => {
            lost = error;
        },
    });
    await lock.acquire();
    await client.pexpire(key, 1_000_000_000);
    await until('it is refreshed', async () => (await client.pttl(key)) < 10_000);
    await client.del(key);
    await until('it is lost', () => lost);
    note(name + ' refreshed', lost.constructor.name);
    await lock.release();
}

program(async ({ client }) => {
    hide(/"[0-9a-f-]{36}"/g, '"<id>"');
    const clients = [client];
    const mutex = (options) => new lib.Mutex(client, 'mutex', { ...kOptions, ...options });
    const semaphore = (options) => new lib.Semaphore(client, 'semaphore', 2, { ...kOptions, ...options });
    const multi = (options) => new lib.MultiSemaphore(client, 'multi', 5, 2, { ...kOptions, ...options });
    await excludes('mutex', mutex);
    await counts('semaphore', semaphore);
    await counts('multi', multi);
    await excludes('redlock mutex', () => new lib.RedlockMutex(clients, 'redlock', kOptions));
    await counts('redlock semaphore', () => new lib.RedlockSemaphore(clients, 'redlock', 2, kOptions));
    await counts('redlock multi', () => new lib.RedlockMultiSemaphore(clients, 'redlock multi', 5, 2, kOptions));
    await refreshes('mutex', 'mutex:mutex', client, mutex);
    await refreshes('semaphore', 'semaphore:semaphore', client, semaphore);
    await refreshes('multi', 'semaphore:multi', client, multi);
    const held = new lib.Mutex(client, 'shared', { ...kOptions, identifier: 'mine' });
    await held.acquire();
    const same = new lib.Mutex(client, 'shared', { ...kOptions, identifier: 'mine', acquiredExternally: true });
    note('of the same identifier', [await same.tryAcquire(), await client.get('mutex:shared')]);
    await same.release();
    await held.stopRefresh();
});
