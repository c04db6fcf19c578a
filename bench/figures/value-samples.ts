// Values that programs keep: what encodings of objects are compared on.

import { makeValues } from '../harness/values.js';

export interface Sample {
  readonly name: string;
  /** JSON has no text for it that comes back. */
  readonly isBeyondJson?: true;
  /** One of many: the same names, other content. */
  make(index: number): object;
}

const harnessValues = makeValues('object', 1_000);

function config(index: number): object {
  return {
    version: index,
    server: { host: `host-${index}.example`, port: 8000 + index, tls: { cert: 'cert.pem', key: 'key.pem' } },
    limits: { perDay: 1000, perHour: 100, burst: 10 + index },
    roles: ['reader', 'writer', 'owner'],
    features: { search: true, export: false, beta: index % 2 === 0 },
    stores: [
      { name: 'main', url: `https://main-${index}.example/`, weights: [0.5, 0.25, 0.25] },
      { name: 'spare', url: `https://spare-${index}.example/`, weights: [1] },
    ],
    note: null,
  };
}

export const samples: readonly Sample[] = [
  {
    name: '4 fields',
    make: (index) => ({ id: index, name: `customer ${index}`, email: `c${index}@example.org`, active: true }),
  },
  { name: '1 KB in 10 fields', make: (index) => harnessValues.make(index, 1) as object },
  {
    name: '100 numbers',
    make: (index) => Array.from({ length: 100 }, (_, at) => (at % 2 === 0 ? at * index : at / 7)),
  },
  {
    name: '20 records',
    make: (index) =>
      Array.from({ length: 20 }, (_, at) => ({
        at: 1_700_000_000_000 + at,
        page: `/page/${at + index}`,
        hits: at,
      })),
  },
  {
    name: 'Map of 10',
    isBeyondJson: true,
    make: (index) => new Map(Array.from({ length: 10 }, (_, at) => [`key ${at}`, at + index])),
  },
  {
    name: '1 KB Buffer in 2 fields',
    isBeyondJson: true,
    make: (index) => ({ id: index, data: Buffer.alloc(1024, index) }),
  },
  { name: 'nested configuration', make: config },
];
