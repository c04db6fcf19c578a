import type { Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { cryptoModule } from '../late-modules.js';

// A file that gets a new content, part by part. The old one is cut off when the first part comes:
// what fails before that leaves the file as it was.

export class Output {
  readonly #file: FileHandle;
  readonly #isDigested: boolean;
  #digest: Hash | undefined;
  #isCut = false;
  #position = 0;

  /** `isDigested`: `digest()` is wanted at the end. */
  constructor(file: FileHandle, isDigested: boolean) {
    this.#file = file;
    this.#isDigested = isDigested;
  }

  /** May the file differ from what it was? */
  get isCut(): boolean {
    return this.#isCut;
  }

  /** Bytes so far. */
  get position(): number {
    return this.#position;
  }

  async append(part: Uint8Array): Promise<void> {
    if (!this.#isCut) await this.restart();
    this.#digest?.update(part);
    for (let done = 0; done < part.length; ) {
      const { bytesWritten } = await this.#file.write(part, done, part.length - done, this.#position);
      done += bytesWritten;
      this.#position += bytesWritten;
    }
  }

  /** Drops all parts so far. */
  async restart(): Promise<void> {
    await this.#file.truncate(0);
    this.#isCut = true;
    this.#position = 0;
    if (this.#isDigested) this.#digest = cryptoModule().createHash('sha256');
  }

  /** Cuts off what another writer has put behind the last part, and flushes to disk. */
  async finish(): Promise<void> {
    if (this.#isDigested) await this.#file.truncate(this.#position);
    await this.#file.sync();
  }

  /** SHA-256 of all parts, once. */
  digest(): string | undefined {
    return this.#digest?.digest('hex');
  }
}
