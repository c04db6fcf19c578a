import { readFileSync } from 'node:fs';
import { SharedMap, SharedSet } from 'threadmap';
import { describe, expect, test } from 'vitest';

// docs/coming-from.md names methods of ours: they are there, and none of ours is missing from the page.

const page = readFileSync(new URL('../docs/coming-from.md', import.meta.url), 'utf8');

interface Row {
  readonly section: string;
  readonly theirs: string;
  readonly ours: string;
  readonly difference: string;
}

const rows: Row[] = page.split(/^## /m).flatMap((part) => {
  const section = part.slice(0, part.indexOf('\n'));
  return [...part.matchAll(/^\|(.*)\|$/gm)].slice(2).map(([, cells = '']) => {
    const [theirs = '', ours = '', difference = ''] = cells.split('|').map((cell) => cell.trim());
    return { section, theirs, ours, difference };
  });
});

const ALONE = 'What is here alone, or comes from elsewhere';

/** What stands between backticks. */
const codeIn = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code as string);

/** The methods that a row names as ours: of instances, and of the class. */
function namedIn({ section, theirs, ours }: Row): { owner: object; name: string }[] {
  const instance = (section === 'Set' ? SharedSet : SharedMap).prototype;
  const statics: Record<string, object> = { SharedMap, SharedSet };
  return codeIn(section === ALONE ? theirs : ours).flatMap((code) => {
    if (/^(new |for )/.test(code)) return [];
    const [, className, name = ''] = /^(?:(\w+)(?=[.[]))?\.?(\[[\w.]+\]|\w+)/.exec(code) ?? [];
    return [{ owner: className === undefined ? instance : (statics[className] as object), name }];
  });
}

function keyOf(name: string): string | symbol {
  const symbol = /^\[Symbol\.(\w+)\]$/.exec(name)?.[1];
  return symbol === undefined ? name : ((Symbol as unknown as Record<string, symbol>)[symbol] as symbol);
}

/** How Node's console shows a map: no method that anybody calls. */
const inspectSymbol = Symbol.for('nodejs.util.inspect.custom');

const named = rows.flatMap(namedIn);

test('the tables were read', () => {
  expect(new Set(rows.map(({ section }) => section)).size).toBe(8);
  expect(rows.length).toBeGreaterThan(90);
  expect(named.length).toBeGreaterThan(120);
  for (const { theirs, ours } of rows)
    expect(theirs.length * ours.length + Number(ours === ''), theirs).toBeGreaterThan(0);
});

describe('what the page names as ours is there', () => {
  test.each([...new Set(named.map(({ name }) => name))])('%s', (name) => {
    for (const { owner } of named.filter((of) => of.name === name)) {
      // Own properties of instances.
      if (name === 'handle') continue;
      expect(keyOf(name) in owner, `${name} of ${String(owner)}`).toBe(true);
    }
  });
});

test.each([
  ['SharedMap', SharedMap],
  ['SharedMap.prototype', SharedMap.prototype],
  ['SharedSet', SharedSet],
  ['SharedSet.prototype', SharedSet.prototype],
] as const)('and all of %s is on the page', (_name, owner) => {
  const onPage = new Set(named.map(({ name }) => keyOf(name)));
  const left = new Set<unknown>(['constructor', 'prototype', 'length', 'name', inspectSymbol]);
  const missing = Reflect.ownKeys(owner).filter((key) => !onPage.has(key) && !left.has(key));
  expect(missing).toEqual([]);
});

test.each([
  ['Map', Map],
  ['Set', Set],
] as const)('all of %s.prototype of this Node is on the page', (section, builtIn) => {
  const text = rows
    .filter((row) => row.section === section)
    .map(({ theirs }) => theirs)
    .join();
  for (const key of Reflect.ownKeys(builtIn.prototype)) {
    if (key === 'constructor') continue;
    const name = typeof key === 'symbol' ? `[${key.description}]` : key;
    expect(text.includes(`\`${name}\``) || text.includes(`\`${name}(`), name).toBe(true);
  }
});

test('a row without an equivalent says why', () => {
  const without = rows.filter(({ ours, section }) => ours.startsWith('—') && section !== ALONE);
  expect(without.length).toBeGreaterThan(8);
  for (const { theirs, difference } of without) expect(difference.length, theirs).toBeGreaterThan(15);
});
