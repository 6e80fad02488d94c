// async-ratelimiter: a window that slides.
'use strict';

const Limiter = require('async-ratelimiter');
const { program, note, pause, until } = require('./shared/harness');

program(async ({ client }) => {
    const limiter = new Limiter({ db: client, max: 3, duration: 60_000, id: 'me' });
    const ask = async (options) => {
        const { remaining, reset, total } = await limiter.get(options);
        return [remaining, total, reset > 0];
    };
    note('peek', await ask({ peek: true }));
    for (const turn of [1, 2, 3, 4]) {
        note('turn ' + turn, await ask());
        await pause(1);
    }
    note('other', [await ask({ id: 'other', max: 1 }), await ask({ id: 'other', max: 1 })]);
    note('short', await ask({ id: 'short', duration: 30, max: 1 }));
    await until(
        'the window has moved on',
        async () => (await limiter.get({ id: 'short', duration: 30, max: 1, peek: true })).remaining === 1,
    );
});
