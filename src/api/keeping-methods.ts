import type { SaveOptions } from '../snapshot/options.js';

/**
 * A map beyond the life of its threads. A snapshot holds each entry as it is stored: kinds, codec's name and sizes of the
 * map in a header, then the entries in checked chunks, with nothing in it that depends on the machine, the engine or its
 * version. docs/runtimes.md says which runtimes read it, and what becomes of values that one of them does not know.
 */
export interface KeepingMethods {
  /**
   * The entries as bytes, while other threads go on reading and writing: no writer waits for it. It is not a cut through
   * the whole map at one instant. What it promises is: each key in it had its value at some moment during the call; a key
   * that is there all the time is in it exactly once, any other at most once; one that is written during the call may have
   * the value from before or from after. A `clear` that comes meanwhile makes it begin anew, so nothing from before a
   * `clear` stands beside what came after it; after 16 of them the call throws. No codec and no other code of the caller runs.
   * Works in proportion to the map, in this thread, and takes twice the length of the result while it does.
   * Throws ERR_SHARED_MAP_SNAPSHOT. (`SharedMap.fromSnapshot` reads it)
   */
  snapshot(): Uint8Array;

  /**
   * The same, into a file: written part by part to a temporary file beside `path` (its name with
   * `.<place>-<pid>-<start>-<random>.tmp`; a name of more than 80 bytes is shortened there), which
   * is flushed to disk and renamed at the end. Until then whatever was at `path` is as it was, so
   * an error, an abort or the end of the process leaves it intact. Only the end of the process
   * leaves the temporary file behind, and the next save to the same path sweeps it. Where a file
   * was, its permissions stay, its owner too where this process may give it away, and a symbolic
   * link still leads to it.
   *
   * A file that cannot be renamed over (a mount point in a container, open elsewhere on Windows)
   * gets a copy of the temporary file, which is named `<path>.whole-<random>` for that. When the
   * copy fails, the target is damaged, `load` refuses it, and the error says where the whole one
   * is; no save removes it. The end of the process during the copy leaves both as well. Where the
   * folder takes no new file, the old one is written at once: then an error or an abort after the
   * first part damages it.
   *
   * In these two cases saves of one thread to one file take turns, and an abort counts when the
   * turn comes. A save that finds that another thread or process wrote meanwhile begins anew, up to
   * three times, then rejects with ERR_SHARED_MAP_SNAPSHOT. Where all of them succeed, the file is
   * one of theirs as a whole. Each costs one more reading of the file, and waits at least 50 ms
   * after a write that was just made.
   *
   * Between two parts of some 256 KiB this thread does other work; the call holds one part in
   * memory. The promise is that of `snapshot`, from the call until it resolves.
   * Rejects with ERR_SHARED_MAP_OPTION, _SNAPSHOT, _HANDLE when the map was detached meanwhile, the
   * signal's reason, what `onProgress` throws, or the file system's own error (of a damaged target
   * that has a whole copy: as the `cause` of _SNAPSHOT).
   */
  save(path: string | URL, options?: SaveOptions): Promise<void>;
}
