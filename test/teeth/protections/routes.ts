import type { Edit, Protection } from '../protection.js';

// Between two sizes: which chain answers, and who may touch a child that is not born.

const ROUTES = 'schedule/routes.test.ts';
const FRESH = 'threads/fresh-pages.test.ts';
const WHILE_SPLIT = 'while its parent is split, every 2 preemptions';

/** `before` stands where the short ways differ, so that only one of them is meant. */
const withoutChild = (file: string, indent: string, chain: boolean, before: string, after: string): Edit => {
  const lines = [
    '  if ((hash & newBit) != 0 && routed(control, root)) {',
    ...(chain ? ['    chain = hash & knownMask;', '    head = bucketAt(chain);'] : []),
    ...(chain ? [] : ['    head = bucketAt(hash & knownMask);']),
    '    control = loadControl(head);',
    '  }',
  ];
  const child = lines.map((line) => `${indent}${line}\n`).join('');
  return { file, find: `${before}${child}${after}`, replace: `${before}${after}` };
};

export const routes: readonly Protection[] = [
  {
    name: 'a short get of a string looks in the child once its parent was split',
    edits: [withoutChild('find-short.ts', '  ', false, '', '')],
    file: ROUTES,
    test: `string keys keys of a child are looked up ${WHILE_SPLIT}`,
  },
  {
    name: 'a short set looks in the child once its parent was split',
    edits: [withoutChild('assign-short.ts', '', true, '', '')],
    file: ROUTES,
    test: `number keys keys of a child are set ${WHILE_SPLIT}`,
  },
  {
    name: 'a short set of a string looks in the child once its parent was split',
    edits: [withoutChild('assign-short.ts', '  ', true, '', '')],
    file: ROUTES,
    test: `string keys keys of a child are set ${WHILE_SPLIT}`,
  },
  {
    name: 'a short look-up is answered by a parent of the level below alone',
    edits: [
      {
        file: 'route.ts',
        find: `  if (((control ^ nearRoot) & ROUTE_MASK) != 0) return false;`,
        replace: `  if (nearRoot == 0) return false;`,
      },
      {
        file: 'route.ts',
        find: `import { bucketAt, chainMask, isLive, level, loadControl, ROUTE_MASK } from './bucket';`,
        replace: `import { bucketAt, chainMask, isLive, level, loadControl } from './bucket';`,
      },
    ],
    file: ROUTES,
    test: 'number keys keys of a child are looked up under the root of before a growth, every 1 preemption',
  },
  {
    name: "a child's word is not written as it was never",
    edits: [
      {
        file: 'evacuate.ts',
        find: `  const before = cas64(child, 0, 0, CONTROL);`,
        replace: `  const before = exchange64(child, 0, CONTROL);`,
      },
      {
        file: 'evacuate.ts',
        find: `import { add64, cas64, copy, enter, `,
        replace: `import { add64, cas64, copy, enter, exchange64, `,
      },
    ],
    file: ROUTES,
    test: 'two threads open the page of one child, every 2 preemptions',
  },
  {
    name: 'the word of the next chain is not written as it was never',
    edits: [
      {
        file: 'evacuate.ts',
        find: `cas64(next, 0, 0, CONTROL);`,
        replace: `store64(next, 0, CONTROL);`,
      },
    ],
    file: ROUTES,
    test: 'a page is opened while a chain on it is born, every 2 preemptions',
  },
  {
    name: 'a page is written when its chains were merged, and their words stay',
    edits: [
      {
        file: 'evacuate.ts',
        find: `  const before = cas64(child, 0, 0, CONTROL);`,
        replace: `  const before = exchange64(child, 0, CONTROL);`,
      },
      {
        file: 'evacuate.ts',
        find: `import { add64, cas64, copy, enter, `,
        replace: `import { add64, cas64, copy, enter, exchange64, `,
      },
    ],
    file: ROUTES,
    test: 'a page is opened when its chains were born and merged since, every 1 preemption',
  },
  {
    name: "a child's page is written before it is read",
    edits: [
      {
        file: 'evacuate.ts',
        find: `  const before = cas64(child, 0, 0, CONTROL);`,
        replace: `  const before = loadControl(child);`,
      },
    ],
    file: FRESH,
    test: 'a map that grows from empty takes one fault for each page: number keys, one thread',
    plain: true,
  },
  {
    name: 'a write between two sizes asks the parent first',
    edits: [
      {
        file: 'assign-short.ts',
        find: `  let chain = hash & nearMask;
  let head = bucketAt(chain);
  let control = loadControl(head);
  if`,
        replace: `  askForLines(bucketAt(hash & knownMask));
  let chain = hash & nearMask;
  let head = bucketAt(chain);
  let control = loadControl(head);
  if`,
      },
    ],
    file: FRESH,
    test: 'a map that grows from empty takes one fault for each page: number keys, one thread',
    plain: true,
  },
  {
    name: 'a piece that was never taken is not read',
    edits: [
      {
        file: 'heap.ts',
        find: `const fresh = known && first ==`,
        replace: `const fresh = known && known != known && first ==`,
      },
    ],
    file: FRESH,
    test: 'a map that grows from empty takes one fault for each page: string keys, one thread',
    plain: true,
  },
];
