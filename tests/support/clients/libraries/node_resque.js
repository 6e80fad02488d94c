// node-resque: queues, delayed jobs, a worker, a scheduler, failures, the plugins that lock.
'use strict';

const { Plugins, Queue, Scheduler, Worker } = require('node-resque');
const { program, note, noteOf, hide, unlisted, until } = require('./shared/harness');

const jobs = {
    add: { perform: async (a, b) => a + b },
    fails: {
        perform: async () => {
            throw new Error('no good');
        },
    },
    single: { plugins: [Plugins.QueueLock], perform: async (n) => n },
    retried: {
        plugins: [Plugins.Retry],
        pluginOptions: { Retry: { retryLimit: 3, retryDelay: 0 } },
        perform: async () => {
            throw new Error('again');
        },
    },
};

program(async ({ client, connection }) => {
    hide(/"[^"]*\b20\d\d [0-9:]+ GMT[^"]*"/g, '"<date>"');
    hide(/"20\d\d[-/][^"]*"/g, '"<date>"');
    unlisted(/worker|stat:|resque:(timestamps|delayed):?/);
    const details = { connection: { pkg: 'ioredis', ...connection, database: 0 } };
    const queue = new Queue(details, jobs);
    queue.on('error', (error) => note('queue error', error));
    await queue.connect();
    note('enqueued', [
        await queue.enqueue('math', 'add', [1, 2]),
        await queue.enqueue('math', 'fails'),
        await queue.enqueue('math', 'single', [1]),
    ]);
    note('locked', await queue.enqueue('math', 'single', [1]));
    await queue.enqueueIn(3_600_000, 'math', 'add', [3, 4]);
    await queue.enqueueAt(1000, 'math', 'add', [5, 6]);
    note('looks', [
        await queue.queues(),
        await queue.length('math'),
        (await queue.queued('math', 0, -1)).map((job) => job.class),
    ]);
    await noteOf('twice at one time', () => queue.enqueueAt(1000, 'math', 'add', [5, 6]));
    note('delayed', [(await queue.timestamps()).length, (await queue.delayedAt(1000)).tasks.map((job) => job.args)]);
    note('scheduled at', [
        (await queue.scheduledAt('math', 'add', [3, 4])).length,
        (await queue.delDelayed('math', 'add', [3, 4])).length,
    ]);

    const scheduler = new Scheduler({ ...details, timeout: 10 }, jobs);
    await scheduler.connect();
    scheduler.start();
    await until('the delayed job is due', async () => (await queue.length('math')) === 4);
    await scheduler.end();

    const worker = new Worker({ ...details, queues: ['math'], timeout: 10, name: 'tester' }, jobs);
    const seen = [];
    worker.on('success', (name, job, result) => seen.push(['success', job.class, result]));
    worker.on('failure', (name, job, error) => seen.push(['failure', job.class, error.message]));
    await worker.connect();
    worker.start();
    await until('four jobs are done', () => seen.length === 4);
    await worker.end();
    note('worked', seen);
    note('failed', [
        await queue.failedCount(),
        (await queue.failed(0, -1)).map((one) => [one.payload.class, one.error]),
    ]);
    const [failure] = await queue.failed(0, -1);
    await queue.retryAndRemoveFailed(failure);
    note('retried', [await queue.failedCount(), await queue.length('math')]);
    note('deleted', [await queue.del('math', 'fails', []), await queue.locks()]);
    note('leader', await client.exists('resque:resque_scheduler_master_lock'));
    await queue.end();
});
