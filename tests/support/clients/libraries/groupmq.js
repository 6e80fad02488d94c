// GroupMQ: one job of a group at a time, batches, delays, retries, jobs that stall, staged order.
'use strict';

const { Queue, Worker } = require('groupmq');
const { program, note, noteOf, hide, unlisted, pause, until } = require('./shared/harness');

const brief = (job) => job && [job.id, job.groupId, job.data, job.attempts];
const meta = () => ({ processedOn: Date.now(), finishedOn: Date.now(), attempts: 1, maxAttempts: 3 });

async function reserves(client) {
    const queue = new Queue({ redis: client, namespace: 'orders', keepCompleted: 5, keepFailed: 5 });
    for (const [jobId, groupId] of [
        ['a1', 'a'],
        ['a2', 'a'],
        ['b1', 'b'],
        ['c1', 'c'],
    ])
        await queue.add({ groupId, jobId, data: { jobId }, orderMs: 1000 + Number(jobId[1]) });
    await queue.add({ groupId: 'a', jobId: 'a1', data: 'the same id again' });
    note('waiting', [
        await queue.getWaitingCount(),
        (await queue.getWaitingJobs()).sort(),
        await queue.getGroupJobCount('a'),
    ]);
    note('groups', [await queue.getUniqueGroupsCount(), (await queue.getUniqueGroups()).sort()]);
    const first = await queue.reserve();
    note('reserved', brief(first));
    note('heartbeat', [await queue.heartbeat(first, 30_000), await queue.heartbeat({ id: 'none', groupId: 'a' })]);
    note('active', [await queue.getActiveCount(), await queue.getActiveJobs(), await queue.isJobProcessing('a1')]);
    const next = await queue.completeAndReserveNextWithMetadata(first.id, first.groupId, { done: true }, meta());
    note('next of the group', brief(next));
    await queue.completeWithMetadata(next, 'well', meta());
    note('of a group', brief(await queue.reserveAtomic('b')));
    note('of a locked group', brief(await queue.reserveAtomic('b')));
    await queue.complete({ id: 'b1', groupId: 'b' });
    note('batch', (await queue.reserveBatch(4)).map(brief));
    note('retried', [await queue.retry('c1', 0), brief(await queue.reserve())]);
    await queue.recordAttemptFailure({ id: 'c1', groupId: 'c' }, new Error('no good'), { attempts: 1, maxAttempts: 3 });
    note('dead', await queue.deadLetter('c1', 'c'));
    await queue.recordFinalFailure({ id: 'c1', groupId: 'c' }, 'beyond help', { attempts: 3, maxAttempts: 3 });
    note('completed', (await queue.getCompleted()).map((job) => [job.id, job.returnvalue]).sort());
    note(
        'failed',
        (await queue.getFailed()).map((job) => [job.id, job.failedReason]),
    );
    note('counts', await queue.getJobCounts());
    await pause(5);
    note('cleaned', [await queue.clean(0, 10, 'completed'), await queue.clean(0, 10, 'failed')]);
}

async function delays(client) {
    const queue = new Queue({ redis: client, namespace: 'delays' });
    await queue.add({ groupId: 'a', jobId: 'late', data: 1, delay: 3_600_000 });
    await queue.add({ groupId: 'a', jobId: 'later', data: 2, delay: 7_200_000 });
    await queue.add({ groupId: 'b', jobId: 'dated', data: 3, runAt: new Date('2100-01-01T00:00:00Z') });
    note('delayed', [await queue.getDelayedCount(), (await queue.getDelayedJobs()).sort()]);
    note('changed', [
        await queue.changeDelay('late', 10_000_000),
        await queue.promote('later'),
        await queue.changeDelay('none', 1),
    ]);
    note('promoted', brief(await queue.reserve()));
    note('none is due', [await queue.promoteDelayedJobs(), await queue.promoteDelayedJobsBounded(5)]);
    note('all are due', await queue.promoteDelayedJobsBounded(5, Date.parse('2101-01-01T00:00:00Z')));
    note('removed', [await queue.remove('dated'), await queue.remove('none')]);
    await queue.updateData('late', { changed: true });
    note('data', (await queue.getJob('late')).data);
    await queue.add({ groupId: 'r', data: 'again and again', repeat: { every: 3_600_000 } });
    note('repeated', await queue.processRepeatingJobsBounded(5, Date.now() + 4_000_000));
    note('no more', await queue.removeRepeatingJob('r', { every: 3_600_000 }));
    note('emptied', await queue.waitForEmpty(30));
}

async function stalls(client) {
    const queue = new Queue({ redis: client, namespace: 'stalls', jobTimeoutMs: 1000 });
    await queue.add({ groupId: 'a', jobId: 'abandoned', data: 1 });
    await queue.reserve();
    const later = Date.now() + 60_000;
    note('stalled', await queue.checkStalledJobs(later, 0, 2));
    note('reserved again', brief(await queue.reserve()));
    note('stalled too often', await queue.checkStalledJobs(later + 60_000, 0, 1));
    note('cleanup', await queue.cleanup());
}

async function batches(client) {
    const queue = new Queue({ redis: client, namespace: 'batches', autoBatch: { size: 3, maxWaitMs: 5 } });
    const jobs = await Promise.all(
        [1, 2, 3, 4].map((n) => queue.add({ groupId: 'g' + (n % 2), jobId: 'j' + n, data: { n }, orderMs: n })),
    );
    note(
        'batch',
        jobs.map((job) => [job.id, job.groupId, job.status]),
    );
}

async function stages(client) {
    const queue = new Queue({ redis: client, namespace: 'stages', orderingDelayMs: 20 });
    const now = Date.now();
    for (const [jobId, orderMs] of [
        ['third', now + 3],
        ['first', now + 1],
        ['second', now + 2],
    ])
        await queue.add({ groupId: 'a', jobId, data: jobId, orderMs });
    await queue.startPromoter();
    await until('staged jobs are promoted', async () => (await queue.getGroupJobCount('a')) === 3);
    await queue.stopPromoter();
    note('in order', await client.zrange('groupmq:stages:g:a', 0, -1));
    await client.config('SET', 'notify-keyspace-events', '');
}

async function works(client) {
    const queue = new Queue({ redis: client, namespace: 'works', keepCompleted: 20, maxAttempts: 2 });
    for (const n of [1, 2, 3]) await queue.add({ groupId: 'g', jobId: 'job' + n, data: { n }, orderMs: n });
    const seen = [];
    const worker = new Worker({
        queue,
        concurrency: 1,
        blockingTimeoutSec: 1,
        backoff: () => 5,
        handler: async (job) => {
            seen.push([job.data.n, job.attempts]);
            if (job.data.n === 2 && job.attempts === 0) throw new Error('once');
            return job.data.n * 10;
        },
    });
    worker.run();
    await until('three jobs are done', async () => (await queue.getCompletedCount()) === 3);
    await worker.close();
    note('worked', seen);
    note('results', (await queue.getCompleted()).map((job) => [job.id, job.returnvalue]).sort());
    note('empty', await queue.waitForEmpty(1000));
}

program(async ({ client }) => {
    hide(/\b9\d{13}\b/g, '<score>'); // of a time and a number
    hide(/(:seq:)\d+/g, '$1<day>');
    hide(/(:repeat:.*?\d{13}:)\w+/g, '$1<random>');
    unlisted(/:(sched:lock|promoter:lock|stage:timer|stalled:\w+)$|:lock:/);
    await reserves(client);
    await delays(client);
    await noteOf('stalls', () => stalls(client));
    await batches(client);
    await stages(client);
    await works(client);
});
