// What it costs to encode and decode one sample, beside other encodings, and to keep it in a map.

import { deserialize, serialize } from 'node:v8';
import { SharedMap } from 'threadmap';
import { decode } from '../../src/structured/decode.js';
import { encode, encodedCopy } from '../../src/structured/encode.js';
import { peer } from '../harness/needs.js';
import { summarize, time } from './clock.js';
import { samples } from './value-samples.js';

export interface ValueCosts {
  /** Of value-samples.ts. */
  readonly sample: string;
  /** Of each loop, ms. */
  readonly roundMs: number;
  readonly rounds: number;
  /** Is msgpackr to be measured? It has to be installed. */
  readonly msgpackr: boolean;
}

/** Nanoseconds for a call, in the best of the rounds. */
export interface ValueFigures {
  readonly contender: string;
  readonly encode: number;
  readonly decode: number;
  readonly bytes?: number;
}

interface Contender {
  readonly name: string;
  /** Of the value of an index: something of the result, so that it is not left out. */
  readonly encode: (index: number) => number;
  readonly decode: (index: number) => number;
  readonly bytes?: number;
}

/** Comes with lmdb. */
export const MSGPACKR = { name: 'msgpackr', version: '1.12.1' };
interface Msgpackr {
  readonly Packr: new (options: object) => { pack(value: object): Buffer; unpack(bytes: Buffer): object };
}

/** So many values of a sample take turns. A power of two. */
const VALUES = 64;

const weigh = (value: unknown) => (typeof value === 'object' && value !== null ? 1 : 0);

function ours(values: readonly object[]): Contender {
  const encoded = values.map((value) => Buffer.from(encodedCopy(value)));
  return {
    name: 'threadmap',
    encode: (index) => encode(values[index]).length,
    decode: (index) => weigh(decode(encoded[index], encoded[index].length)),
    bytes: encoded[1].length,
  };
}

function inMap(values: readonly object[]): Contender {
  const map = new SharedMap<string, object>({ key: 'string' });
  const keys = values.map((_, index) => `user:${1000 + index}`);
  for (const [index, key] of keys.entries()) map.set(key, values[index]);
  return {
    name: 'set and get in a SharedMap',
    encode: (index) => (map.set(keys[index], values[index]) === map ? 1 : 0),
    decode: (index) => weigh(map.get(keys[index])),
  };
}

function json(values: readonly object[]): Contender {
  const texts = values.map((value) => JSON.stringify(value));
  return {
    name: 'JSON text',
    encode: (index) => JSON.stringify(values[index]).length,
    decode: (index) => weigh(JSON.parse(texts[index])),
    bytes: Buffer.byteLength(texts[1]),
  };
}

function v8(values: readonly object[]): Contender {
  const encoded = values.map((value) => serialize(value));
  return {
    name: 'v8.serialize',
    encode: (index) => serialize(values[index]).length,
    decode: (index) => weigh(deserialize(encoded[index])),
    bytes: encoded[1].length,
  };
}

/** As lmdb uses it: names are kept apart from the values, by the packer. */
async function msgpackr(values: readonly object[]): Promise<Contender> {
  const { Packr } = await peer<Msgpackr>(MSGPACKR);
  const packer = new Packr({ structuredClone: true, structures: [] });
  const encoded = values.map((value) => Buffer.from(packer.pack(value)));
  return {
    name: 'msgpackr, names apart',
    encode: (index) => packer.pack(values[index]).length,
    decode: (index) => weigh(packer.unpack(encoded[index])),
    bytes: encoded[1].length,
  };
}

function loop(step: (index: number) => number) {
  return (count: number, seed: number) => {
    let sum = 0;
    for (let q = 0; q < count; q++) sum += step((q + seed) & (VALUES - 1));
    return sum;
  };
}

/** Calls that take a round, found by doing more and more of them, by which V8 optimises them too. */
function calls(step: (index: number) => number, ms: number): number {
  const run = loop(step);
  for (let count = 64; ; count *= 2) {
    const { ns } = time(run, count, count);
    if (ns * count > ms * 1e6) return Math.max(1, Math.round((ms * 1e6) / ns));
  }
}

/** All contenders in turns, round by round. */
export async function measureValues(options: ValueCosts): Promise<ValueFigures[]> {
  const sample = samples.find(({ name }) => name === options.sample);
  if (sample === undefined) throw new Error(`there is no sample ${options.sample}`);
  const values = Array.from({ length: VALUES }, (_, index) => sample.make(index));
  const contenders = [ours(values), inMap(values), v8(values)];
  if (!sample.isBeyondJson) contenders.push(json(values));
  if (options.msgpackr) contenders.push(await msgpackr(values));
  const runs = contenders.flatMap(({ encode, decode }) =>
    [encode, decode].map((step) => ({
      run: loop(step),
      count: calls(step, options.roundMs),
      samples: [] as number[],
    })),
  );
  for (let seed = 0; seed < options.rounds; seed++)
    for (const { run, count, samples } of runs) samples.push(time(run, count, seed).ns);
  const best = runs.map(({ samples }) => summarize(samples).best);
  return contenders.map(({ name, bytes }, at) => ({
    contender: name,
    encode: best[2 * at],
    decode: best[2 * at + 1],
    ...(bytes === undefined ? {} : { bytes }),
  }));
}
