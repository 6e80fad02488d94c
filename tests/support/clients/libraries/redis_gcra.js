// redis-gcra: the generic cell rate algorithm.
'use strict';

const gcra = require('redis-gcra');
const { program, note } = require('./shared/harness');

program(async ({ client }) => {
    const limiter = gcra({ redis: client, keyPrefix: 'gcra', burst: 3, rate: 1, period: 3_600_000 });
    const ask = async (options) => {
        const { limited, remaining, retryIn, resetIn } = await limiter.limit({ key: 'me', ...options });
        return [limited, remaining, retryIn > 0, resetIn > 0];
    };
    for (const turn of [1, 2, 3, 4]) note('cell ' + turn, await ask());
    const { limited, remaining } = await limiter.peek({ key: 'me' });
    note('peek', [limited, remaining]);
    note('reset', [await limiter.reset({ key: 'me' }), await ask({ cost: 2 }), await ask({ cost: 5 })]);
    note('fraction', await ask({ key: 'half', rate: 0.5 + 1, period: 1_000_000, cost: 1 }));
});
