// What JavaScript calls. Arguments are numbers only: an i64 would become a BigInt. A key or a value is passed as
// (form, length, number), see word.ts; bytes are in the scratch, long ones staged in the hand.
export { arm } from './bucket';
export { add, assign, expect } from './assign';
export { insertNumber, insertText, setNumber, setText } from './assign-short';
export { addNumber, addText, compareNumber, compareText } from './change-short';
export { checkChain, checkPage, handWord, heapPages, pageAddress, recordPages, slotThread, strayChains, stripeCount, stripeOverflows } from './check';
export { clear, sweep } from './clear';
export { compute } from './compute';
export { create } from './create';
export { dump } from './dump';
export { get, has, nameValues, peek, peekNumber, peekText, readNamed, stillLarge } from './find';
export { getNumber, getText } from './find-short';
export { getAndDelete } from './get-and-delete';
export { getAndSet } from './get-and-set';
export { settle } from './hand';
export { count, isEmpty } from './header';
export { generation, list, listedKey, startAt } from './iterate';
export { LAYOUT_VERSION } from './layout';
export { judgeCandidate, longPart, longStart, showCandidate } from './long-key';
export { getMany, removeMany, setMany } from './many';
export { remove } from './remove';
export { removeIf } from './remove-if';
export { reserve } from './reserve';
export { shrink } from './shrink';
export {
  attach, bury, detach, endAt, ends, inherit, lookAt, scratchAddress, seenOwnerHigh, seenOwnerLow, seenThread, threads,
} from './slot';
export { largePage, stage } from './stage';
export { readMisses, readRetries } from './thread';
export { expectToken, look } from './token';
export {
  b, bytesCommitted, bytesUsed, growths, longestValue, nevacuate, overflowBuckets, promotions, sameSizeGrowths, shrinks, work,
} from './usage';
export { armKey } from './wait';
export { inSection } from './atomics';
