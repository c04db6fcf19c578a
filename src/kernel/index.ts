// What JavaScript calls. Arguments are numbers only: an i64 would become a BigInt. A key or a value is passed as
// (form, length, number), see word.ts; bytes are in the scratch, long ones staged in the hand.
export { arm } from './bucket';
export { add, assign, expect, setNumber } from './assign';
export { checkChain, checkPage, heapPages, pageAddress, recordPages, slotWord, stripeCount } from './check';
export { clear, sweep } from './clear';
export { create } from './create';
export { get, has, nameValues, peek, peekNumber, peekText, readNamed, stillLarge } from './find';
export { getNumber, getText } from './find-short';
export { settle } from './hand';
export { count } from './header';
export { generation, list, listedKey, startAt } from './iterate';
export { LAYOUT_VERSION } from './layout';
export { judgeCandidate, longPart, longStart, showCandidate } from './long-key';
export { getMany, removeMany, setMany } from './many';
export { remove } from './remove';
export { attach, detach, reclaim, scratchAddress, threads } from './slot';
export { largePage, stage } from './stage';
export { readMisses, readRetries } from './thread';
export {
  b, bytesCommitted, bytesUsed, growths, longestValue, nevacuate, overflowBuckets, promotions, sameSizeGrowths, work,
} from './usage';
export { inSection } from './atomics';
