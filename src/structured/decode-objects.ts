import { makeDomException } from './dom-exception.js';
import { defineField, hasFar, keepByIndex } from './elements.js';
import {
  ARRAY_BUFFER,
  DATE,
  ERROR,
  ERROR_CAUSE,
  ERROR_ERROR,
  ERROR_ERRORS,
  ERROR_FIELDS,
  ERROR_MESSAGE,
  ERROR_NAME,
  ERROR_STACK,
  ERROR_SUPPRESSED,
  ERRORS,
  MAP,
  MOST_SOURCE,
  REGEXP,
  SET,
  VIEW,
  VIEWS,
} from './format.js';
import { LongBigints, TOO_MANY } from './long-bigints.js';
import type { Reader } from './reader.js';
import { stackless } from './stackless.js';
import { Undecodable } from './undecodable.js';

type Item = (reader: Reader) => unknown;
type Names = (reader: Reader) => string[];

const setEntry = Map.prototype.set;
const addMember = Set.prototype.add;

/** The object of a built-in class behind its tag. Throws Undecodable for what is none. */
export function builtIn(reader: Reader, tag: number, item: Item, names: Names): object {
  switch (tag) {
    case MAP:
      return map(reader, item);
    case SET:
      return set(reader, item);
    case DATE:
      return reader.met(new Date(reader.float64()));
    case REGEXP:
      return reader.met(regexp(item(reader), item(reader)));
    case ARRAY_BUFFER:
      return reader.met(reader.copy(reader.varint()).buffer);
    case VIEW:
      return reader.met(view(reader));
    case ERROR:
      return error(reader, item, names);
    default:
      throw new Undecodable(`an item of type 0x${tag.toString(16)}, which this threadmap does not know`);
  }
}

function map(reader: Reader, item: Item): object {
  const size = reader.count(2);
  const map = reader.met(new Map<unknown, unknown>());
  const long = new LongBigints();
  for (let i = 0; i < size; i++) {
    const key = item(reader);
    if (!long.take(key)) throw new Undecodable(TOO_MANY);
    setEntry.call(map, key, item(reader));
  }
  return map;
}

function set(reader: Reader, item: Item): object {
  const size = reader.count(1);
  const set = reader.met(new Set<unknown>());
  const long = new LongBigints();
  for (let i = 0; i < size; i++) {
    const member = item(reader);
    if (!long.take(member)) throw new Undecodable(TOO_MANY);
    addMember.call(set, member);
  }
  return set;
}

function regexp(source: unknown, flags: unknown): RegExp {
  if (typeof source !== 'string' || typeof flags !== 'string')
    throw new Undecodable('a regular expression without text');
  if (source.length > MOST_SOURCE) throw new Undecodable(`a regular expression of ${source.length} units`);
  try {
    return new RegExp(source, flags);
  } catch (cause) {
    throw new Undecodable('a regular expression that this engine does not take', cause);
  }
}

type ViewMaker = (new (buffer: ArrayBuffer) => object) & { readonly BYTES_PER_ELEMENT?: number };

// The classes of this engine by their numbers, as they are before a program may replace them.
const globals = globalThis as Record<string, unknown>;
const viewMakers = VIEWS.map((name) => globals[name] as ViewMaker | undefined);
/** A DOMException is made otherwise: its class is loaded by being read. */
const errorMakers = ERRORS.map((name) =>
  name === 'DOMException' ? undefined : (globals[name] as (new (errors: unknown) => object) | undefined),
);

function view(reader: Reader): object {
  const kind = reader.byte();
  const name = VIEWS[kind];
  const bytes = reader.copy(reader.varint());
  if (name === undefined) throw new Undecodable(`a view of kind ${kind}, which this threadmap does not know`);
  if (name === 'Uint8Array') return bytes;
  const Maker = viewMakers[kind];
  if (Maker === undefined) throw new Undecodable(`a ${name}, which this engine does not have`);
  if (bytes.length % (Maker.BYTES_PER_ELEMENT ?? 1) !== 0)
    throw new Undecodable(`a ${name} of ${bytes.length} bytes`);
  return new Maker(bytes.buffer);
}

/** An error of the class of this number. */
function makeError(kind: number): object {
  const Maker = errorMakers[kind];
  if (Maker === undefined)
    throw new Undecodable(
      `an error of class ${ERRORS[kind] ?? kind}, which this engine or this threadmap does not have`,
    );
  const error = new Maker([]);
  // What was made of no arguments is no part of the value.
  for (const name of ['message', 'errors', 'error', 'suppressed']) Reflect.deleteProperty(error, name);
  return error;
}

function error(reader: Reader, item: Item, names: Names): object {
  reader.keepBytes(); // Error.prepareStackTrace
  const kind = reader.byte();
  const has = reader.byte();
  if (ERRORS[kind] === 'DOMException') return domException(reader, has, item, names);
  const error = reader.met(stackless(() => makeError(kind)));
  withoutStack(error);
  if (has & ERROR_NAME) defineField(error, 'name', item(reader), false);
  if (has & ERROR_MESSAGE) defineField(error, 'message', item(reader), false);
  rest(reader, has, error, item, names);
  return error;
}

/** Its name and message are no fields, and come before it is made. */
function domException(reader: Reader, has: number, item: Item, names: Names): object {
  const name = has & ERROR_NAME ? item(reader) : 'Error';
  const message = has & ERROR_MESSAGE ? item(reader) : '';
  if (typeof name !== 'string' || typeof message !== 'string')
    throw new Undecodable('a DOMException whose name or message is no text');
  const error = stackless(() => makeDomException(message, name));
  if (error === undefined) throw new Undecodable('a DOMException, which this engine does not have');
  reader.met(error);
  withoutStack(error);
  rest(reader, has, error, item, names);
  return error;
}

/** Before it has a name or a message: an engine may ask for them when its stack is replaced. */
function withoutStack(error: object): void {
  try {
    // Some engines make the text of the stack that is replaced: user code may run, unless it is gone.
    delete (error as { stack?: unknown }).stack;
  } catch {}
  defineField(error, 'stack', undefined, false);
}

function rest(reader: Reader, has: number, error: object, item: Item, names: Names): void {
  if (has & ERROR_STACK) defineField(error, 'stack', item(reader), false);
  if (has & ERROR_CAUSE) defineField(error, 'cause', item(reader), false);
  if (has & ERROR_ERRORS) defineField(error, 'errors', item(reader), false);
  if (has & ERROR_ERROR) defineField(error, 'error', item(reader), false);
  if (has & ERROR_SUPPRESSED) defineField(error, 'suppressed', item(reader), false);
  if (has & ERROR_FIELDS) {
    const fields = names(reader);
    if (hasFar(fields)) keepByIndex(error);
    for (const name of fields) defineField(error, name, item(reader));
  }
}
