// Bee-Queue: saving, processing, retrying, delaying and removing jobs, stalled ones, events.
'use strict';

const Queue = require('bee-queue');
const { program, note, noteOf, unlisted, until } = require('./shared/harness');

async function looks(open) {
    const queue = open('looks', { isWorker: false, removeOnSuccess: false });
    await queue.createJob({ n: 1 }).save();
    const job = await queue.createJob({ n: 2 }).setId('my-id').retries(3).timeout(5000).backoff('fixed', 10).save();
    note('the same id', (await queue.createJob({ n: 3 }).setId('my-id').save()).id);
    await queue
        .createJob({ n: 4 })
        .delayUntil(Date.now() + 3_600_000)
        .save();
    note('saved', (await queue.saveAll([queue.createJob(5), queue.createJob(6)])).size);
    note('health', await queue.checkHealth());
    note(
        'waiting',
        (await queue.getJobs('waiting', { start: 0, end: 10 })).map((one) => one.id),
    );
    note(
        'delayed',
        (await queue.getJobs('delayed', { start: 0, end: 10 })).map((one) => one.id),
    );
    note('job', { data: (await queue.getJob('my-id')).data, options: job.options });
    await queue.removeJob('my-id');
    note('removed', [await queue.getJob('my-id'), await queue.checkHealth()]);
    await queue.destroy();
    await queue.close();
}

async function works(open) {
    const queue = open('works', { removeOnSuccess: false, activateDelayedJobs: true });
    const ended = [];
    for (const name of ['succeeded', 'failed', 'retrying', 'progress'])
        queue.on('job ' + name, (id, value) => ended.push([name, id, value instanceof Error ? value.message : value]));
    await queue.ready();
    for (const name of ['plain', 'fails', 'retries'])
        await queue
            .createJob({ name })
            .setId(name)
            .retries(name === 'retries' ? 2 : 0)
            .save();
    await queue
        .createJob({ name: 'soon' })
        .setId('soon')
        .delayUntil(Date.now() + 20)
        .save();
    await queue.createJob({ name: 'slow' }).setId('slow').timeout(20).save();
    let tries = 0;
    queue.process(async (job) => {
        if (job.data.name === 'plain') job.reportProgress(50);
        if (job.data.name === 'fails' || (job.data.name === 'retries' && ++tries < 2)) throw new Error('no good');
        return job.data.name === 'slow' ? new Promise(() => {}) : { did: job.data.name };
    });
    await until('seven events', () => ended.length >= 7);
    note('events', ended.map((one) => JSON.stringify(one)).sort());
    await queue.close();
}

async function stalls(open) {
    const lazy = open('stalls', { stallInterval: 20 });
    await lazy.createJob('abandoned').setId('abandoned').save();
    let taken = false;
    lazy.process(
        () =>
            new Promise(() => {
                taken = true;
            }),
    );
    await until('it is taken', () => taken);
    await lazy.close(1).catch(() => {});
    const queue = open('stalls', { stallInterval: 20, removeOnSuccess: false });
    const done = [];
    queue.process(async (job) => done.push(job.id));
    await until('it is rescued', async () => {
        await queue.checkStalledJobs();
        return done.length > 0;
    });
    note('rescued', done);
    await queue.close();
}

program(async ({ connection }) => {
    unlisted(/:(stalling|stallBlock|active)$/);
    const open = (name, options = {}) => new Queue(name, { redis: connection, ...options });
    await looks(open);
    await works(open);
    await noteOf('stalls', () => stalls(open));
});
