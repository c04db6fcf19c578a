// Loads this library in a vm context, as test runners do: its own WebAssembly, errors and arrays
// are of that realm, node's are of the main one. Prints what went wrong, as JSON. To be run with
// --experimental-vm-modules.
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import vm from 'node:vm';
import { SharedMap as Outer, SharedMapError as OuterError } from '../../dist/src/index.js';

const globals = { Buffer, URL, AbortController, AbortSignal, performance, structuredClone };
const timers = { setImmediate, setTimeout, clearTimeout };
const context = vm.createContext({ ...globals, ...timers, console });
const modules = new Map();

async function load(url) {
  const source = await readFile(new URL(url), 'utf8');
  return new vm.SourceTextModule(source, { context, identifier: url });
}

async function builtIn(name) {
  const real = await import(name);
  const names = Object.keys(real);
  const copy = new vm.SyntheticModule(
    names,
    () => {
      for (const each of names) copy.setExport(each, real[each]);
    },
    { context, identifier: name },
  );
  return copy;
}

/** Each module once, also for two that ask for it at the same time. */
function once(name, make) {
  if (!modules.has(name)) modules.set(name, make(name));
  return modules.get(name);
}

const link = (specifier, { identifier }) =>
  specifier.startsWith('node:') ? once(specifier, builtIn) : once(new URL(specifier, identifier).href, load);

const library = await once(new URL('../../dist/src/index.js', import.meta.url).href, load);
await library.link(link);
await library.evaluate();
const { SharedMap, SharedSet, SharedMapError } = library.namespace;

const wrong = [];
function check(what, is) {
  if (!is) wrong.push(what);
}
function thrown(call) {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}

const small = { maxBytes: 2 ** 20 };
check('the library is of another realm', SharedMap !== Outer && !(SharedMapError instanceof Function));

// Handles of the main realm.
const outer = new Outer(small).set('k', { deep: [1] });
const inner = SharedMap.attach(outer.handle);
check('a handle of the main realm', inner.get('k').deep[0] === 1);
check('the same instance', SharedMap.attach(structuredClone(outer.handle)) === inner);
inner.set('by', 'inner');
check('one map', outer.get('by') === 'inner');
const back = new SharedMap(small).set('k', 1);
check('a handle of the inner realm', Outer.attach(back.handle).get('k') === 1);

// Errors, both ways.
const inside = thrown(() => inner.waitForSync('x', { timeout: 0 }));
check('its errors', inside instanceof SharedMapError && inside instanceof OuterError);
const outside = thrown(() => outer.getMany(5));
check('errors of the main realm', outside instanceof SharedMapError);
const kind = thrown(() => new SharedMap({ key: 'string', ...small }).set(1, 1));
check('TypeErrors', kind instanceof SharedMapError && kind instanceof OuterError);

// Values: what node:v8 gives is of the main realm.
const kept = new SharedMap({ cacheValues: 5, ...small }).set('k', { list: [1, { a: 2 }] });
const first = kept.get('k');
check('kept values', kept.get('k') === first && Object.isFrozen(first.list[1]));
const value = { deep: [1, 2] };
const values = new SharedMap(small)
  .set('k', value)
  .set('b', new Uint8Array([1, 2]))
  .set('d', new Date(5));
check(
  'a structured value',
  values.compareAndSet('k', { deep: [1, 2] }, 'else') && values.get('k') === 'else',
);
check('bytes', values.get('b')[1] === 2 && values.compareAndSet('b', Buffer.from([1, 2]), 1));
values.set('c', { list: [1, 2, 3] });
check('a value that was read back', values.compareAndSet('c', values.get('c'), 'x'));
check('a Date', values.get('d').getTime() === 5);
const merged = values.set('n', { a: 1 }).update('n', (before) => ({ ...before, b: 2 }));
check('update', merged.b === 2);
const keys = new SharedMap({ key: 'bytes', ...small }).set(Buffer.from('ab'), 1);
check('keys of bytes', keys.get(new Uint8Array([97, 98])) === 1 && [...keys.keys()][0].length === 2);
check(
  'many',
  new SharedMap({ key: 'number', value: 'number', ...small }).setMany([1], [2]).getMany([1])[0] === 2,
);
const path = `${tmpdir()}/threadmap-inside-${process.pid}`;
await values.save(path, { signal: new AbortController().signal });
check('a file', (await SharedMap.load(new URL(`file://${path}`))).size === values.size);
await rm(path);
check('a snapshot', SharedMap.fromSnapshot(values.snapshot()).size === values.size);
check('a set', SharedSet.attach(new SharedSet([1, 2], small).handle).has(2));
await Promise.all([inner.waitFor('later'), setImmediate(() => outer.set('later', 1))]);
inner.detach({ all: true });
back.detach({ all: true });

// A trap is told as damage in each realm.
const damaged = new SharedMap(small).set('k', 'a text that has a record');
new Uint32Array(damaged.handle.memory.buffer).fill(0xfffffff0, 16384);
check('a trap', thrown(() => damaged.get('k'))?.code === 'ERR_SHARED_MAP_CORRUPT');
check('check', damaged.check().length > 0);

console.log(JSON.stringify(wrong));
process.exit();
