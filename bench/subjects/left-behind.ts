import { rmSync } from 'node:fs';

/** What a subject has put into the file system: taken away when it is closed, and when the process ends before that. Returns what does it. */
export function neverLeft(path: string): () => void {
  const remove = () => {
    process.off('exit', remove);
    rmSync(path, { recursive: true, force: true });
  };
  process.once('exit', remove);
  return remove;
}
