import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SharedMap } from 'threadmap';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mapOf, noRename, noRenameOver, root, saveIn, saverOf, savingModule } from './saving-process.js';

// Files that cannot be replaced by a rename, and temporary files that ended processes left.

const DAY = 24 * 60 * 60 * 1000;
let folder: string;
let path: string;

beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'threadmap-replace-'));
  path = join(folder, 'map');
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const files = () => fs.readdirSync(folder).sort();
const temporaries = () => files().filter((name) => name.endsWith('.tmp'));

const saver = (file = path) => saverOf(file);
const script = (who: string, during = '', file = path) => savingModule(who, file, during);

describe('a file that is there', () => {
  beforeEach(() => fs.writeFileSync(path, 'old'.repeat(2 ** 20), { mode: 0o640 }));

  test.each(['EBUSY', 'EXDEV', 'EACCES', 'EPERM'])(
    'and cannot be renamed over (%s) is written',
    async (code) => {
      const { ino } = fs.statSync(path);
      expect(await saveIn(noRename(code), script('in place'))).toBe('saved');
      expect(await saver()).toBe('in place');
      const { ino: same, mode } = fs.statSync(path);
      expect([same, mode & 0o777]).toEqual([ino, 0o640]);
      expect(files()).toEqual(['map']);
    },
  );

  test.each(['EACCES', 'EPERM', 'EROFS'])(
    'in a folder where none can be made (%s) is written',
    async (code) => {
      const double = `const { open } = promises;
      promises.open = async (path, flags, mode) => flags === 'wx' ? fail('${code}') : open(path, flags, mode);`;
      expect(await saveIn(double, script('in place'))).toBe('saved');
      expect(await saver()).toBe('in place');
      expect(files()).toEqual(['map']);
    },
  );

  test('stays as it was after another error of the rename', async () => {
    expect(await saveIn(noRename('EIO'), script('never'))).toMatch(/^EIO\n/);
    expect(fs.readFileSync(path, 'latin1').startsWith('oldold')).toBe(true);
    expect(files()).toEqual(['map']);
  });

  test('and cannot be opened either stays as it was, and the error is told', async () => {
    const double = `${noRename('EBUSY')}
      const { open } = promises;
      promises.open = async (path, flags, mode) => flags === 'r+' ? fail('EACCES') : open(path, flags, mode);`;
    expect(await saveIn(double, script('never'))).toMatch(/^EACCES\n/);
    expect(fs.readFileSync(path, 'latin1').startsWith('oldold')).toBe(true);
    expect(files()).toEqual(['map']);
  });

  /** The first copy ends after 1000 bytes, as on a full disk. */
  const fullDisk = `
    const { open } = promises;
    promises.open = async (path, flags, mode) => {
      const file = await open(path, flags, mode);
      if (flags === 'r+') {
        const { write } = file;
        let parts = 0;
        file.write = function (...args) { return ++parts === 1
          ? Reflect.apply(write, file, [args[0], args[1], 1000, args[3]]) : fail('ENOSPC'); };
      }
      return file;
    };`;

  test.each([
    ['by a rename', noRenameOver('EBUSY')],
    ['by a link', noRename('EBUSY')],
  ])('and could be written only in part: the whole copy is set apart %s', async (_how, double) => {
    const [code, cause, message] = (await saveIn(double + fullDisk, script('whole'))).split('\n');
    expect([code, cause]).toEqual(['ERR_SHARED_MAP_SNAPSHOT', 'ENOSPC']);
    const [, whole] = files() as [string, string];
    expect(files()).toEqual(['map', expect.stringMatching(/^map\.whole-[0-9a-f]{12}$/)]);
    expect(message).toContain(fs.realpathSync(join(folder, whole)));
    await expect(SharedMap.load(path)).rejects.toMatchObject({ code: 'ERR_SHARED_MAP_SNAPSHOT' });
    const old = new Date(Date.now() - 2 * DAY);
    fs.utimesSync(join(folder, whole), old, old);
    await mapOf('later').save(path);
    expect(files()).toEqual(['map', whole]);
    expect([await saver(), await saver(join(folder, whole))]).toEqual(['later', 'whole']);
  });

  test('and whose copy ends with its process: the whole copy stays', async () => {
    const kill = `process.kill(process.pid, 'SIGKILL')`;
    const double = noRenameOver('EBUSY') + fullDisk.replace("fail('ENOSPC')", kill);
    await expect(saveIn(double, script('whole'))).rejects.toThrow();
    const [, whole] = files() as [string, string];
    await mapOf('later').save(path);
    expect(files()).toEqual(['map', whole]);
    expect([await saver(), await saver(join(folder, whole))]).toEqual(['later', 'whole']);
  });

  // Windows has no owners of that kind.
  test.skipIf(process.getuid?.() !== 0)('keeps its owner', async () => {
    fs.chownSync(path, 1234, 4321);
    await mapOf('root').save(path);
    const { uid, gid, mode } = fs.statSync(path);
    expect([uid, gid, mode & 0o777]).toEqual([1234, 4321, 0o640]);
  });
});

