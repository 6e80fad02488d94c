// BullMQ's workers: order, results, failures and retries, back-off, stalled jobs, limits, jobs that move themselves.
'use strict';

const { Queue, QueueEvents, Worker, WaitingError, DelayedError, UnrecoverableError } = require('bullmq');
const { program, note, noteOf, hide, unlisted, pause, event, until } = require('./shared/harness');

// A worker for as long as it takes for the jobs there are: `count` of them end, well or not.
async function work(queue, count, handler, options = {}) {
    const ended = [];
    const worker = new Worker(queue.name, handler, { connection: queue.opts.connection, autorun: false, ...options });
    worker.on('error', () => {});
    worker.on('completed', (job, value) => ended.push(['completed', job.name, value]));
    worker.on('failed', (job, error) => ended.push(['failed', job.name, error.message, job.attemptsMade]));
    worker.run();
    await until(`${count} jobs of ${queue.name} end`, () => ended.length >= count);
    await worker.close();
    return ended;
}

async function inOrder(connection) {
    const queue = new Queue('order', { connection });
    const events = new QueueEvents('order', { connection });
    await events.waitUntilReady();
    await queue.add('low', {}, { priority: 9 });
    await queue.add('high', {}, { priority: 1 });
    await queue.add('first', { a: 1 });
    await queue.add('second', { a: 2 });
    await queue.add('soon', {}, { delay: 1 });
    await queue.add('jumps', {}, { lifo: true });
    await until('the delay has passed', async () => (await queue.getDelayed())[0].timestamp + 2 < Date.now());
    note(
        'order',
        await work(
            queue,
            6,
            async (job) => {
                await job.updateProgress(50);
                await job.log('at work on ' + job.name);
                return { did: job.name };
            },
            { metrics: { maxDataPoints: 10 } },
        ),
    );
    const job = await queue.add('awaited', {});
    const [result] = await Promise.all([job.waitUntilFinished(events), work(queue, 1, async () => 'its result')]);
    note('awaited', result);
    note('of one that is done', [await job.isCompleted(), await job.waitUntilFinished(events)]);
    note('metrics', (await queue.getMetrics('completed')).meta.count);
    note('completed', (await queue.getCompleted()).map((one) => [one.name, one.returnvalue]).sort());
    await pause(5); // for what is cleaned must be older than this millisecond
    note('cleaned', (await queue.clean(0, 3, 'completed')).length);
    await Promise.all([events.close(), queue.close()]);
}

async function failures(connection) {
    const queue = new Queue('failures', { connection });
    await queue.add('thrice', {}, { attempts: 3 });
    note(
        'retried at once',
        await work(queue, 3, async (job) => {
            if (job.attemptsMade < 2) throw new Error('attempt ' + job.attemptsMade);
            return 'at last';
        }),
    );
    await queue.add('backs off', {}, { attempts: 2, backoff: { type: 'fixed', delay: 5 } });
    note(
        'retried later',
        await work(queue, 2, async (job) => {
            if (job.attemptsMade < 1) throw new Error('too early');
        }),
    );
    const lost = await queue.add('lost', {}, { attempts: 5, stackTraceLimit: 0 });
    note(
        'no retry',
        await work(queue, 1, async () => {
            throw new UnrecoverableError('beyond help');
        }),
    );
    note(
        'failed',
        (await queue.getFailed()).map((job) => [job.name, job.failedReason]),
    );
    note('state', await (await queue.getJob(lost.id)).getState());
    await (await queue.getJob(lost.id)).retry();
    note('by hand', await work(queue, 1, async () => 'mended'));
    await queue.add('kept for later', {});
    await work(queue, 1, async () => {
        throw new Error('once');
    });
    await queue.retryJobs({ state: 'failed' });
    note('all again', await work(queue, 1, async () => 'all well'));
    await queue.addBulk([1, 2].map((n) => ({ name: 'late', data: { n }, opts: { delay: 3_600_000 } })));
    await queue.promoteJobs();
    note('promoted', await work(queue, 2, async (job) => job.data.n, { removeOnComplete: { count: 1 } }));
    note(
        'removes',
        await (async () => {
            await queue.add('gone when done', {}, { removeOnComplete: true });
            await work(queue, 1, async () => 1);
            return queue.getJobCounts('completed', 'failed', 'waiting');
        })(),
    );
    await queue.close();
}

