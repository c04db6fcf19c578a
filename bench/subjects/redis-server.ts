// A Redis or Valkey of our own: without persistence, on a Unix socket in a folder of its own, and never longer there than this process.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tellOf } from './program-build.js';

/** In the order in which they are looked for. */
const SERVERS = ['valkey-server', 'redis-server'];
/** The server ends when the shell's input ends: that is closed by close(), and by the system when this process dies, however it does. */
const GUARD = 'folder=$1; shift; "$@" </dev/null & cat >/dev/null; kill $!; wait $!; rm -rf -- "$folder"';
/** Of its log, characters that a message quotes. */
const QUOTED = 2000;

export interface RedisServer {
  readonly socket: string;
  /** The last lines of its log. */
  log(): string;
  close(): Promise<void>;
}

/** The server in the path and what it tells of its version; undefined where there is none. */
export async function findRedis(): Promise<{ file: string; version: string } | undefined> {
  for (const file of SERVERS) {
    const version = (await tellOf(file, ['--version']))?.match(/\bv=(\S+)/)?.[1];
    if (version !== undefined)
      return { file, version: `${file.startsWith('valkey') ? 'Valkey' : 'Redis'} ${version}` };
  }
  return undefined;
}

/** It accepts connections a moment later. */
export function startRedis(file: string): RedisServer {
  const folder = mkdtempSync(join(tmpdir(), 'threadmap-redis-'));
  const socket = join(folder, 'socket');
  const settings = [
    '--port',
    '0',
    '--unixsocket',
    socket,
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    folder,
  ];
  // In a group of its own: Ctrl-C is the harness's to handle, which still has questions under way.
  const guard = spawn('/bin/sh', ['-c', GUARD, 'sh', folder, file, ...settings], {
    stdio: 'pipe',
    detached: true,
  });
  let log = '';
  for (const stream of [guard.stdout, guard.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-QUOTED);
    });
  guard.on('error', (error) => {
    log += error.message;
  });
  guard.stdin.on('error', () => {});
  return {
    socket,
    log: () => log.trim(),
    async close() {
      if (guard.pid !== undefined && guard.exitCode === null && guard.signalCode === null) {
        const exit = once(guard, 'exit');
        guard.stdin.end();
        await exit;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
