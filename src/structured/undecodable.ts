/**
 * Thrown for bytes that no value can be made of: by this version of the encoding, or by this engine.
 * The message says what was met.
 */
export class Undecodable extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'Undecodable';
  }
}
