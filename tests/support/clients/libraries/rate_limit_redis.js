// rate-limit-redis: the store of express-rate-limit.
'use strict';

const { RedisStore } = require('rate-limit-redis');
const { program, note } = require('./shared/harness');

program(async ({ client }) => {
    const open = async () => {
        const store = new RedisStore({ sendCommand: (...words) => client.call(...words), prefix: 'express:' });
        await store.init({ windowMs: 60_000 });
        return store;
    };
    const store = await open();
    const hit = async (key) => {
        const { totalHits, resetTime } = await store.increment(key);
        return [totalHits, resetTime > new Date()];
    };
    note('hits', [await hit('me'), await hit('me'), await hit('you')]);
    note('looked up', [(await store.get('me')).totalHits, await store.get('none')]);
    await store.decrement('me');
    await client.script('FLUSH');
    note('scripts flushed', await hit('me'));
    await store.resetKey('me');
    note('reset', await hit('me'));
    note('by another', (await (await open()).get('me')).totalHits);
});
