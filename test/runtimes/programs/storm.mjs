// A kill storm: ends threads at random moments while they write, and judges what is left. Prints figures, then violations.
import './no-table.mjs';
import { Worker } from 'node:worker_threads';
import { SharedMap } from 'threadmap';

const kills = Number(process.argv[2] ?? 200);
const SEATS = 4;
const SLOTS = 50;
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const map = new SharedMap({ key: 'string', value: 'number', maxBytes: 2 ** 26 });
const texts = new SharedMap({ key: 'string', value: 'string', maxBytes: 2 ** 26 });
const done = new Map();
const violations = [];
const say = (text) => violations.push(text);
/** Threads that ended before they had written: the system may have started them too late. */
let idle = 0;
let exits = 0;

function judge(name) {
  const words = done.get(name);
  for (let slot = 0; slot < SLOTS; slot++) {
    // A thread may still write, where its end is told early: what it may have written by then counts.
    const before = Atomics.load(words, 0);
    const found = map.get(`${name}${'x'.repeat(40)}:${slot}`);
    const after = Atomics.load(words, 0) + 1;
    const last = before - ((((before - slot) % SLOTS) + SLOTS) % SLOTS);
    if (found === undefined ? last > 0 : found < last || found > after || found % SLOTS !== slot)
      say(`${name}, slot ${slot}: ${found}, acknowledged ${last}, at most ${after}`);
  }
}

async function seat(number) {
  for (let i = number; i < kills; i += SEATS) {
    const name = `s${i}`;
    const acknowledged = new SharedArrayBuffer(8);
    done.set(name, new Int32Array(acknowledged));
    const ends = i % 5 === 4 ? 200 + i : undefined;
    const workerData = { job: 'write', handle: map.handle, texts: texts.handle, name, acknowledged, ends };
    const worker = new Worker(new URL('./thread.mjs', import.meta.url), { workerData });
    let failure;
    worker.on('error', (error) => {
      failure = error;
    });
    const exit = new Promise((resolve) => worker.once('exit', resolve));
    for (let wait = 0; wait < 4000 && failure === undefined && Atomics.load(done.get(name), 0) === 0; wait++)
      await sleep(1);
    if (ends !== undefined) {
      await Promise.race([exit, sleep(20_000)]);
      exits++;
    } else await sleep(Math.random() * 15);
    await worker.terminate();
    if (failure !== undefined) say(`${name} failed: ${failure.code ?? failure}`);
    if (Atomics.load(done.get(name), 0) === 0) idle++;
    judge(name);
    // A busy thread of Deno goes on after its end was told, for minutes when there are many: it is told once more.
    setTimeout(() => Atomics.store(done.get(name), 1, 1), 100);
  }
}

await Promise.all(Array.from({ length: SEATS }, (_each, i) => seat(i)));
// Until nobody writes any more: a busy thread of Deno may go on for minutes after its end was told.
for (const words of done.values()) Atomics.store(words, 1, 1);
const sum = () => [...done.values()].reduce((total, words) => total + Atomics.load(words, 0), 0);
let quiet = 0;
for (let last = -1, rounds = 0; quiet < 5 && rounds < 600; rounds++) {
  await sleep(100);
  const now = sum();
  quiet = now === last ? quiet + 1 : 0;
  last = now;
}
if (quiet < 5) say('a thread still writes after its end');
for (const name of done.keys()) judge(name);
for (const [key, value] of map) {
  const [, name, slot] = key.match(/^(s\d+)x{40}:(\d+)$/) ?? [];
  if (key !== 'all' && (!done.has(name) || value % SLOTS !== Number(slot)))
    say(`nobody wrote ${key}: ${value}`);
  // No lock is left: a write goes through.
  if (!map.compareAndSet(key, value, value)) say(`${key} changed although nobody writes`);
}
for (const [key, text] of texts) {
  const [, name, n, tail] = text.match(/^(s\d+):(\d+):(y+)$/) ?? [];
  if (name === undefined || !key.startsWith(`${name}:`) || tail.length !== 300 + (n % 500))
    say(`nobody wrote ${key}: ${text.slice(0, 40)}`);
  texts.set(key, text);
}
const all = map.get('all');
if (!(all >= sum() && all <= sum() + kills)) say(`counted ${all}, acknowledged ${sum()}`);
// Where nobody can tell who has ended, what ended threads had in hand stays in their slots, and is all that may be amiss.
const stay = Math.max(map.stats().threads, texts.stats().threads) > 1;
if (stay && process.argv[3] !== 'untold') say('slots of ended threads stay');
for (const problem of [...map.check(), ...texts.check()]) {
  if (!stay || !/in its hand$|neither free nor reachable$/.test(problem)) say(`check: ${problem}`);
}
console.log(
  `${kills} threads ended, ${exits} by process.exit, ${idle} before a write; acknowledged ${sum()}; ` +
    `growths ${map.stats().growths}, threads ${map.stats().threads}, bytes ${map.stats().bytesCommitted + texts.stats().bytesCommitted}`,
);
for (const violation of violations.slice(0, 10)) console.log(violation);
console.log(`${violations.length} violations`);
process.exit(violations.length > 0 ? 1 : 0);