/** The flag of Node's permission model, which denies a change of permissions. */
const permission = ['--permission', '--experimental-permission'].find((flag) =>
  process.allowedNodeEnvironmentFlags.has(flag),
);
test.skipIf(permission === undefined)('a file is replaced under the permission model', () => {
  fs.writeFileSync(path, 'old', { mode: 0o600 });
  const allowed = ['--allow-fs-read=*', `--allow-fs-write=${folder}/*`];
  const args = [permission as string, ...allowed, '--input-type=module', '-e', script('allowed')];
  const { stdout } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  expect(stdout).toBe('saved\n');
  expect(fs.statSync(path).mode & 0o777).toBe(0o600);
  return saver().then((who) => expect(who).toBe('allowed'));
});

const mounts = process.platform === 'linux' && spawnSync('unshare', ['-m', 'true']).status === 0;
test.skipIf(!mounts)('a file that is a mount point, as in a container, is written', () => {
  fs.writeFileSync(path, '');
  const outside = join(folder, 'outside');
  fs.writeFileSync(outside, 'old');
  const mounted = `mount --bind ${outside} ${path} && exec "$0" --input-type=module -e "$1"`;
  const args = ['-m', 'bash', '-c', mounted, process.execPath, script('mounted')];
  const { stdout } = spawnSync('unshare', args, { cwd: root, encoding: 'utf8' });
  expect(stdout).toBe('saved\n');
  expect(fs.statSync(path).size).toBe(0);
  expect(files()).toEqual(['map', 'outside']);
  return saver(outside).then((who) => expect(who).toBe('mounted'));
});

test.skipIf(!mounts)('a mount point on a full disk: the error says where the whole copy is', () => {
  fs.writeFileSync(path, '');
  const disk = join(folder, 'disk');
  fs.mkdirSync(disk);
  const mounted = `mount -t tmpfs -o size=64k full ${disk} && touch ${disk}/file &&
    mount --bind ${disk}/file ${path} && "$0" --input-type=module -e "$1" && umount ${path} ${disk}`;
  const args = ['-m', 'bash', '-c', mounted, process.execPath, script('full')];
  const { stdout } = spawnSync('unshare', args, { cwd: root, encoding: 'utf8' });
  const [code, cause, message] = stdout.split('\n');
  expect([code, cause]).toEqual(['ERR_SHARED_MAP_SNAPSHOT', 'ENOSPC']);
  const whole = files().find((name) => name.startsWith('map.whole-')) as string;
  expect(message).toContain(whole);
  expect(files()).toEqual(['disk', 'map', whole]);
  return saver(join(folder, whole)).then((who) => expect(who).toBe('full'));
});

test('a file that is not there and cannot be named so is an error, and nothing is left', async () => {
  expect(await saveIn(noRename('EPERM'), script('never'))).toMatch(/^EPERM\n/);
  expect(files()).toEqual([]);
});

test('a link to a file that is not there leads to the new one', async () => {
  fs.mkdirSync(join(folder, 'far'));
  fs.symlinkSync('far/next', path);
  fs.symlinkSync('map2', join(folder, 'far', 'next'));
  await mapOf('linked').save(path);
  expect(fs.lstatSync(path).isSymbolicLink()).toBe(true);
  expect(await saver(join(folder, 'far', 'map2'))).toBe('linked');
});

