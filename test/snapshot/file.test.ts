import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { SharedMap, SharedMapError, type SnapshotProgress } from 'threadmap';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const MiB = 2 ** 20;
const root = fileURLToPath(new URL('../..', import.meta.url));
let folder: string;
let path: string;

beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'threadmap-snapshot-'));
  path = join(folder, 'map');
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

/** A map of so many entries: about 40 bytes each in a file. */
function filled(entries: number, mark: unknown = 'x'): SharedMap {
  const map = new SharedMap({ maxBytes: 128 * MiB });
  for (let i = 0; i < entries; i++) map.set(`the key ${i}`, `${mark} ${i}`);
  return map;
}

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.fail('it should have been rejected'),
    (error: unknown) => error,
  );
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error = await failureOf(promise);
  expect(error).toBeInstanceOf(SharedMapError);
  return (error as SharedMapError).code.replace('ERR_SHARED_MAP_', '');
}

const files = () => fs.readdirSync(folder);

test('save and load, by path and by URL', async () => {
  const map = filled(1000);
  expect(await map.save(path)).toBe(undefined);
  expect(files()).toEqual(['map']);
  const copy = await SharedMap.load<string, string>(path);
  expect(new Map(copy)).toEqual(new Map(map));
  expect(copy.check()).toEqual([]);
  await copy.save(pathToFileURL(path));
  expect((await SharedMap.load(pathToFileURL(path), { maxBytes: 4 * MiB })).size).toBe(1000);
  expect(SharedMap.fromSnapshot(fs.readFileSync(path)).size).toBe(1000);
  fs.writeFileSync(path, map.snapshot());
  expect((await SharedMap.load(path)).size).toBe(1000);
});

test('what was there is replaced; its permissions stay, and a link still leads to it', async () => {
  const target = join(folder, 'target');
  fs.writeFileSync(target, 'old', { mode: 0o600 });
  fs.symlinkSync(target, path);
  await filled(10).save(path);
  expect(fs.lstatSync(path).isSymbolicLink()).toBe(true);
  expect(fs.statSync(target).mode & 0o777).toBe(0o600);
  expect((await SharedMap.load(target)).size).toBe(10);
  expect(files().sort()).toEqual(['map', 'target']);
});

test('both tell how far they are, and let this thread do other things meanwhile', async () => {
  const map = filled(60_000);
  for (const work of [
    (onProgress: (progress: SnapshotProgress) => void) => map.save(path, { onProgress }),
    (onProgress: (progress: SnapshotProgress) => void) => SharedMap.load(path, { onProgress }),
  ]) {
    const told: SnapshotProgress[] = [];
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    await work((progress) => told.push(progress));
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
    expect(told.length).toBeGreaterThan(6);
    expect(told.at(-1)).toEqual({ entries: 60_000, bytes: fs.statSync(path).size, expected: 60_000 });
    expect(told.map(({ bytes }) => bytes)).toEqual(told.map(({ bytes }) => bytes).sort((a, b) => a - b));
  }
});

test('only a part is in memory at a time', async () => {
  const map = new SharedMap({ value: 'bytes', maxBytes: 256 * MiB });
  for (let i = 0; i < 40_000; i++) map.set(i, new Uint8Array(4000));
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  await map.save(path, {
    onProgress: () => {
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    },
  });
  expect(fs.statSync(path).size).toBeGreaterThan(160_000_000);
  expect(most).toBeLessThan(100 * MiB);
});

test('the caller may do what he likes between two parts', async () => {
  const map = filled(30_000);
  map.set('stays', 'here');
  let calls = 0;
  await map.save(path, {
    onProgress() {
      calls++;
      map.set('stays', 'here').set(`new ${calls}`, { calls }).delete(`the key ${calls}`);
      map.snapshot(); // uses the same scratch
    },
  });
  const copy = await SharedMap.load<string, string>(path);
  expect(copy.get('stays')).toBe('here');
  for (let i = calls; i < 30_000; i++) {
    if (i > calls && copy.get(`the key ${i}`) !== `x ${i}`) expect(copy.get(`the key ${i}`)).toBe(`x ${i}`);
  }
  expect(copy.check()).toEqual([]);
});

