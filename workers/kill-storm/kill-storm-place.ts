// One map as a thread of a kill storm holds it: attached, watched, with its ledger, and attached again when it likes.

import { deserialize, serialize } from 'node:v8';
import { type Codec, SharedMap, type SharedMapHandle } from 'threadmap';
import { type Seat, watched } from '../watch.js';
import { Ledger } from './kill-storm-ledger.js';

export const CODEC = 'of the storm';

export type StormMap = SharedMap<unknown, unknown>;
type Handle = SharedMapHandle<unknown, unknown>;

/** A map as it is sent to a thread. */
export interface PlaceData {
  readonly handle: Handle;
  readonly ledger: SharedArrayBuffer;
  /** Its values go through the codec. */
  readonly coded: boolean;
  /** New keys are put into it without end, so it grows. */
  readonly grows: boolean;
}

/** A codec that calls `onEncode` and `onDecode` before it does its work. */
export function stormCodec(onEncode: () => void, onDecode: () => void): Codec<unknown> {
  return {
    name: CODEC,
    encode(value) {
      onEncode();
      return serialize(value);
    },
    decode(bytes) {
      onDecode();
      return deserialize(bytes);
    },
  };
}

export class Place {
  readonly ledger: Ledger;
  readonly coded: boolean;
  readonly grows: boolean;
  readonly #handle: Handle;
  readonly #seat: Seat;
  readonly #codec: Codec<unknown>;
  #raw: StormMap;
  #map: StormMap;

  constructor(data: PlaceData, seat: Seat, codec: Codec<unknown>) {
    this.ledger = new Ledger(data.ledger);
    this.coded = data.coded;
    this.grows = data.grows;
    this.#handle = data.handle;
    this.#seat = seat;
    this.#codec = codec;
    this.#raw = this.#attach();
    this.#map = watched(this.#raw, seat);
  }

  get map(): StormMap {
    return this.#map;
  }

  /** The same without a watch over it. */
  get raw(): StormMap {
    return this.#raw;
  }

  detach(): void {
    this.#map.detach();
  }

  attachAgain(): void {
    this.detach();
    this.#raw = this.#attach();
    this.#map = watched(this.#raw, this.#seat);
  }

  #attach(): StormMap {
    return this.#seat.in('attach', () => {
      if (this.coded) return SharedMap.attach(this.#handle, { value: this.#codec });
      return SharedMap.attach(this.#handle);
    });
  }
}