describe('temporary files', () => {
  const start = (module: string) =>
    spawn(process.execPath, ['--input-type=module', '-e', module], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });

  /** The name that a save of this process has for its own. */
  async function ownName(): Promise<string> {
    let name: string | undefined;
    await mapOf('name').save(path, {
      onProgress: () => {
        name ??= temporaries().find((each) => each.includes(`-${process.pid}-`));
      },
    });
    return name as string;
  }

  test('of a process that was killed are swept by the next save', async () => {
    const child = start(script('killed', "if (parts === 2) process.kill(process.pid, 'SIGKILL');"));
    await once(child, 'exit');
    expect(files()).toEqual([expect.stringMatching(/^map\.[0-9a-f]{16}-\d+-\d+-[0-9a-f]{12}\.tmp$/)]);
    await mapOf('next').save(path);
    expect(files()).toEqual(['map']);
  });

  // Windows has no SIGSTOP.
  test.skipIf(process.platform === 'win32')('of one that is stopped are not', async () => {
    const child = start(script('stopped', "if (parts === 2) process.kill(process.pid, 'SIGSTOP');"));
    while (temporaries().length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const old = new Date(Date.now() - 2 * DAY);
    for (const name of temporaries()) fs.utimesSync(join(folder, name), old, old);
    await mapOf('first').save(path);
    expect(await saver()).toBe('first');
    expect(temporaries().length).toBe(1);
    child.kill('SIGCONT');
    await once(child, 'exit');
    expect(await saver()).toBe('stopped');
    expect(files()).toEqual(['map']);
  });

  test('of a save that is under way in this process are not', async () => {
    const inner: Promise<void>[] = [];
    await mapOf('outer').save(path, {
      onProgress: () => void (inner.length === 0 && inner.push(mapOf('inner').save(path))),
    });
    await Promise.all(inner);
    expect(await saver()).toMatch(/inner|outer/);
    expect(files()).toEqual(['map']);
  });

  test.skipIf(process.platform !== 'linux')(
    'of a process whose number was given again are swept',
    async () => {
      const name = await ownName();
      const reused = name.replace(
        /-(\d+)-([0-9a-f]{12})\.tmp$/,
        (_all, ticks, random) => `-${ticks - 1}-${random}.tmp`,
      );
      expect(reused).not.toBe(name);
      fs.writeFileSync(join(folder, reused), 'left');
      await mapOf('next').save(path);
      expect(files()).toEqual(['map']);
    },
  );

  test('of another place are swept after a day', async () => {
    const name = (await ownName()).replace(/\.[0-9a-f]{16}-/, '.0123456789abcdef-');
    fs.writeFileSync(join(folder, name), 'left');
    const young = new Date(Date.now() - 0.9 * DAY);
    fs.utimesSync(join(folder, name), young, young);
    await mapOf('next').save(path);
    expect(files()).toEqual(['map', name]);
    const old = new Date(Date.now() - 1.1 * DAY);
    fs.utimesSync(join(folder, name), old, old);
    await mapOf('next').save(path);
    expect(files()).toEqual(['map']);
  });

  test('of other files, and files with names like theirs, are not', async () => {
    const name = await ownName();
    const gone = name.replace(/-\d+-(\d+)-/, '-4194303-$1-'); // a pid above those that are given
    const others = [gone.replace('map.', 'map2.'), gone.replace('map.', 'map.a.'), 'map.tmp', `${gone}.bak`];
    for (const other of others) fs.writeFileSync(join(folder, other), 'mine');
    fs.writeFileSync(join(folder, gone), 'left');
    await mapOf('next').save(path);
    expect(files()).toEqual(['map', ...others].sort());
  });

  test('are swept beside those that cannot be removed', async () => {
    const own = await ownName();
    const gone = (random: string) => own.replace(/-\d+-(\d+)-[0-9a-f]{12}/, `-4194303-$1-${random}`);
    const kept: string[] = [];
    for (const digit of '01234567') {
      kept.push(gone(digit.repeat(12)));
      fs.mkdirSync(join(folder, kept.at(-1) as string)); // no file, and rm removes no folder
      fs.writeFileSync(join(folder, gone(`${digit}8`.repeat(6))), 'left');
    }
    await mapOf('next').save(path);
    expect(files()).toEqual(['map', ...kept]);
  });

  // APFS and NTFS count characters, the others bytes: 255 of either.
  test.each([
    ['a'.repeat(255), 'a'.repeat(254)],
    ['ä€'.repeat(51), 'ä€'.repeat(50)],
  ])('have short names, whatever the target is named: %#', async (name, other) => {
    path = join(folder, name);
    const killed = (file: string) =>
      once(start(script('killed', "if (parts === 2) process.kill(process.pid, 'SIGKILL');", file)), 'exit');
    await killed(path);
    await killed(join(folder, other));
    const left = temporaries();
    expect(left.length).toBe(2);
    for (const each of left) expect(Buffer.byteLength(each)).toBeLessThanOrEqual(143);
    await mapOf('long').save(path);
    expect(await saver()).toBe('long');
    expect(temporaries().length).toBe(1);
    await mapOf('other').save(join(folder, other));
    expect(files()).toEqual([name, other].sort());
  });

  test('that somebody removes meanwhile: the save begins anew', async () => {
    let removed = 0;
    await mapOf('anew').save(path, {
      onProgress: () => {
        if (removed === 1) return;
        removed++;
        for (const name of temporaries()) fs.rmSync(join(folder, name));
      },
    });
    expect(removed).toBe(1);
    expect(await saver()).toBe('anew');
    expect(files()).toEqual(['map']);
  });

  test('are swept where the disk is full, and the save tries again', async () => {
    const child = start(script('killed', "if (parts === 2) process.kill(process.pid, 'SIGKILL');"));
    await once(child, 'exit');
    const [left] = temporaries() as [string];
    const double = `const { open } = promises;
      promises.open = async (path, flags, mode) => {
        const file = await open(path, flags, mode);
        const { write } = file;
        file.write = function (...args) { return fs.existsSync(${JSON.stringify(join(folder, left))})
          ? fail('ENOSPC') : Reflect.apply(write, file, args); };
        return file;
      };`;
    expect(await saveIn(double, script('again'))).toBe('saved');
    expect(await saver()).toBe('again');
    expect(files()).toEqual(['map']);
  });
});