describe('a clear meanwhile', () => {
  test('begins it anew: nothing from before stands beside what came after', async () => {
    const map = filled(30_000);
    let cleared = false;
    await map.save(path, {
      onProgress({ entries }) {
        if (cleared || entries < 10_000) return;
        cleared = true;
        map.clear();
        for (let i = 0; i < 500; i++) map.set(`the key ${i}`, 'after').set(`a new key ${i}`, 'after');
      },
    });
    const copy = await SharedMap.load<string, string>(path);
    expect(copy.size).toBe(1000);
    expect(new Set(copy.values())).toEqual(new Set(['after']));
    expect(files()).toEqual(['map']);
  });

  test('that comes after the last entry was taken changes nothing', async () => {
    const map = filled(5);
    let parts = 0;
    // The header is the first part, the entries are the second, the end is the third.
    await map.save(path, { onProgress: () => void (++parts === 2 && map.clear()) });
    expect([parts, map.size]).toEqual([3, 0]);
    expect((await SharedMap.load(path)).size).toBe(5);
  });

  test('again and again ends it', async () => {
    fs.writeFileSync(path, 'old');
    const map = new SharedMap({ maxBytes: 64 * MiB });
    let passes = 0;
    const saved = map.save(path, {
      onProgress({ entries }) {
        if (entries > 0) map.clear();
        else {
          passes++;
          for (let i = 0; i < 9000; i++) map.set(`${passes} ${i}`, 'a value of some length');
        }
      },
    });
    expect(await codeOf(saved)).toBe('SNAPSHOT');
    expect(passes).toBe(16);
    expect(fs.readFileSync(path, 'latin1')).toBe('old');
    expect(files()).toEqual(['map']);
  });
});

describe('when it fails, the old file is as it was, and nothing else is left', () => {
  let map: SharedMap;
  beforeEach(() => {
    map = filled(40_000);
    fs.writeFileSync(path, 'old');
  });
  afterEach(() => {
    expect(fs.readFileSync(path, 'latin1')).toBe('old');
    expect(files()).toEqual(['map']);
    map.detach();
  });

  test('by an abort, before or while it is written', async () => {
    expect(await failureOf(map.save(path, { signal: AbortSignal.abort('before') }))).toBe('before');
    const abort = new AbortController();
    const onProgress = ({ entries }: SnapshotProgress) => void (entries > 9000 && abort.abort());
    const error = await failureOf(map.save(path, { signal: abort.signal, onProgress }));
    expect((error as Error).name).toBe('AbortError');
  });

  test('by an error of onProgress', async () => {
    const thrown = new Error('from the caller');
    const onProgress = ({ entries }: SnapshotProgress) => {
      if (entries > 0) throw thrown;
    };
    expect(await failureOf(map.save(path, { onProgress }))).toBe(thrown);
  });

  test('by a detach', async () => {
    const { handle } = map;
    expect(await codeOf(map.save(path, { onProgress: () => map.detach() }))).toBe('HANDLE');
    map = SharedMap.attach(handle);
  });

  /** Files whose method of this name is another one, while `work` is done. */
  async function withFiles(
    name: 'write' | 'sync',
    make: (real: unknown) => unknown,
    work: () => Promise<void>,
  ) {
    const file = await open(path);
    const prototype = Object.getPrototypeOf(file) as Record<string, unknown>;
    await file.close();
    const real = prototype[name];
    prototype[name] = make(real);
    try {
      await work();
    } finally {
      prototype[name] = real;
    }
  }

  test('by a disk that is full', async () => {
    let parts = 0;
    await withFiles(
      'write',
      (real) =>
        function write(this: unknown, ...args: unknown[]) {
          if (++parts > 3) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
          return Reflect.apply(real as () => unknown, this, args);
        },
      async () => {
        expect(await failureOf(map.save(path))).toMatchObject({ code: 'ENOSPC' });
      },
    );
    expect(parts).toBe(4);
  });

  test('by a disk that fails when it is flushed', async () => {
    await withFiles(
      'sync',
      () => async () => {
        throw Object.assign(new Error('input/output error'), { code: 'EIO' });
      },
      async () => {
        expect(await failureOf(map.save(path))).toMatchObject({ code: 'EIO' });
      },
    );
  });

  test('by a folder that is not there, or is none; a target that is no file; arguments that are none', async () => {
    expect(await failureOf(map.save(join(folder, 'no', 'file')))).toMatchObject({ code: 'ENOENT' });
    expect(await failureOf(map.save(join(path, 'file')))).toMatchObject({ code: 'ENOTDIR' });
    expect(await codeOf(map.save(folder))).toBe('OPTION');
    for (const bad of [undefined, '', 5, 'a\0b', {}, new URL('https://example.org/')]) {
      expect(await codeOf(map.save(bad as never))).toBe('OPTION');
      expect(await codeOf(SharedMap.load(bad as never))).toBe('OPTION');
    }
    for (const options of [null, 5, { sync: true }, { signal: {} }, { onProgress: 5 }]) {
      expect(await codeOf(map.save(path, options as never))).toBe('OPTION');
      expect(await codeOf(SharedMap.load(path, options as never))).toBe('OPTION');
    }
  });

  // Every folder lets the superuser.
  test.skipIf(process.getuid?.() === 0)('by a folder that lets nobody write', async () => {
    fs.chmodSync(folder, 0o555);
    expect(await failureOf(map.save(path))).toMatchObject({ code: 'EACCES' });
    fs.chmodSync(folder, 0o755);
  });
});

