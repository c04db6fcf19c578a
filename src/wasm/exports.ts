/** The kernel's exports, src/kernel/index.ts. A key or a value is (form, length, number). */
export interface KernelExports {
  /** Tells this kernel from other modules. */
  readonly LAYOUT_VERSION?: { readonly value: unknown };
  add(form: number, length: number, number: number, delta: number): number;
  addNumber(key: number, delta: number): number;
  addText(form: number, length: number, delta: number): number;
  arm(bucket: number): number;
  armKey(form: number, length: number, number: number): number;
  assign(
    verb: number,
    form: number,
    length: number,
    number: number,
    valueForm: number,
    valueLength: number,
    value: number,
  ): number;
  attach(low: number, high: number, thread: number): number;
  b(): number;
  bury(index: number, endedLow: number, endedHigh: number, low: number, high: number): number;
  bytesCommitted(): number;
  bytesUsed(): number;
  checkChain(chain: number, skip: number): number;
  checkPage(page: number): number;
  clear(): number;
  compareNumber(key: number, expected: number, value: number): number;
  compareText(form: number, length: number, expected: number, value: number): number;
  compute(
    operation: number,
    form: number,
    length: number,
    key: number,
    valueForm: number,
    value: number,
  ): number;
  count(): number;
  create(maxBytes: number, entries: number, s0: number, s1: number, s2: number, s3: number): number;
  detach(): void;
  dump(from: number, gen: number): number;
  endAt(number: number): number;
  ends(): number;
  expect(form: number, length: number, number: number): void;
  expectToken(low: number, high: number, headerLow: number, headerHigh: number, epoch: number): void;
  generation(): number;
  get(form: number, length: number, number: number): number;
  getMany(n: number): number;
  getAndDelete(form: number, length: number, number: number): number;
  getAndSet(
    form: number,
    length: number,
    number: number,
    valueForm: number,
    valueLength: number,
    value: number,
  ): number;
  getNumber(key: number): number;
  getText(form: number, length: number): number;
  growths(): number;
  has(form: number, length: number, number: number): number;
  handWord(index: number, word: number): number;
  heapPages(): number;
  inherit(
    index: number,
    endedLow: number,
    endedHigh: number,
    low: number,
    high: number,
    thread: number,
  ): number;
  isEmpty(): number;
  judgeCandidate(same: number): void;
  largePage(page: number): number;
  list(from: number, end: number, skip: number, turn: number, since: number): number;
  listedKey(low: number, high: number, headerLow: number, headerHigh: number, epoch: number): number;
  longestValue(): number;
  longPart(bytes: number, last: number): void;
  longStart(kind: number, bytes: number): void;
  nameValues(textFrom: number, bytes: number): void;
  lookAt(index: number): number;
  look(form: number, length: number, number: number): number;
  nevacuate(): number;
  overflowBuckets(): number;
  pageAddress(page: number): number;
  peek(form: number, length: number, number: number): number;
  peekNumber(key: number): number;
  peekText(form: number, length: number): number;
  promotions(): number;
  readMisses(): number;
  readNamed(): number;
  readRetries(): number;
  recordPages(record: number): number;
  remove(form: number, length: number, number: number): number;
  removeMany(from: number, n: number): number;
  removeIf(verb: number, form: number, length: number, number: number): number;
  reserve(entries: number): number;
  sameSizeGrowths(): number;
  scratchAddress(): number;
  seenOwnerHigh(): number;
  seenOwnerLow(): number;
  seenThread(): number;
  setMany(from: number, n: number): number;
  setNumber(key: number, value: number): number;
  setText(form: number, length: number, value: number): number;
  insertNumber(key: number, value: number): number;
  insertText(form: number, length: number, value: number): number;
  settle(): void;
  showCandidate(): number;
  shrink(): number;
  shrinks(): number;
  slotThread(index: number): number;
  stage(what: number, kind: number, length: number, first: number): number;
  startAt(random: number): number;
  stillLarge(): number;
  strayChains(): number;
  stripeCount(set: number, stripe: number): number;
  stripeOverflows(set: number, stripe: number): number;
  sweep(): number;
  threads(): number;
  work(): number;
}
