import { describe, expect, test } from 'vitest';
import { whatIsMissing } from '../../bench/harness/needs.js';
import { threadmapBench, tiny } from './harness.js';

const { bench, subjects, defineSubject, defineWorkload } = threadmapBench;

const workloads = [
  { mix: { get: 1, set: 1 } },
  { mix: { get: 2, set: 1, delete: 1 } },
  { mix: { add: 1 }, filled: 0 },
  { mix: { modify: 1, get: 1 } },
  { mix: { get: 1, set: 1 }, values: 'object' },
].map((given, at) =>
  defineWorkload({
    ...{ name: `each-${at}`, title: 't', source: 's', about: '', keys: ['int', 'string', 'fresh', 'long'] },
    ...{ entries: [200], ...given },
  } as never),
);

// programs.test.ts has those in other languages.
const modules = subjects.filter(({ kind }) => kind !== 'program');

describe.each(modules.map((subject) => [subject.name, subject] as const))('%s', async (_, subject) => {
  const missing = await whatIsMissing(subject);

  // The reason stands in the title of what is skipped.
  test.skipIf(missing !== undefined)(
    `is started, measured and right${missing === undefined ? '' : ` (skipped: ${missing})`}`,
    async () => {
      const able = workloads.filter(
        ({ mix, values = 'number' }) =>
          subject.values.includes(values) &&
          Object.keys(mix ?? {}).every((operation) => subject.operations.includes(operation as never)),
      );
      expect(able.length).toBeGreaterThan(0);
      const each = { ...tiny, subjects: [subject], repeat: 1 };
      // Everything that it can do, and every kind of key that it takes.
      for (const [some, keys] of [
        [workloads, subject.keys.slice(0, 1)],
        ...subject.keys.slice(1).map((kind) => [able.slice(0, 1), [kind]] as const),
      ] as const) {
        const { cells } = await bench({ ...each, workloads: some, keys });
        for (const { id, outcome, reason } of cells)
          expect([id, outcome, reason]).toEqual([id, 'measured', null]);
        expect(cells).toHaveLength(some.filter((workload) => able.includes(workload)).length);
      }
    },
  );
});

test('defineSubject refuses names, operations and modules that cannot be', () => {
  const [good] = subjects.filter(({ kind }) => kind !== 'program');
  expect(() => defineSubject({ ...good, name: 'Two words' } as never)).toThrow(/lower case/);
  expect(() => defineSubject({ ...good, operations: ['fly'] } as never)).toThrow(/operations are some of/);
  expect(() => defineSubject({ ...good, module: './here.js' } as never)).toThrow(/import.meta.url/);
});
