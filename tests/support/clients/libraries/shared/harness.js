// What the programs of this folder share. NAME.js PORT uses one library of the npm registry against the server at PORT of
// loopback, as the library's documentation shows it, and prints what it observed, a line of JSON each. What is chance or
// time is hidden, so that two servers that behave alike give the same lines. After the program's own lines come all
// that it left in the data, the kinds of error replies that the server gave, and the digests of the scripts that ran.
// Exit 0: it came to its end, 1: it failed, 3: it did not end in time.
'use strict';

const crypto = require('crypto');
const net = require('net');
const util = require('util');
const Redis = require('ioredis');

const kPort = Number(process.argv[2]);
const kLimitMs = 100_000;

// Forms of what differs from run to run. Programs add their own.
const kHidden = [
    [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, '<uuid>'],
    [/\b1[5-9]\d{11,14}(\.\d+)?\b/g, '<time>'],
    [/\b1[5-9]\d{8}(\.\d+)?\b/g, '<time>'],
    [/\b[0-9a-f]{24,}\b/g, '<hex>'],
    [/\\+n +at .*?(?=\\*"[,\]}])/g, ''], // where an error was thrown
];
// Keys that are left out of what is printed at the end.
const kUnlisted = [];

const lines = [];
let stage = 'the beginning';

function hidden(text) {
    for (const [form, instead] of kHidden) text = text.replace(form, instead);
    return text;
}

function plain(value) {
    if (value instanceof Error) return 'Error: ' + value.message;
    if (Buffer.isBuffer(value)) return value.toString('latin1');
    if (typeof value === 'bigint' || typeof value === 'function') return String(value);
    if (value instanceof Map) return plain(Object.fromEntries(value));
    if (Array.isArray(value)) return value.map(plain);
    if (value && typeof value === 'object')
        return Object.fromEntries(
            Object.keys(value)
                .sort()
                .map((key) => [key, plain(value[key])]),
        );
    return value === undefined ? null : value;
}

/// Prints one observation.
function note(what, value) {
    stage = what;
    lines.push(hidden(JSON.stringify([what, plain(value)])));
}

/// The value that `work` gives, or the text of its error, as one observation.
async function noteOf(what, work) {
    try {
        note(what, await work());
    } catch (error) {
        note(what, error);
    }
}

/// Puts `instead` in place of what `form`, a global regular expression, finds in observations.
const hide = (form, instead) => kHidden.unshift([form, instead]);

/// Leaves keys out of those listed at the end: which are there depends on who came first, or on the time.
const unlisted = (form) => kUnlisted.push(form);

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/// Asks again and again until `question` gives something true; the program's limit ends it otherwise.
async function until(what, question) {
    stage = 'waiting until ' + what;
    for (;;) {
        const answer = await question();
        if (answer) return answer;
        await pause(10);
    }
}

/// Resolves at an event; made before what causes it.
const event = (emitter, name, matches = () => true) =>
    new Promise((resolve) => {
        const listener = (...words) => {
            if (!matches(...words)) return;
            emitter.off ? emitter.off(name, listener) : emitter.removeListener(name, listener);
            resolve(words);
        };
        emitter.on(name, listener);
    });

/// The scripts that clients run, told by MONITOR: digests of what EVAL and EVALSHA named.
class Watcher {
    constructor() {
        this.digests = new Set();
        this.rest = '';
        this.marks = new Map();
    }

    async start() {
        this.socket = net.connect(kPort, '127.0.0.1');
        await new Promise((resolve, reject) => {
            this.socket.once('error', reject);
            this.socket.once('data', resolve); // +OK
            this.socket.write('MONITOR\r\n');
        });
        this.socket.on('data', (bytes) => this.read(bytes.toString('latin1')));
    }

    read(text) {
        const all = (this.rest + text).split('\r\n');
        this.rest = all.pop();
        for (const line of all) this.command(line);
    }

    command(line) {
        const [, source, words] = /^\+[\d.]+ \[\d+ ([^\]]*)\] (.*)$/s.exec(line) || [];
        if (source === undefined || source === 'lua') return;
        const [name, first] = words.slice(1, -1).split('" "', 2);
        if (/^evalsha(_ro)?$/i.test(name)) this.digests.add(first.toLowerCase());
        else if (/^eval(_ro)?$/i.test(name))
            this.digests.add(crypto.createHash('sha1').update(Watcher.unquoted(first), 'latin1').digest('hex'));
        else if (this.marks.has(first)) this.marks.get(first)();
    }

    static unquoted(text) {
        const letters = { n: '\n', r: '\r', t: '\t', a: '\x07', b: '\b' };
        return text.replace(/\\(x[0-9a-f]{2}|.)/gs, (_, code) =>
            code.length === 3 ? String.fromCharCode(parseInt(code.slice(1), 16)) : letters[code] || code,
        );
    }

    /// All commands that were sent before have been seen when this resolves.
    async caughtUp(client) {
        const mark = 'mark-' + crypto.randomUUID();
        const seen = new Promise((resolve) => this.marks.set(mark, resolve));
        await client.echo(mark);
        await seen;
    }
}

// Members that a time orders may fall into one millisecond or into two: their names order them here.
function byTime(words) {
    const pairs = words.filter((_, at) => at % 2 === 0).map((member, at) => [member, words[2 * at + 1]]);
    return pairs.some(([, score]) => score.length >= 10) ? pairs.sort() : pairs;
}

const kReaders = {
    string: (client, key) => client.getBuffer(key),
    list: (client, key) => client.lrange(key, 0, -1),
    hash: (client, key) => client.hgetall(key),
    set: async (client, key) => (await client.smembers(key)).sort(),
    zset: async (client, key) => byTime(await client.zrange(key, 0, -1, 'WITHSCORES')),
    stream: async (client, key) => (await client.xrange(key, '-', '+')).map(([, fields]) => fields),
};

async function noteDataset(client) {
    const keys = [];
    for await (const some of client.scanStream({ count: 1000 })) keys.push(...some);
    const found = [];
    for (const key of new Set(keys)) {
        if (kUnlisted.some((form) => form.test(key))) continue;
        const type = await client.type(key);
        if (type === 'none') continue; // gone meanwhile
        const expires = (await client.pttl(key)) >= 0;
        const encoding = await client.object('ENCODING', key);
        const value = plain(await kReaders[type](client, key));
        found.push(hidden(JSON.stringify(['key', key, type, encoding, expires ? 'expires' : 'stays', value])));
    }
    lines.push(...found.sort());
}

async function noteErrors(client) {
    const kinds = [...(await client.info('errorstats')).matchAll(/^errorstat_(.*?):/gm)].map(([, kind]) => kind);
    lines.push(JSON.stringify(['error replies', kinds.sort()]));
}

async function noteScripts(client, watcher) {
    await watcher.caughtUp(client);
    const digests = [...watcher.digests].sort();
    const kept = digests.length ? await client.script('EXISTS', ...digests) : [];
    lines.push(JSON.stringify(['scripts', digests.filter((_, at) => kept[at] === 1)]));
}

function finish(code) {
    process.stdout.write(lines.join('\n') + '\n', () => process.exit(code));
}

function fail(error) {
    console.error(`after "${stage}":`, error);
    finish(1);
}

async function runAll(use) {
    const client = new Redis({ host: '127.0.0.1', port: kPort });
    await client.flushall();
    await client.script('FLUSH', 'SYNC');
    await client.function('FLUSH');
    await client.config('RESETSTAT');
    const watcher = new Watcher();
    await watcher.start();
    await use({ client, connection: { host: '127.0.0.1', port: kPort } });
    stage = 'the program itself';
    await noteDataset(client);
    await noteErrors(client);
    await noteScripts(client, watcher);
}

/// Runs `use({client, connection})`: an ioredis client of its own, and the address for others.
function program(use) {
    process.on('unhandledRejection', fail);
    process.on('uncaughtException', fail);
    setTimeout(() => {
        console.error(`no end after ${kLimitMs} ms, at "${stage}"; seen so far:\n` + util.inspect(lines.slice(-5)));
        finish(3);
    }, kLimitMs).unref();
    runAll(use).then(() => finish(0), fail);
}

module.exports = { program, note, noteOf, hide, unlisted, pause, until, event };
