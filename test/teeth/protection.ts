/** A change to one file of src/kernel. */
export interface Edit {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** Something that the kernel does to keep a promise, and what notices when it does not. */
export interface Protection {
  readonly name: string;
  /** What takes it away. */
  readonly edits: readonly Edit[];
  /** The test that must fail then: its file below test/, and the end of its full name. */
  readonly file: string;
  readonly test: string;
  /** The hash of the build that the test runs, if it is not the real one. */
  readonly hash?: 'few' | 'constant';
  /** The test runs the shipped build, step by step or not. */
  readonly plain?: true;
}
