import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { noRenameOver, root, saveIn, saverOf } from './saving-process.js';

// Files that are written in place, by several at once.

let folder: string;
let path: string;

beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'threadmap-in-place-'));
  path = join(folder, 'map');
  fs.writeFileSync(path, 'old');
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

/** The two ways to a file in place: the second has a whole copy beside it. */
const closedFolder = `const { open } = promises;
  promises.open = async (path, flags, mode) => flags === 'wx' ? fail('EACCES') : open(path, flags, mode);`;
const ways: [string, string][] = [
  ['in a folder where none can be made', closedFolder],
  ['that cannot be renamed over', noRenameOver('EBUSY')],
];

/** Two maps, `a` and `b`, of the entries that `saverOf` expects. */
const twoMaps = (library = 'threadmap') => `
  import fs from 'node:fs';
  import { SharedMap } from 'threadmap';
  import { SharedMap as Other } from ${JSON.stringify(library)};
  const file = ${JSON.stringify(path)};
  const filled = (Map, who) => {
    const map = new Map({ maxBytes: 2 ** 26 });
    for (let i = 0; i < 20_000; i++) map.set(i, who);
    return map;
  };
  const a = filled(SharedMap, 'a');
  const b = filled(Other, 'b');
  const load = async () => {
    try { return (await SharedMap.load(file)).get(7); } catch (error) { return error.message; }
  };
  const told = (results) => results.map(({ status, reason }) => reason?.code ?? reason ?? status).join();`;

/** Writes into the file as another process would, after each of the first `times` writers of it. */
const disturbed = (times: number) => `
  const opened = promises.open;
  let times = 0;
  promises.open = async (path, flags, mode) => {
    const file = await opened(path, flags, mode);
    if (flags !== 'r+' || ++times > ${times}) return file;
    const { sync } = file;
    file.sync = async () => {
      await Reflect.apply(sync, file, []);
      const other = fs.openSync(path, 'r+');
      fs.writeSync(other, 'another', 3000);
      fs.closeSync(other);
    };
    return file;
  };
  process.on('exit', () => console.log(times));`;

const one = () => `${twoMaps()}
  try { await a.save(file); console.log('saved'); }
  catch (error) { console.log([error.code, error.message].join('\\n')); }`;

describe.each(ways)('a file %s', (_way, double) => {
  test('is whole after two saves at once', async () => {
    const rounds = `${twoMaps()}
      for (let round = 0; round < 5; round++) {
        console.log(told(await Promise.allSettled([a.save(file), b.save(file), a.save(file)])), await load());
      }`;
    const line = expect.stringMatching(/^fulfilled,fulfilled,fulfilled [ab]$/);
    expect((await saveIn(double, rounds)).split('\n')).toEqual(Array(5).fill(line));
    expect(fs.readdirSync(folder)).toEqual(['map']);
  });

  test('that another writes too is written again', async () => {
    expect(await saveIn(double + disturbed(3), one())).toBe('saved\n4');
    expect(await saverOf(path)).toBe('a');
    expect(fs.readdirSync(folder)).toEqual(['map']);
  });

  test('that another writes all the time is an error', async () => {
    const [code, message, times] = (await saveIn(double + disturbed(99), one())).split('\n');
    expect([code, times]).toEqual(['ERR_SHARED_MAP_SNAPSHOT', '4']);
    const whole = fs.readdirSync(folder).filter((name) => name.startsWith('map.whole-'));
    if (double === closedFolder) {
      expect(message).toMatch(/other threads or processes/);
      expect(whole).toEqual([]);
    } else {
      expect(message).toContain(whole[0]);
      expect(await saverOf(join(folder, whole[0] as string))).toBe('a');
    }
  });

  test('is whole after two processes saved to it at once', async () => {
    const start = `import fs from 'node:fs'; import { syncBuiltinESMExports } from 'node:module';
      const promises = fs.promises;
      const fail = (code) => { throw Object.assign(new Error(code), { code }); };
      ${double}
      syncBuiltinESMExports();`;
    const saves = `${twoMaps()}
      console.log('ready');
      process.stdin.once('data', async () => {
        console.log(told(await Promise.allSettled([a.save(file)])));
        process.exit();
      });`;
    const args = ['--import', `data:text/javascript,${encodeURIComponent(start)}`];
    for (let round = 0; round < 2; round++) {
      const children = [1, 2].map(() =>
        spawn(process.execPath, [...args, '--input-type=module', '-e', saves], {
          cwd: root,
          stdio: ['pipe', 'pipe', 'inherit'],
        }),
      );
      const said = children.map(() => '');
      children.forEach(({ stdout }, i) => {
        stdout.on('data', (text) => {
          said[i] += text;
        });
      });
      await Promise.all(children.map(({ stdout }) => once(stdout, 'data')));
      for (const { stdin } of children) stdin.write('go\n');
      await Promise.all(children.map((child) => once(child, 'close')));
      expect(said).toEqual(Array(2).fill('ready\nfulfilled\n'));
      expect(await saverOf(path)).toBe('a');
    }
  });
});

