// BullMQ's queue without a worker: adding, looking, changing, pausing, cleaning, schedulers of repeated jobs.
'use strict';

const { Queue } = require('bullmq');
const { program, note, noteOf, hide, pause } = require('./shared/harness');

const ids = (jobs) => jobs.map((job) => job.id);

async function addsAndLooks(queue) {
    const plain = await queue.add('plain', { n: 1 });
    await queue.add('last in, first out', { n: 2 }, { lifo: true });
    await queue.addBulk([3, 4, 5].map((n) => ({ name: 'bulk', data: { n } })));
    await queue.add('named', { n: 6 }, { jobId: 'my-id' });
    await queue.add('named', { n: 7 }, { jobId: 'my-id' }); // the same id adds nothing
    for (const priority of [3, 1, 2, 1]) await queue.add('ranked', { priority }, { priority });
    const late = await queue.add('late', {}, { delay: 3_600_000 });
    note('waiting', ids(await queue.getWaiting()));
    note('prioritized', ids(await queue.getPrioritized()));
    note('ranges', await queue.getRanges(['waiting', 'prioritized', 'delayed'], 0, 3, true));
    note('counts', await queue.getJobCounts());
    note('counts of priorities', await queue.getCountsPerPriority([1, 2, 3, 9]));
    note('states', [await plain.getState(), await late.getState(), await queue.getJobState('none')]);
    note('in a list', [await plain.isWaiting(), await plain.isActive(), await late.isDelayed()]);
    note('job', (await queue.getJob('my-id')).toJSON());
    return { plain, late };
}

async function changesJobs(queue, { plain, late }) {
    await plain.updateData({ n: 'changed' });
    await plain.updateProgress({ percent: 42 });
    note('log', [await plain.log('one'), await plain.log('two'), await queue.addJobLog(plain.id, 'three', 2)]);
    note('logs', await queue.getJobLogs(plain.id));
    note('changed', (await queue.getJob(plain.id)).toJSON());
    await plain.changePriority({ priority: 7 });
    note('state with priority', await plain.getState());
    await plain.changePriority({ priority: 0, lifo: true });
    await late.changeDelay(7_200_000);
    note('delay', (await queue.getJob(late.id)).delay);
    await late.promote();
    note('promoted', await late.getState());
    await noteOf('promoted twice', () => late.promote());
    await noteOf('update of a job that is not', async () => {
        await queue.remove('my-id');
        return queue.updateJobProgress('my-id', 1);
    });
    note('removed', [await queue.remove(late.id), await queue.remove('none')]);
}

async function deduplicates(queue) {
    const add = (n, deduplication) => queue.add('once', { n }, { deduplication });
    const first = await add(1, { id: 'simple' });
    note('duplicate', [
        first.id === (await add(2, { id: 'simple' })).id,
        (await queue.getDeduplicationJobId('simple')) === first.id,
    ]);
    note('key removed', await queue.removeDeduplicationKey('simple'));
    await add(3, { id: 'throttled', ttl: 3_600_000 });
    await add(4, { id: 'throttled', ttl: 3_600_000 });
    await queue.add(
        'debounced',
        { n: 5 },
        { delay: 3_600_000, deduplication: { id: 'd', ttl: 3_600_000, extend: true, replace: true } },
    );
    const last = await queue.add(
        'debounced',
        { n: 6 },
        { delay: 3_600_000, deduplication: { id: 'd', ttl: 3_600_000, extend: true, replace: true } },
    );
    note(
        'debounced',
        (await queue.getDelayed()).map((job) => job.data),
    );
    note('own key removed', await last.removeDeduplicationKey());
}

async function limits(queue) {
    await queue.setGlobalConcurrency(2);
    note('concurrency', [await queue.getGlobalConcurrency(), await queue.isMaxed()]);
    await queue.removeGlobalConcurrency();
    await queue.setGlobalRateLimit(10, 60_000);
    await queue.rateLimit(60_000);
    note('limited', [
        (await queue.getRateLimitTtl()) > 0,
        (await queue.getRateLimitTtl(10)) > 0,
        await queue.getGlobalRateLimit(),
    ]);
    await queue.removeRateLimitKey();
    await queue.removeGlobalRateLimit();
    note('not limited', await queue.getRateLimitTtl(10));
}

async function schedules(queue) {
    await queue.upsertJobScheduler('hourly', { every: 3_600_000 }, { name: 'tick', data: { a: 1 } });
    await queue.upsertJobScheduler('yearly', { pattern: '0 0 1 1 *', tz: 'UTC', limit: 5 }, { name: 'year' });
    await queue.upsertJobScheduler(
        'yearly',
        { pattern: '0 0 2 1 *', tz: 'UTC' },
        { name: 'other year', opts: { priority: 2 } },
    );
    note('schedulers', [
        await queue.getJobSchedulersCount(),
        (await queue.getJobSchedulers()).map((one) => [one.key, one.name, one.pattern, one.every]),
    ]);
    const { iterationCount, template, name } = await queue.getJobScheduler('hourly');
    note('scheduler', { iterationCount, template, name });
    note('removed', [await queue.removeJobScheduler('hourly'), await queue.removeJobScheduler('none')]);
    await queue.add('old kind', {}, { repeat: { pattern: '0 0 1 6 *', tz: 'UTC' } });
    note('repeatable', (await queue.getRepeatableJobs()).map((one) => [one.name, one.pattern]).sort());
    note('removed', [
        await queue.removeRepeatable('old kind', { pattern: '0 0 1 6 *', tz: 'UTC' }),
        await queue.removeRepeatable('none', { every: 5 }),
    ]);
}

async function pausesAndEmpties(queue) {
    await queue.pause();
    note('paused', [await queue.isPaused(), await queue.getJobCounts('waiting', 'paused')]);
    await queue.add('while paused', {});
    await queue.resume();
    note('resumed', [await queue.isPaused(), await queue.getJobCounts('waiting', 'paused')]);
    await pause(5); // for what is cleaned must be older than this millisecond
    note('cleaned', (await queue.clean(0, 2, 'wait')).length);
    note('cleaned of delayed', (await queue.clean(0, 100, 'delayed')).length);
    await queue.drain(true);
    note('drained', await queue.getJobCounts());
    note('orphans', await queue.removeOrphanedJobs());
    note('metrics', await queue.getMetrics('completed'));
}

program(async ({ client, connection }) => {
    hide(/("delay\\*":\\*"?)\d{7,}/g, '$1<ms>'); // from now to next year
    const queue = new Queue('mail', { connection });
    await queue.waitUntilReady();
    const jobs = await addsAndLooks(queue);
    await changesJobs(queue, jobs);
    await deduplicates(queue);
    await limits(queue);
    await schedules(queue);
    await pausesAndEmpties(queue);
    const other = new Queue('rubbish', { connection });
    await other.addBulk([1, 2, 3].map((n) => ({ name: 'x', data: { n } })));
    await other.obliterate();
    note('obliterated', await client.keys('bull:rubbish:*'));
    await Promise.all([queue.close(), other.close()]);
});
