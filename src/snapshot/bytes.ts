import { types } from 'node:util';
import type { Opened } from '../attach/opened.js';
import { describe, sharedMapError } from '../errors.js';
import { plainView } from '../structured/typed-array.js';
import { readFromSnapshotOptions } from './options.js';
import { Restoring } from './restore.js';

/** The bytes that a caller means. Throws ERR_SHARED_MAP_SNAPSHOT. */
function bytesOf(snapshot: unknown): Uint8Array {
  let cause: unknown;
  try {
    if (types.isUint8Array(snapshot)) return plainView(snapshot, Uint8Array);
  } catch (error) {
    cause = error; // its buffer was transferred
  }
  throw sharedMapError(
    'ERR_SHARED_MAP_SNAPSHOT',
    `fromSnapshot takes the Uint8Array that snapshot() gave, not ${describe(snapshot)}`,
    cause,
  );
}

/** A map from the bytes of a snapshot. Each part is copied before it is looked at: other threads may share the bytes. */
export function restore(snapshot: unknown, options: unknown): Opened {
  const given = readFromSnapshotOptions(options);
  const bytes = bytesOf(snapshot);
  const restoring = new Restoring({ size: bytes.length }, given);
  const steps = restoring.steps();
  let step = steps.next();
  while (!step.done) step = steps.next(bytes.slice(restoring.bytes, restoring.bytes + step.value));
  return step.value;
}
