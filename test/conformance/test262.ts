import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';

// Runs tests of a checkout of tc39/test262 in this realm, with a class of ours in place of a built-in one.

/** What a test says of itself, between its markers. */
interface Front {
  readonly includes: string[];
  readonly flags: string[];
  /** It must fail, with an error of this name. */
  readonly negative: string | undefined;
}

const BY_DEFAULT = ['assert.js', 'sta.js'];

function listOf(front: string, name: string): string[] {
  const inline = new RegExp(`^${name}:\\s*\\[([^\\]]*)\\]`, 'm').exec(front)?.[1];
  if (inline !== undefined) return inline.split(',').map((item) => item.trim());
  const block = new RegExp(`^${name}:\\s*\\n((?:\\s+-.*\\n)+)`, 'm').exec(front)?.[1] ?? '';
  return [...block.matchAll(/-\s*(\S+)/g)].map(([, item]) => item as string);
}

function frontOf(source: string): Front {
  const front = /\/\*---([\s\S]*?)---\*\//.exec(source)?.[1];
  if (front === undefined) throw new Error('the test says nothing of itself');
  return {
    includes: listOf(front, 'includes').filter(Boolean),
    flags: listOf(front, 'flags').filter(Boolean),
    negative: /^negative:[\s\S]*?type:\s*(\S+)/m.exec(front)?.[1],
  };
}

/** The tests below a folder of the checkout, by their paths from there. */
export function testsOf(checkout: string, folder: string): string[] {
  return (readdirSync(join(checkout, 'test', folder), { recursive: true }) as string[])
    .filter((path) => path.endsWith('.js') && !path.includes('_FIXTURE'))
    .map((path) => join(folder, path))
    .sort();
}

/** What tests may have changed, and must not leave so. */
function builtIns(classes: readonly object[]): object[] {
  const all = [Object, Array, Map, Set, Function, Reflect, Symbol, Object.getPrototypeOf(new Map().keys())];
  const steps = Object.getPrototypeOf([][Symbol.iterator]());
  const each = [...all, ...classes, steps, Object.getPrototypeOf(steps)];
  const owners = each.flatMap((it) => [it, it.prototype ?? it]);
  // The methods too: tests delete their names and lengths.
  const methods = owners.flatMap((owner) =>
    Reflect.ownKeys(owner).flatMap((key) => {
      const { value, get } = Object.getOwnPropertyDescriptor(owner, key) as PropertyDescriptor;
      return [value, get];
    }),
  );
  return [globalThis, ...owners, ...methods.filter((it) => typeof it === 'function')];
}

function restorer(objects: readonly object[]): () => void {
  const before = objects.map((object) => [object, Object.getOwnPropertyDescriptors(object)] as const);
  return () => {
    for (const [object, properties] of before) {
      for (const key of Reflect.ownKeys(object)) {
        if (!Object.hasOwn(properties, key)) Reflect.deleteProperty(object, key);
      }
      Object.defineProperties(object, properties);
    }
  };
}

const host = {
  createRealm: () => ({ global: runInContext('globalThis', createContext()) }),
};

/** A class of ours, its iterators' prototype, and the global name that tests know it by. */
export interface Stand {
  readonly name: 'Map' | 'Set';
  readonly standIn: { readonly prototype: object };
  readonly iterators: object;
}

/** Runs one test, strict and sloppy as it wants. Returns what went wrong, or undefined when it passes. */
export function runTest(checkout: string, path: string, stand: Stand): unknown {
  const source = readFileSync(join(checkout, 'test', path), 'utf8');
  const { includes, flags, negative } = frontOf(source);
  for (const flag of flags) {
    if (flag !== 'onlyStrict' && flag !== 'noStrict')
      return new Error(`tests with the flag ${flag} are not run`);
  }
  const harness = [...BY_DEFAULT, ...includes]
    .map((file) => readFileSync(join(checkout, 'harness', file), 'utf8'))
    .join('\n');
  const modes = flags.includes('onlyStrict') ? [true] : flags.includes('noStrict') ? [false] : [false, true];
  const restore = restorer(builtIns([stand.standIn, stand.iterators]));
  for (const strict of modes) {
    let error: unknown;
    try {
      const text = `${strict ? '"use strict";' : ''}${harness}\n${source}`;
      new Function(stand.name, '$262', text).call(globalThis, stand.standIn, host);
    } catch (thrown) {
      error = thrown ?? new Error('nothing was thrown');
    } finally {
      restore();
    }
    if (negative === undefined) {
      if (error !== undefined) return error;
    } else if ((error as Error | undefined)?.constructor?.name !== negative) {
      return new Error(`there should have been a ${negative}`, { cause: error });
    }
  }
  return undefined;
}
