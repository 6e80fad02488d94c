// rate-limiter-flexible: consuming, penalties, rewards, blocking, bursts, unions, queues; over ioredis and node-redis.
'use strict';

const redis = require('redis');
const lib = require('rate-limiter-flexible');
const { program, note, unlisted, until } = require('./shared/harness');

const brief = (result) =>
    result && [result.consumedPoints, result.remainingPoints, result.isFirstInDuration, result.msBeforeNext > 0];

// The limiter's answer, whether it lets pass or refuses.
async function ask(name, work) {
    try {
        note(name, ['passed', brief(await work())]);
    } catch (refusal) {
        note(name, refusal instanceof Error ? refusal : ['refused', brief(refusal)]);
    }
}

async function limits(name, storeClient, options) {
    const limiter = new lib.RateLimiterRedis({
        storeClient,
        keyPrefix: name,
        points: 5,
        duration: 60,
        blockDuration: 120,
        ...options,
    });
    await ask('first', () => limiter.consume('me'));
    await ask('three', () => limiter.consume('me', 3));
    await ask('reward', () => limiter.reward('me', 2));
    await ask('penalty', () => limiter.penalty('me', 1));
    await ask('get', () => limiter.get('me'));
    await ask('at the limit', () => limiter.consume('me', 2));
    await ask('above', () => limiter.consume('me'));
    await ask('blocked', () => limiter.consume('me', 0));
    await ask('other', () => limiter.consume('other'));
    await limiter.block('other', 60);
    await ask('blocked by hand', () => limiter.consume('other'));
    await ask('set', () => limiter.set('third', 4, 60));
    await ask('for ever', () => limiter.set('fourth', 1, 0));
    await ask('after it', () => limiter.consume('fourth'));
    note('deleted', [await limiter.delete('me'), await limiter.delete('none'), await limiter.get('none')]);
}

async function combined(storeClient) {
    const make = (keyPrefix, points, duration = 60) =>
        new lib.RateLimiterRedis({ storeClient, keyPrefix, points, duration });
    const bursty = new lib.BurstyRateLimiter(make('steady', 1), make('burst', 2));
    for (const turn of [1, 2, 3, 4]) await ask('burst ' + turn, () => bursty.consume('me'));
    const union = new lib.RateLimiterUnion(make('narrow', 1), make('wide', 5));
    for (const turn of [1, 2]) {
        try {
            note(
                'union ' + turn,
                Object.entries(await union.consume('me'))
                    .map(([key, result]) => [key, result.consumedPoints])
                    .sort(),
            );
        } catch (refusals) {
            note('union ' + turn, Object.keys(refusals).sort());
        }
    }
    const listed = new lib.RLWrapperBlackAndWhite({
        limiter: make('listed', 1),
        whiteList: ['friend'],
        blackList: ['foe'],
    });
    await ask('friend', () => listed.consume('friend', 100));
    await ask('foe', () => listed.consume('foe'));
    const even = new lib.RateLimiterRedis({
        storeClient,
        keyPrefix: 'even',
        points: 1000,
        duration: 1,
        execEvenly: true,
        execEvenlyMinDelayMs: 1,
    });
    await ask('even', () => even.consume('me'));
    const quick = make('quick', 1, 1);
    await quick.consume('me');
    await until('the second has passed', () =>
        quick.consume('me').then(
            () => true,
            () => false,
        ),
    );
    const queue = new lib.RateLimiterQueue(make('queued', 2), { maxQueueSize: 1 });
    note('queue', await Promise.all([queue.removeTokens(1, 'me'), queue.removeTokens(1, 'me')]));
}

async function ownScript(storeClient) {
    const customIncrTtlLuaScript = `local n = redis.call('incrby', KEYS[1], ARGV[1])
        if n == tonumber(ARGV[1]) then redis.call('pexpire', KEYS[1], ARGV[2] * 1000) end
        return {n, redis.call('pttl', KEYS[1])}`;
    const limiter = new lib.RateLimiterRedis({
        storeClient,
        keyPrefix: 'own',
        points: 2,
        duration: 60,
        customIncrTtlLuaScript,
    });
    for (const turn of [1, 2, 3]) await ask('own script ' + turn, () => limiter.consume('me'));
}

program(async ({ client, connection }) => {
    unlisted(/^(even|quick):/); // gone within a second
    await limits('ioredis', client);
    await combined(client);
    const other = redis.createClient({ socket: connection });
    await other.connect();
    await limits('node-redis', other, { useRedisPackage: true });
    other.destroy();
    await ownScript(client.duplicate());
});