test('saves of one thread take turns, also those of two copies of the library', async () => {
  const copy = join(folder, 'copy');
  fs.cpSync(join(root, 'dist/src'), copy, { recursive: true });
  fs.writeFileSync(join(copy, 'package.json'), '{ "type": "module" }');
  // A second name of the file is the same file.
  fs.linkSync(path, join(folder, 'link'));
  const turns = `${twoMaps(join(copy, 'index.js'))}
    const parts = [];
    const saves = [a.save(file, { onProgress: () => parts.push('a') }),
      b.save(file.replace(/map$/, 'link'), { onProgress: () => parts.push('b') })];
    console.log(told(await Promise.allSettled(saves)), parts.join(''));`;
  expect(await saveIn(closedFolder, turns)).toMatch(/^fulfilled,fulfilled (a{3,}b{3,}|b{3,}a{3,})$/);
});

test('what ends before its first part leaves the file as it was', async () => {
  // The first save lasts until the second one, which has got as far as its turn, is aborted.
  const waiting = `const { open } = promises;
    globalThis.abort = new AbortController();
    let tries = 0;
    promises.open = async (path, flags, mode) => {
      if (flags === 'wx') {
        if (++tries === 2) setTimeout(() => abort.abort('aborted'), 100);
        fail('EACCES');
      }
      const file = await open(path, flags, mode);
      const { sync } = file;
      file.sync = async () => {
        while (!abort.signal.aborted) await new Promise(setImmediate);
        await Reflect.apply(sync, file, []);
      };
      return file;
    };`;
  const ends = `${twoMaps()}
    let second;
    const onProgress = () => (second ??= Promise.allSettled([b.save(file, { signal: abort.signal })]));
    await a.save(file, { onProgress });
    console.log(told(await second), await load());
    const late = b.save(file);
    b.detach();
    console.log(told(await Promise.allSettled([late])), await load());`;
  expect(await saveIn(waiting, ends)).toBe('aborted a\nERR_SHARED_MAP_HANDLE a');
});

// Only root may become another user.
test.skipIf(process.getuid?.() !== 0)('a user who may only write the file itself', () => {
  fs.chmodSync(folder, 0o755);
  fs.chownSync(path, 65534, 65534);
  const module = `${twoMaps()}
    process.setgroups([]); process.setgid(65534); process.setuid(65534);
    for (let round = 0; round < 3; round++) {
      console.log(told(await Promise.allSettled([a.save(file), b.save(file)])), await load());
    }`;
  const args = ['--input-type=module', '-e', module];
  const { stdout } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  expect(stdout.trim().split('\n')).toEqual(
    Array(3).fill(expect.stringMatching(/^fulfilled,fulfilled [ab]$/)),
  );
  expect(fs.readdirSync(folder)).toEqual(['map']);
});
