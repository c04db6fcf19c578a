import { isUtf8 } from 'node:buffer';
import { type Dirent, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface FoundFile {
  path: string;
  bytes: number;
}

/**
 * Every regular file below `folder`, and what could not be looked at. Symbolic links are not followed, so no file
 * comes twice and no loop is walked.
 */
export function findFiles(folder: string): { files: FoundFile[]; unreadable: string[] } {
  const files: FoundFile[] = [];
  const unreadable: string[] = [];
  const folders = [folder];
  for (let current = folders.pop(); current !== undefined; current = folders.pop()) {
    for (const entry of entriesOf(current, unreadable)) {
      const path = join(current, entry.name);
      if (entry.isDirectory()) folders.push(path);
      // Undefined: it was removed since the folder was read.
      else if (entry.isFile())
        files.push({ path, bytes: lstatSync(path, { throwIfNoEntry: false })?.size ?? 0 });
    }
  }
  return { files, unreadable };
}

/** The bytes of a text file, or undefined for anything else: text is valid UTF-8 without NUL. */
export function readText(path: string): Buffer | undefined {
  const bytes = readFileSync(path);
  return !bytes.includes(0) && isUtf8(bytes) ? bytes : undefined;
}

function entriesOf(folder: string, unreadable: string[]): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    unreadable.push(folder);
    return [];
  }
}
