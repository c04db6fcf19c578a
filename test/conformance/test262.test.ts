import { SharedMap, SharedSet } from 'threadmap';
import { describe, expect, test } from 'vitest';
import { failing } from './failing.js';
import { runTest, type Stand, testsOf } from './test262.js';

// Runs what tc39/test262 asks of Map and Set, with SharedMap and SharedSet in their place, when the environment variable
// TEST262 names a checkout of it: git clone --depth 1 https://github.com/tc39/test262.

const checkout = process.env.TEST262;

/** Runs of a test that is listed as failing, until it does: those that fail by order pass now and then. */
const RUNS = 200;

const small = { maxBytes: 2 ** 20 };
const prototypeOf = (iterator: object) => Object.getPrototypeOf(iterator) as object;

const stands: { stand: Stand; folders: string[] }[] = [
  {
    stand: { name: 'Map', standIn: SharedMap, iterators: prototypeOf(new SharedMap(small).keys()) },
    folders: ['built-ins/Map', 'built-ins/MapIteratorPrototype'],
  },
  {
    stand: { name: 'Set', standIn: SharedSet, iterators: prototypeOf(new SharedSet(small).keys()) },
    folders: ['built-ins/Set', 'built-ins/SetIteratorPrototype'],
  },
];

const reasons = new Map(failing.flatMap(({ reason, tests }) => tests.map((path) => [path, reason])));

describe.skipIf(checkout === undefined)('test262 (skipped when TEST262 names no checkout)', () => {
  for (const { stand, folders } of stands) {
    const paths = checkout === undefined ? [] : folders.flatMap((folder) => testsOf(checkout, folder));
    const meant = paths.filter((path) => !reasons.has(path));

    test(`${stand.name}: ${meant.length} of ${paths.length} pass`, () => {
      expect(paths.length).toBeGreaterThan(200);
      for (const path of meant) {
        const error = runTest(checkout as string, path, stand);
        if (error !== undefined) expect.soft(error, path).toBe(undefined);
      }
    });

    test(`${stand.name}: ${paths.length - meant.length} fail, each for a reason that is given`, () => {
      for (const path of paths.filter((path) => reasons.has(path))) {
        let runs = 0;
        while (runs < RUNS && runTest(checkout as string, path, stand) === undefined) runs++;
        expect.soft(runs, `${path} passes: it is not to be listed`).toBeLessThan(RUNS);
      }
    });
  }

  test('what is listed is there, once', () => {
    const there = new Set(
      stands.flatMap(({ folders }) => folders).flatMap((it) => testsOf(checkout as string, it)),
    );
    expect([...reasons.keys()].filter((path) => !there.has(path))).toEqual([]);
    expect(failing.flatMap(({ tests }) => tests).length).toBe(reasons.size);
  });
});
