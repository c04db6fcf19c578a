/** Blocks of this many bytes are put back at once. */
const BLOCK_SHIFT = 9;
const BLOCK = 2 ** BLOCK_SHIFT;

/** A copy of a memory, and which blocks of it were written since: so that a run's beginning is back in microseconds. */
export class DirtyBlocks {
  readonly #bytes: Buffer;
  readonly #size: number;
  readonly #marked: Uint8Array;
  readonly #blocks: Uint32Array;
  #count = 0;
  #image = new Uint8Array(0);

  constructor(bytes: Buffer, size: number) {
    this.#bytes = bytes;
    this.#size = size;
    const blocks = (bytes.length >> BLOCK_SHIFT) + 1;
    this.#marked = new Uint8Array(blocks);
    this.#blocks = new Uint32Array(blocks);
  }

  mark(address: number, size: number): void {
    const last = (address + size - 1) >>> BLOCK_SHIFT;
    for (let block = address >>> BLOCK_SHIFT; block <= last; block++) {
      if (this.#marked[block] !== 0) continue;
      this.#marked[block] = 1;
      this.#blocks[this.#count++] = block;
    }
  }

  save(): void {
    this.#image = Uint8Array.from(this.#bytes.subarray(0, this.#size));
    this.#clean();
  }

  /** `all`: not only what was marked. */
  restore(all: boolean): void {
    if (all) this.#bytes.set(this.#image);
    else {
      for (let i = 0; i < this.#count; i++) {
        const at = (this.#blocks[i] as number) * BLOCK;
        this.#bytes.set(this.#image.subarray(at, at + BLOCK), at);
      }
    }
    this.#clean();
  }

  #clean(): void {
    for (let i = 0; i < this.#count; i++) this.#marked[this.#blocks[i] as number] = 0;
    this.#count = 0;
  }
}
