// Bull: adding, processing, retrying, delaying, ranking, repeating, pausing and cleaning jobs.
'use strict';

const Queue = require('bull');
const { program, note, noteOf, hide, unlisted, pause, event, until } = require('./shared/harness');

const ids = (jobs) => jobs.map((job) => job.id);

// Gives a handler to the queue and waits until `count` jobs have ended; the queue is closed then.
async function work(queue, count, handler) {
    const ended = [];
    queue.on('completed', (job, value) => ended.push(['completed', job.name, value]));
    queue.on('failed', (job, error) => ended.push(['failed', job.name, error.message, job.attemptsMade]));
    queue.process('*', handler);
    await until(`${count} jobs of ${queue.name} end`, () => ended.length >= count);
    await queue.close();
    return ended;
}

async function addsAndLooks(queue) {
    const first = await queue.add('plain', { n: 1 });
    await queue.add('lifo', { n: 2 }, { lifo: true });
    await queue.addBulk([3, 4].map((n) => ({ name: 'bulk', data: { n } })));
    await queue.add('named', { n: 5 }, { jobId: 'my-id' });
    await queue.add('named', { n: 6 }, { jobId: 'my-id' });
    for (const priority of [3, 1, 2, 1]) await queue.add('ranked', { priority }, { priority });
    const late = await queue.add('late', {}, { delay: 3_600_000 });
    note('waiting', ids(await queue.getWaiting()));
    note('counts', [await queue.getJobCounts(), await queue.getCountsPerPriority([1, 2, 3, 9])]);
    note('states', [await first.getState(), await late.getState(), await first.isWaiting(), await first.isActive()]);
    await first.update({ n: 'changed' });
    await first.progress(42);
    note('log', [await first.log('one'), await first.log('two'), (await queue.getJobLogs(first.id)).logs]);
    note('job', (await queue.getJob(first.id)).toJSON());
    await late.promote();
    note('promoted', await late.getState());
    await noteOf('promoted twice', () => late.promote());
    await late.remove();
    note('removed', [await queue.getJob(late.id), (await queue.removeJobs('my-*'), await queue.getJob('my-id'))]);
}

async function locks(queue) {
    const job = await queue.getJob('1');
    note('locked', [(await job.takeLock()) !== false, await job.extendLock(30_000)]);
    await noteOf('unlocked', () => job.releaseLock());
    await noteOf('unlocked twice', () => job.releaseLock());
}

async function pausesAndCleans(queue) {
    await queue.pause();
    await queue.add('while paused', {});
    note('paused', [await queue.isPaused(), await queue.getPausedCount(), await queue.getWaitingCount()]);
    await queue.resume();
    note('resumed', [await queue.isPaused(), await queue.getWaitingCount()]);
    await queue.add('later', {}, { delay: 3_600_000 });
    await pause(5); // for what is cleaned must be older than this millisecond
    note('cleaned', (await queue.clean(0, 'wait', 2)).length);
    note('cleaned of delayed', (await queue.clean(0, 'delayed')).length);
    await queue.add('yearly', {}, { repeat: { cron: '0 0 1 1 *', tz: 'UTC' } });
    note(
        'repeatable',
        (await queue.getRepeatableJobs()).map((one) => [one.name, one.cron]),
    );
    await queue.removeRepeatable('yearly', { cron: '0 0 1 1 *', tz: 'UTC' });
    await queue.empty();
    note('empty', await queue.getJobCounts());
}

async function processes(open) {
    const queue = open('order');
    await queue.pause();
    await queue.add('low', {}, { priority: 9 });
    await queue.add('high', {}, { priority: 1 });
    await queue.add('first', {});
    await queue.add('thrice', {}, { attempts: 3 });
    await queue.add('fails', {});
    await queue.add('backs off', {}, { attempts: 2, backoff: 5 });
    await queue.add('removes itself', {}, { removeOnComplete: true });
    await queue.resume();
    note(
        'processed',
        (
            await work(queue, 10, async (job) => {
                await job.progress(50);
                if (
                    job.name === 'fails' ||
                    (job.name === 'thrice' && job.attemptsMade < 2) ||
                    (job.name === 'backs off' && job.attemptsMade < 1)
                )
                    throw new Error(`attempt ${job.attemptsMade} of ${job.name}`);
                return { did: job.name };
            })
        )
            .map(JSON.stringify)
            .sort(),
    );
    const again = open('order');
    const [failed] = await again.getFailed();
    note('failed', [failed.name, failed.failedReason, await failed.isFailed()]);
    await failed.retry();
    const finished = failed.finished();
    note('again', await work(again, 1, async () => 'mended'));
    note('finished', await finished);
    const looks = open('order');
    note('completed', (await looks.getCompleted()).map((job) => job.name).sort());
    await pause(5);
    note('cleaned', (await looks.clean(0, 'completed', 2)).length);
    await looks.close();
}

async function byHand(open) {
    const queue = open('manual');
    await queue.addBulk([1, 2, 3].map((n) => ({ name: 'by hand', data: { n } })));
    const job = await queue.getNextJob();
    note('next', [job.data, await job.isActive(), await job.extendLock(30_000)]);
    const [, nextId] = await job.moveToCompleted('done', true);
    note('completed', [nextId, await job.getState(), await job.finished()]);
    const second = await queue.getJob(nextId);
    await second.moveToFailed({ message: 'by hand' }, true);
    note('failed', [await second.getState(), (await queue.getJob(nextId)).failedReason]);
    await queue.retryJobs({ count: 10 });
    note('retried', await queue.getJobCounts());
    await noteOf('a lock that is not ours', async () => (await queue.getJob('1')).moveToCompleted('no', false));
    await queue.obliterate({ force: true });
    await queue.close();
}

async function stalls(open) {
    const queue = open('stalls', { settings: { lockDuration: 20, lockRenewTime: 1_000_000, stalledInterval: 0 } });
    await queue.add('abandoned', {});
    const abandoned = await queue.getNextJob();
    note('abandoned', abandoned.name);
    await queue.close();
    const watchful = open('stalls', { settings: { stalledInterval: 25 } });
    const stalled = event(watchful, 'stalled');
    note('rescued', await work(watchful, 1, async () => 'rescued'));
    note('stalled', (await stalled)[0].name);
}

async function limited(open) {
    const queue = open('limited', { limiter: { max: 1, duration: 20 } });
    await queue.addBulk([1, 2, 3].map((n) => ({ name: 'slowly', data: { n } })));
    note('limited', await work(queue, 3, async (job) => job.data.n));
}

async function repeats(open) {
    const queue = open('repeats');
    await queue.add('tick', {}, { repeat: { every: 25, limit: 3 } });
    note('ticks', await work(queue, 3, async (job) => job.name));
}

program(async ({ connection }) => {
    hide(/("delay\\*":\\*"?)\d+/g, '$1<ms>');
    unlisted(/:(stalled|stalled-check|limiter)$|:\d+:lock$/);
    const open = (name, options = {}) => new Queue(name, { redis: connection, ...options });
    const queue = open('mail');
    await addsAndLooks(queue);
    await locks(queue);
    await pausesAndCleans(queue);
    await queue.close();
    await processes(open);
    await byHand(open);
    await stalls(open);
    await limited(open);
    await repeats(open);
});
