// BullMQ's flows: parents that wait for children, what becomes of them when children fail, and looking through them.
'use strict';

const { FlowProducer, Queue, Worker, WaitingChildrenError } = require('bullmq');
const { program, note, noteOf, hide, unlisted, until } = require('./shared/harness');

const child = (name, opts) => ({ name, queueName: 'parts', data: { name }, opts });

async function tree(flow, queues) {
    const root = await flow.add({
        name: 'whole',
        queueName: 'whole',
        data: {},
        opts: { jobId: 'root' },
        children: [
            child('a', { jobId: 'a' }),
            child('b', { jobId: 'b', priority: 2 }),
            child('c', { jobId: 'c', delay: 1 }),
        ],
    });
    const job = await queues.whole.getJob(root.job.id);
    note('waits', [await job.getState(), await job.isWaitingChildren(), await job.getDependenciesCount()]);
    const { unprocessed } = await job.getDependencies();
    note('dependencies', unprocessed.sort());
    const page = await queues.whole.getDependencies('root', 'pending', 0, -1);
    note('page', [page.items.map((item) => item.id).sort(), page.total, page.jobs.map((one) => one.name).sort()]);
    const found = await flow.getFlow({ id: 'root', queueName: 'whole' });
    note('flow', [found.job.name, found.children.map((one) => one.job.name).sort()]);
    return job;
}

async function finishes(job, queues, connection) {
    const parts = new Worker('parts', async (one) => one.name.toUpperCase(), { connection });
    const whole = new Worker('whole', async (one) => Object.values(await one.getChildrenValues()).sort(), {
        connection,
    });
    await until('the whole is done', () => job.isCompleted());
    await Promise.all([parts.close(), whole.close()]);
    note('whole', (await queues.whole.getJob('root')).returnvalue);
    note('processed', (await queues.whole.getDependencies('root', 'processed', 0, 1)).total);
}

async function failing(flow, queues, connection) {
    const policies = {
        fails: 'failParentOnFailure',
        ignores: 'ignoreDependencyOnFailure',
        removes: 'removeDependencyOnFailure',
        continues: 'continueParentOnFailure',
    };
    for (const [name, policy] of Object.entries(policies))
        await flow.add({
            name,
            queueName: 'whole',
            opts: { jobId: name },
            children: [child('bad', { jobId: 'bad of ' + name, [policy]: true })],
        });
    const parts = new Worker(
        'parts',
        async () => {
            throw new Error('no good');
        },
        { connection },
    );
    await until('children have failed', async () => (await queues.parts.getFailedCount()) === 4);
    const whole = new Worker('whole', async (one) => ({ ignored: await one.getIgnoredChildrenFailures() }), {
        connection,
    });
    await until('parents have ended', async () => {
        const counts = await queues.whole.getJobCounts('completed', 'failed');
        return counts.completed === 4 && counts.failed === 1;
    });
    await Promise.all([parts.close(), whole.close()]);
    for (const name of Object.keys(policies)) {
        const job = await queues.whole.getJob(name);
        note(name, [await job.getState(), job.failedReason, job.returnvalue, await job.getDependenciesCount()]);
    }
}

// A job that adds its own children and waits for them.
async function grows(queues, connection) {
    const parts = new Worker('parts', async (one) => one.data.n, { connection });
    const whole = new Worker(
        'whole',
        async (job, token) => {
            if (job.data.step === 'add') {
                for (const n of [1, 2])
                    await queues.parts.add('grown', { n }, { parent: { id: job.id, queue: job.queueQualifiedName } });
                await job.updateData({ step: 'wait' });
            }
            if (await job.moveToWaitingChildren(token)) throw new WaitingChildrenError();
            return Object.values(await job.getChildrenValues()).sort();
        },
        { connection },
    );
    await queues.whole.add('grows', { step: 'add' }, { jobId: 'grows' });
    await until('it has grown', async () => (await queues.whole.getJob('grows')).isCompleted());
    await Promise.all([parts.close(), whole.close()]);
    note('grown', (await queues.whole.getJob('grows')).returnvalue);
}

async function cuts(flow, queues) {
    const add = (id) =>
        flow.add({
            name: id,
            queueName: 'whole',
            opts: { jobId: id },
            children: [child('x', { jobId: id + ' x' }), child('y', { jobId: id + ' y' })],
        });
    await add('cut');
    note('cut off', [
        await (await queues.parts.getJob('cut x')).removeChildDependency(),
        (await (await queues.whole.getJob('cut')).getDependenciesCount()).unprocessed,
    ]);
    await noteOf('cut off twice', async () => (await queues.parts.getJob('cut x')).removeChildDependency());
    await add('pruned');
    await (await queues.whole.getJob('pruned')).removeUnprocessedChildren();
    note('pruned', await queues.parts.getJobCounts('waiting'));
    await add('removed');
    await (await queues.whole.getJob('removed')).remove();
    note('removed', [
        (await queues.parts.getJob('removed x')) === undefined,
        await queues.whole.getJobCounts('waiting-children'),
    ]);
    await noteOf('a parent that is not', () =>
        queues.parts.add('orphan', {}, { parent: { id: 'none', queue: 'bull:whole' } }),
    );
    await flow.addBulk(
        [1, 2].map((n) => ({
            name: 'bulk',
            queueName: 'whole',
            opts: { jobId: 'bulk ' + n },
            children: [child('z', { jobId: 'z ' + n })],
        })),
    );
    note('counts', [await queues.whole.getJobCounts(), await queues.parts.getJobCounts()]);
    await queues.parts.obliterate({ force: true });
}

program(async ({ connection }) => {
    hide(/("ats\\*":\\*"?)\d+/g, '$1<times>'); // how often a job was taken up
    unlisted(/:(events|marker|limiter|stalled|stalled-check)$/);
    const flow = new FlowProducer({ connection });
    const queues = { whole: new Queue('whole', { connection }), parts: new Queue('parts', { connection }) };
    await finishes(await tree(flow, queues), queues, connection);
    await failing(flow, queues, connection);
    await grows(queues, connection);
    await cuts(flow, queues);
    await Promise.all([flow.close(), queues.whole.close(), queues.parts.close()]);
});