test('a disk that takes only a part of what it is given gets the rest', async () => {
  const map = filled(20_000);
  const file = await open(join(folder, 'other'), 'w');
  const prototype = Object.getPrototypeOf(file);
  await file.close();
  const { write } = prototype;
  prototype.write = function (this: unknown, part: Uint8Array, from: number, length: number, at: number) {
    return write.call(this, part, from, Math.ceil(length / 3), at);
  };
  try {
    await map.save(path);
  } finally {
    prototype.write = write;
  }
  expect(new Map(await SharedMap.load(path))).toEqual(new Map(map));
});

test('the write that exceeds the limit of a process', async () => {
  fs.writeFileSync(path, 'old');
  const script = `
    import { SharedMap } from 'threadmap';
    const map = new SharedMap({ maxBytes: 2 ** 26 });
    for (let i = 0; i < 40_000; i++) map.set('the key ' + i, 'x' + i);
    map.save(${JSON.stringify(path)}).catch((error) => console.log(error.code));`;
  const { stdout } = await promisify(execFile)(
    'bash',
    ['-c', `trap '' XFSZ; ulimit -f 600; exec "$0" --input-type=module -e "$1"`, process.execPath, script],
    { cwd: root },
  );
  expect(stdout).toBe('EFBIG\n');
  expect(fs.readFileSync(path, 'latin1')).toBe('old');
  expect(files()).toEqual(['map']);
});

test('a process that is killed while it saves leaves a whole file, the old one or a new one', async () => {
  const script = `
    import { SharedMap } from 'threadmap';
    const map = new SharedMap({ maxBytes: 2 ** 26 });
    for (let round = Number(process.argv[1]); ; round++) {
      for (let i = 0; i < 20_000; i++) map.set('the key ' + i, round);
      await map.save(${JSON.stringify(path)});
      process.stdout.write('.');
    }`;
  let last = 0;
  let temporary = 0;
  for (let kill = 0; kill < 8; kill++) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, `${last + 1}`], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    await sleep(kill * 17);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const map = await SharedMap.load<string, number>(path);
    expect(map.size).toBe(20_000);
    const rounds = new Set(map.values());
    expect(rounds.size).toBe(1); // nobody wrote while it was saved
    expect([...rounds][0]).toBeGreaterThan(last);
    last = [...rounds][0] as number;
    temporary = files().length - 1;
    expect(temporary).toBeLessThanOrEqual(kill + 1);
    map.detach();
  }
});

describe('load', () => {
  test('of what is no snapshot', async () => {
    fs.writeFileSync(path, 'old');
    expect(await codeOf(SharedMap.load(path))).toBe('SNAPSHOT');
    expect(await codeOf(SharedMap.load(folder))).toBe('SNAPSHOT');
    expect(await failureOf(SharedMap.load(join(folder, 'nothing')))).toMatchObject({ code: 'ENOENT' });
    const map = filled(30_000);
    const snapshot = map.snapshot();
    for (const length of [0, 19, 100, 300_000, snapshot.length - 1]) {
      fs.writeFileSync(path, snapshot.subarray(0, length));
      expect(await codeOf(SharedMap.load(path))).toBe('SNAPSHOT');
    }
    snapshot[400_000] = (snapshot[400_000] as number) ^ 1;
    fs.writeFileSync(path, snapshot);
    expect(await codeOf(SharedMap.load(path))).toBe('SNAPSHOT');
  });

  test('of a file that becomes shorter meanwhile', async () => {
    await filled(40_000).save(path);
    const onProgress = () => fs.truncateSync(path, 300_000);
    expect(await codeOf(SharedMap.load(path, { onProgress }))).toBe('SNAPSHOT');
  });

  test('that is aborted, or whose onProgress throws', async () => {
    await filled(40_000).save(path);
    const abort = new AbortController();
    const onProgress = ({ entries }: SnapshotProgress) => void (entries > 9000 && abort.abort('enough'));
    expect(await failureOf(SharedMap.load(path, { signal: abort.signal, onProgress }))).toBe('enough');
    const thrown = new Error('from the caller');
    expect(
      await failureOf(
        SharedMap.load(path, {
          onProgress() {
            throw thrown;
          },
        }),
      ),
    ).toBe(thrown);
  });

  test('with a codec, and without room', async () => {
    const codec = {
      name: 'number',
      encode: (n: number) => Buffer.from(`${n}`),
      decode: (bytes: Uint8Array) => Number(Buffer.from(bytes)),
    };
    const map = new SharedMap({ value: codec, maxBytes: 4 * MiB }).set('k', 5);
    await map.save(path);
    expect(await codeOf(SharedMap.load(path))).toBe('CODEC');
    expect((await SharedMap.load(path, { value: codec })).get('k')).toBe(5);
    await filled(40_000).save(path);
    expect(await codeOf(SharedMap.load(path, { maxBytes: MiB }))).toBe('FULL');
  });
});
