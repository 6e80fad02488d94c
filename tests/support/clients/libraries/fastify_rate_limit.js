// @fastify/rate-limit: its store, as the plugin calls it.
'use strict';

const { promisify } = require('util');
const Store = require('@fastify/rate-limit/store/RedisStore');
const { program, note } = require('./shared/harness');

program(async ({ client }) => {
    for (const [name, continues, backsOff] of [
        ['plain', false, false],
        ['continues', true, false],
        ['backs off', false, true],
    ]) {
        const store = new Store(continues, backsOff, client, name + ':');
        const incr = promisify((ip, done) => store.incr(ip, done, 60_000, 2));
        const seen = [];
        for (let turn = 0; turn < 5; ++turn) {
            const { current, ttl } = await incr('127.0.0.1');
            seen.push([current, Math.ceil(ttl / 60_000)]);
        }
        note(name, seen);
    }
    const route = new Store(false, false, client).child({
        routeInfo: { method: 'GET', url: '/' },
        continueExceeding: true,
        exponentialBackoff: false,
    });
    note('of a route', (await promisify((ip, done) => route.incr(ip, done, 60_000, 2))('me')).current);
});