// Jobs taken by hand, as the documentation's "manually processing jobs" does.
async function byHand(connection) {
    const queue = new Queue('manual', { connection });
    await queue.addBulk([1, 2, 3, 4].map((n) => ({ name: 'by hand ' + n, data: { n } })));
    const worker = new Worker('manual', null, { connection });
    const job = await worker.getNextJob('token');
    note('lock extended', [await job.extendLock('token', 30_000), await noteLock(job)]);
    await job.moveToCompleted('done', 'token', false);
    const second = await worker.getNextJob('token');
    await noteOf('another token', () => second.moveToCompleted('no', 'wrong token', false));
    await second.moveToFailed(new Error('by hand'), 'token', false);
    const third = await worker.getNextJob('token');
    await third.moveToDelayed(Date.now() + 3_600_000, 'token');
    const fourth = await worker.getNextJob('token');
    await fourth.moveToWait('token');
    note('states', await Promise.all([job, second, third, fourth].map((one) => one.getState())));
    note('none left', [(await worker.getNextJob('token')).name, await worker.getNextJob('token')]);
    await noteOf('removing a locked job', () => fourth.remove());
    await worker.close();
    await queue.obliterate({ force: true });
    await queue.close();
}

const noteLock = async (job) => {
    try {
        return await job.extendLock('wrong token', 30_000);
    } catch (error) {
        return error.message;
    }
};

async function moves(connection) {
    const queue = new Queue('moves', { connection });
    await queue.add('waits again', {});
    await queue.add('delays itself', {});
    const seen = {};
    note(
        'moved',
        (
            await work(queue, 2, async (job, token) => {
                seen[job.name] = (seen[job.name] || 0) + 1;
                if (seen[job.name] > 1) return 'second time';
                if (job.name === 'waits again') {
                    await job.moveToWait(token);
                    throw new WaitingError();
                }
                await job.moveToDelayed(Date.now() + 5, token);
                throw new DelayedError();
            })
        ).sort(),
    );
    await queue.close();
}

async function limited(connection) {
    const queue = new Queue('limited', { connection });
    await queue.addBulk([1, 2, 3].map((n) => ({ name: 'slowly', data: { n } })));
    note('limited', await work(queue, 3, async (job) => job.data.n, { limiter: { max: 1, duration: 30 } }));
    await queue.addBulk([4, 5].map((n) => ({ name: 'told to wait', data: { n } })));
    let told = false;
    const worker = new Worker(
        'limited',
        async (job) => {
            if (!told) {
                told = true;
                await worker.rateLimit(20);
                throw Worker.RateLimitError();
            }
            return job.data.n;
        },
        { connection, limiter: { max: 100, duration: 60_000 } },
    );
    const done = [];
    worker.on('completed', (job, value) => done.push(value));
    await until('those told to wait are done', () => done.length === 2);
    note('limited by hand', done);
    await worker.close();
    await queue.close();
}

// A worker that loses its lock: another one finds the job stalled.
async function stalled(connection) {
    const queue = new Queue('stalls', { connection });
    await queue.add('abandoned', {});
    const lazy = new Worker('stalls', null, { connection, lockDuration: 20 });
    await lazy.getNextJob('lazy');
    const watchful = new Worker('stalls', async () => 'rescued', { connection, stalledInterval: 25 });
    const done = event(watchful, 'completed');
    note('stalled', (await event(watchful, 'stalled')).length > 0);
    note('rescued', (await done)[1]);
    await watchful.close();
    await lazy.close();
    // Locks are renewed while a job takes longer than they last.
    await queue.add('long', {});
    note(
        'long',
        await work(
            queue,
            1,
            async () => {
                await pause(150);
                return 'kept its lock';
            },
            { lockDuration: 5000, lockRenewTime: 50 },
        ),
    );
    await queue.close();
}

async function repeated(connection) {
    const queue = new Queue('repeats', { connection });
    await queue.upsertJobScheduler('often', { every: 20, limit: 3 }, { name: 'tick' });
    note('ticks', await work(queue, 3, async (job) => job.name));
    note('left', [await queue.getJobSchedulersCount(), await queue.getJobCounts('delayed', 'waiting', 'completed')]);
    await queue.close();
}

program(async ({ connection }) => {
    hide(/("ats\\*":\\*"?)\d+/g, '$1<times>'); // how often a job was taken up
    unlisted(/:(events|marker|limiter|stalled|stalled-check)$/);
    hide(/("(?:delay|offset)\\*":\\*"?)\d+/g, '$1<ms>');
    await inOrder(connection);
    await failures(connection);
    await byHand(connection);
    await moves(connection);
    await limited(connection);
    await stalled(connection);
    await repeated(connection);
});
