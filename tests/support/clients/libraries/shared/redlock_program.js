// What Redlock and its fork are asked to do: acquiring, extending, releasing, contending, several resources at once.
'use strict';

const { program, note, noteOf, pause } = require('./harness');

const kPatient = { retryCount: 2000, retryDelay: 5, retryJitter: 0 };

async function locks(client, redlock) {
    let lock = await redlock.acquire(['a', 'b'], 60_000);
    note('locked', [lock.resources, await client.exists('a', 'b'), (await client.get('a')) === lock.value]);
    await noteOf('by another', () => redlock.acquire(['b', 'c'], 60_000, { retryCount: 1 }));
    lock = await lock.extend(120_000);
    note('extended', [(await client.pttl('a')) > 60_000, lock.expiration > Date.now() + 60_000]);
    await lock.release();
    note('released', await client.exists('a', 'b'));
    await noteOf('released twice', () => lock.release());
    await noteOf('extended late', () => lock.extend(60_000));
}

async function contend(client, redlock) {
    let inside = 0;
    let most = 0;
    await Promise.all(
        Array.from({ length: 5 }, () =>
            redlock.using(['shared'], 60_000, kPatient, async (signal) => {
                inside += 1;
                most = Math.max(most, inside);
                await pause(2);
                inside -= 1;
                return signal.aborted;
            }),
        ),
    );
    note('inside at once', most);
    const short = await redlock.acquire(['short'], 20);
    const next = await redlock.acquire(['short'], 60_000, kPatient);
    note('after it expired', short.value !== next.value);
    await noteOf('the expired one', () => short.release());
    await next.release();
    note('left', await client.exists('shared', 'short'));
}

module.exports = (Redlock) =>
    program(async ({ client }) => {
        const redlock = new Redlock([client], {
            driftFactor: 0.01,
            retryCount: 3,
            retryDelay: 5,
            retryJitter: 2,
            automaticExtensionThreshold: 500,
        });
        await locks(client, redlock);
        await contend(client, redlock);
    });
