import type { Protection } from '../protection.js';

// Clear and iteration.

export const clear: readonly Protection[] = [
  {
    name: 'a clear finishes the sweep before it',
    edits: [
      {
        file: 'clear.ts',
        find: `    if (root & SWEEPING) {`,
        replace: `    if (false) {`,
      },
    ],
    file: 'schedule/clear.test.ts',
    test: 'a map with number keys is cleared while it is read and written',
  },
  {
    name: 'a clear reseeds the hash',
    edits: [
      {
        file: 'thread.ts',
        find: `  const gen = rootGen(root);
  const k0`,
        replace: `  const gen = rootGen(root) & 0;
  const k0`,
      },
    ],
    file: 'schedule/clear.test.ts',
    test: 'a map with number keys is cleared while it is read and written',
  },
  {
    name: 'an iteration passes over keys of another chain',
    edits: [
      {
        file: 'walk.ts',
        find: `  if (((hash ^ walkChain) & <u32>chainMask(walkLevel)) != 0) return false;`,
        replace: ``,
      },
    ],
    file: 'schedule/evacuation.test.ts',
    test: 'number keys a chain of 1 is evacuated while it is iterated',
  },
  {
    name: 'an iteration goes on by the level of the chain',
    edits: [
      {
        file: 'walk.ts',
        find: `(<u64>1 << (32 - walkLevel)));`,
        replace: `(<u64>1 << (32 - rootB(knownRoot))));`,
      },
      {
        file: 'walk.ts',
        find: `import { ensureSeed, miss, newBit }`,
        replace: `import { rootB } from './header';\nimport { ensureSeed, knownRoot, miss, newBit }`,
      },
    ],
    file: 'schedule/evacuation.test.ts',
    test: 'number keys a chain of 1 is evacuated while it is iterated',
  },
  {
    name: 'an iteration looks at the version again',
    edits: [
      {
        file: 'iterate.ts',
        find: `if (((now ^ control) & READ_MASK) != 0 || rootGen(loadRoot())`,
        replace: `if (rootGen(loadRoot())`,
      },
    ],
    file: 'schedule/evacuation.test.ts',
    test: 'number keys a chain of 1 is evacuated while it is iterated',
  },
  {
    name: 'an iteration ends when a clear comes',
    edits: [
      {
        file: 'iterate.ts',
        find: `    if (isOver(root, gen)) return ENDED;
`,
        replace: ``,
      },
    ],
    file: 'schedule/holes.test.ts',
    test: 'number keys an iteration meets a key again that was cleared and came back under another hash, every 2 preemptions',
  },
  {
    name: 'an iteration knows that it may list a key twice',
    edits: [
      {
        file: 'iterate.ts',
        find: `  store<u32>(scratch, <u32>(now & LOCK), S_TWICE);`,
        replace: `  store<u32>(scratch, 0, S_TWICE);`,
      },
    ],
    file: 'schedule/growth.test.ts',
    test: 'chains of number keys are compacted while they are read and written',
  },
  {
    name: 'between two sizes a sweep stamps the parent before it passes over the child',
    edits: [
      {
        file: 'clear.ts',
        find: `  if (!sweepChain(root, chain)) return chain;
  if ((root & AMENDED) == 0 || level(loadControl(bucketAt(chain))) != rootB(root)) return NOWHERE;`,
        replace: `  const before = level(loadControl(bucketAt(chain)));
  if (!sweepChain(root, chain)) return chain;
  if ((root & AMENDED) == 0 || before != rootB(root)) return NOWHERE;`,
      },
    ],
    file: 'schedule/stretches.test.ts',
    test: 'number keys a map is cleared and swept while a chain is split, every 2 preemptions',
  },
  {
    name: 'overflow buckets of an older generation are counted where they were',
    edits: [
      {
        file: 'clear.ts',
        find: `addOverflows(control >> GEN_SHIFT, chain, -buckets);`,
        replace: `addOverflows(rootGen(root), chain, -buckets);`,
      },
    ],
    file: 'schedule/stretches.test.ts',
    test: 'number keys chains with overflow buckets are cleared, swept and filled',
  },
  {
    name: 'a sweep that meets a locked child looks at the lock of the child',
    edits: [
      {
        file: 'clear.ts',
        find: `  return sweepChain(root, child) ? NOWHERE : child;`,
        replace: `  return sweepChain(root, child) ? NOWHERE : chain;`,
      },
    ],
    file: 'schedule/waiting.test.ts',
    test: 'number keys a key is waited for while others write, clear and grow',
  },
];
