// rsmq: queues of messages with a time of invisibility.
'use strict';

const { promisify } = require('util');
const redis = require('redis-3');
const RSMQ = require('rsmq');
const { program, note, noteOf, hide, event, until } = require('./shared/harness');

const brief = (message) => (message.id ? [message.message, message.rc, message.fr > 0] : message);

program(async ({ connection }) => {
    hide(/\b[0-9a-z]{10}[A-Za-z0-9]{22}\b/g, '<id>');
    hide(/("modified":"?)\d+/g, '$1<time>');
    const client = redis.createClient(connection);
    await event(client, 'ready');
    const queue = new RSMQ({ client, ns: 'rsmq', realtime: true });
    await until(
        'its scripts are loaded',
        () => queue.popMessage_sha1 && queue.receiveMessage_sha1 && queue.changeMessageVisibility_sha1,
    );
    const qname = 'mail';
    note('created', [await queue.createQueueAsync({ qname, vt: 30, maxsize: 2048 }), await queue.listQueuesAsync()]);
    await noteOf('created twice', () => queue.createQueueAsync({ qname }));
    for (const message of ['first', 'second', 'third']) await queue.sendMessageAsync({ qname, message });
    await queue.sendMessageAsync({ qname, message: 'late', delay: 1000 });
    const first = await queue.receiveMessageAsync({ qname });
    note('received', brief(first));
    note('popped', brief(await queue.popMessageAsync({ qname })));
    note('seen again at once', await queue.changeMessageVisibilityAsync({ qname, id: first.id, vt: 0 }));
    const third = await queue.receiveMessageAsync({ qname, vt: 0 });
    note('received', brief(third));
    note('deleted', [
        await queue.deleteMessageAsync({ qname, id: third.id }),
        await queue.deleteMessageAsync({ qname, id: third.id }),
    ]);
    note('no such message', await queue.changeMessageVisibilityAsync({ qname, id: third.id, vt: 0 }));
    const { totalrecv, totalsent, msgs, vt, maxsize } = await queue.getQueueAttributesAsync({ qname });
    note('attributes', { totalrecv, totalsent, msgs, vt, maxsize });
    note('set', (await queue.setQueueAttributesAsync({ qname, vt: 60, delay: 5 })).vt);
    await noteOf('too long', () => queue.sendMessageAsync({ qname, message: 'x'.repeat(5000) }));
    await noteOf('no such queue', () => queue.receiveMessageAsync({ qname: 'none' }));
    await queue.createQueueAsync({ qname: 'gone' });
    note('empty', [await queue.receiveMessageAsync({ qname: 'gone' }), await queue.popMessageAsync({ qname: 'gone' })]);
    note('queue deleted', [await queue.deleteQueueAsync({ qname: 'gone' }), await queue.listQueuesAsync()]);
    await promisify(client.quit).call(client);
});
