// Bottleneck in its clustering mode: limits that several limiters share through the server.
'use strict';

const Bottleneck = require('bottleneck');
const Redis = require('ioredis');
const { program, note, noteOf, hide, unlisted, pause, until } = require('./shared/harness');

async function shares(open) {
    const one = open('shared', { maxConcurrent: 2, reservoir: 10 });
    await one.ready(); // whoever comes first decides the settings
    const other = open('shared');
    await other.ready();
    const ran = [];
    const results = await Promise.all(
        [1, 2, 3, 4].map((n) =>
            (n % 2 ? one : other).schedule({ expiration: 60_000 }, async () => {
                ran.push(n);
                return n * n;
            }),
        ),
    );
    note('results', [results, ran.sort()]);
    note('reservoir', [await one.currentReservoir(), await other.incrementReservoir(5), await one.currentReservoir()]);
    note('counts', [await one.running(), await one.done(), await other.clusterQueued(), one.counts()]);
    note('check', [await one.check(), await one.check(3)]);
    await one.updateSettings({ maxConcurrent: 1, reservoir: 2 });
    note('updated', [await other.check(), await other.check(2), await other.currentReservoir()]);
    await noteOf('too heavy', () => one.schedule({ weight: 5 }, async () => 'never'));
    const heard = [];
    other.on('message', (text) => heard.push(text));
    await one.publish('hello');
    await until('it is heard', () => heard.length > 0);
    note('heard', heard);
    await Promise.all([one.disconnect(), other.disconnect()]);
}

async function waitsForReservoir(open) {
    const limiter = open('refilled', {
        reservoir: 1,
        reservoirRefreshAmount: 2,
        reservoirRefreshInterval: 100,
        maxConcurrent: 1,
        heartbeatInterval: 20,
    });
    const order = [];
    await Promise.all([5, 1, 3].map((priority) => limiter.schedule({ priority }, async () => order.push(priority))));
    note('refilled', order.length);
    await limiter.disconnect();
}

async function refuses(open) {
    const limiter = open('full', { maxConcurrent: 1, highWater: 1, strategy: Bottleneck.strategy.OVERFLOW });
    const dropped = [];
    limiter.on('dropped', (job) => dropped.push(job.options.id));
    let release;
    const busy = limiter.schedule(
        { id: 'busy' },
        () =>
            new Promise((resolve) => {
                release = resolve;
            }),
    );
    await until('the first runs', () => release);
    const waits = limiter.schedule({ id: 'waits' }, async () => 'waited');
    await until('the second is queued', async () => (await limiter.clusterQueued()) === 1);
    const third = limiter.schedule({ id: 'third' }, async () => 'never').catch((error) => error.message);
    note('refused', [await third, dropped, await limiter.running()]);
    release('ran');
    note('both', await Promise.all([busy, waits]));
    await limiter.disconnect();
    const blocked = open('blocked', {
        maxConcurrent: 1,
        minTime: 1,
        highWater: 0,
        strategy: Bottleneck.strategy.BLOCK,
        penalty: 60_000,
    });
    const first = blocked.schedule(() => pause(50));
    const others = await Promise.all(
        [1, 2].map((n) => blocked.schedule(async () => n).catch((error) => error.message)),
    );
    note('blocked', [others, (await first.catch((error) => error.message)) || 'ran']);
    await blocked.disconnect();
}

async function groups(connection) {
    const group = new Bottleneck.Group({
        id: 'group',
        datastore: 'ioredis',
        Redis,
        clientOptions: connection,
        maxConcurrent: 1,
        timeout: 60_000,
    });
    note('of a group', await Promise.all(['a', 'b', 'a'].map((key) => group.key(key).schedule(async () => key))));
    note('keys', [(await group.clusterKeys()).sort(), await group.deleteKey('a'), (await group.clusterKeys()).sort()]);
    await group.disconnect();
}

async function expires(open) {
    const limiter = open('expires', { maxConcurrent: 1 });
    await noteOf('expired', () => limiter.schedule({ expiration: 30 }, () => pause(80)));
    note('after it', await limiter.schedule(async () => 'free again'));
    await limiter.stop();
    await noteOf('stopped', () => limiter.schedule(async () => 'never'));
    await limiter.disconnect();
}

program(async ({ connection }) => {
    // What limiters call themselves.
    hide(/(?<=_client_\w+".*)"[0-9a-z]{5,}"(?=[,:])/g, '"<client>"');
    hide(/("capacityPriorityCounter":")\d+/g, '$1<n>'); // how often one limiter told another of room
    unlisted(/^b_refilled_settings$/); // refilled from time to time
    const open = (id, options = {}) => {
        const limiter = new Bottleneck({ id, datastore: 'ioredis', Redis, clientOptions: connection, ...options });
        limiter.on('error', (error) => note('error event', error));
        return limiter;
    };
    await shares(open);
    await waitsForReservoir(open);
    await refuses(open);
    await groups(connection);
    await expires(open);
});
