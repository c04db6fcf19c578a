import { types } from 'node:util';
import { isModule, sharedBufferOf } from '../wasm/brands.js';
import { errorClass, isOfHost, refusedClass } from './classes.js';
import { domException } from './dom-exception.js';
import { roomFor } from './elements.js';
import {
  ARRAY_BUFFER,
  BOXED,
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
import { entryStep, fieldStep, keyStep, memberStep, Refused, under } from './refused.js';
import { viewBytes, viewName } from './typed-array.js';
import type { Writer } from './writer.js';

// Objects of built-in classes, by the built-in getters: what a subclass or an object says of itself is not asked.

type Item = (writer: Writer, value: unknown) => void;

const { getTime } = Date.prototype;
const { forEach: mapForEach } = Map.prototype;
const { forEach: setForEach } = Set.prototype;
const sizeOf = (prototype: object) =>
  (Object.getOwnPropertyDescriptor(prototype, 'size') as { get(): number }).get;
const mapSize = sizeOf(Map.prototype);
const setSize = sizeOf(Set.prototype);
const booleanOf = Boolean.prototype.valueOf;
const numberOf = Number.prototype.valueOf;
const stringOf = String.prototype.valueOf;
const bigintOf = BigInt.prototype.valueOf;
const getterOf = (name: 'source' | 'flags') =>
  (Object.getOwnPropertyDescriptor(RegExp.prototype, name) as { get(): string }).get;
const sourceOf = getterOf('source');
const flagsOf = getterOf('flags');

/**
 * Writes an object of a class of its own. False, and nothing is written: it is to be stored as a plain object.
 * Throws Refused for what is neither.
 */
export function special(writer: Writer, object: object, item: Item): boolean {
  if (types.isDate(object)) {
    writer.byte(DATE);
    writer.float64(Reflect.apply(getTime, object, []));
  } else if (types.isMap(object)) map(writer, object, item);
  else if (types.isSet(object)) set(writer, object, item);
  else if (ArrayBuffer.isView(object)) view(writer, object);
  else if (types.isArrayBuffer(object)) buffer(writer, object);
  else if (types.isRegExp(object)) regexp(writer, object);
  else if (types.isBoxedPrimitive(object)) boxed(writer, object, item);
  else {
    const names = domException(object);
    if (names !== undefined && names.class !== 'DOMException')
      throw new Refused(`${article(names.class)}, which no bytes can hold`);
    if (names !== undefined)
      error(writer, object, item, ERRORS.indexOf('DOMException'), names.name, names.message);
    else if (types.isNativeError(object)) nativeError(writer, object, item);
    else return instance(object);
  }
  return true;
}

/**
 * Returns false: the object is to be stored by its fields. One of a class that keeps something under
 * symbols is most likely a host's, and more than its fields.
 */
function instance(object: object): false {
  const what = refusedClass(object);
  if (what !== undefined) throw new Refused(what);
  const prototype = Object.getPrototypeOf(object) as object;
  if (Object.keys(object).length === 0)
    throw new Refused(hostClass(object) ?? `${article(nameOf(prototype))} without fields of its own`);
  if (isOfHost(prototype)) throw new Refused(`${article(nameOf(prototype))}, which is an object of the host`);
  if (Object.getOwnPropertySymbols(object).length > 0)
    throw new Refused(`${article(nameOf(prototype))} with properties that are named by symbols`);
  return false;
}

function hostClass(object: object): string | undefined {
  if (isModule(object)) return 'a WebAssembly.Module, which no bytes can hold: store its code as bytes';
  if (sharedBufferOf(object) === undefined) return undefined;
  return (
    'a WebAssembly.Memory, which no bytes can hold: a map or its handle goes to other threads by workerData, ' +
    'postMessage or setEnvironmentData, and a value can hold the id of the handle'
  );
}

function nameOf(prototype: object): string {
  const maker: unknown = Reflect.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  return typeof maker === 'function' && typeof maker.name === 'string' && maker.name !== ''
    ? maker.name.slice(0, 40)
    : 'object';
}

function article(name: string): string {
  return 'AEIOaeio'.includes(name.charAt(0)) ? `an ${name}` : `a ${name}`;
}

/** Throws Refused when every `step`th of the list is a key of a Map that is slow. */
function checkKeys(list: readonly unknown[], step: number): void {
  const long = new LongBigints();
  for (let i = 0; i < list.length; i += step)
    if (!long.take(list[i])) throw new Refused(`a Map or Set with ${TOO_MANY}`);
}

function map(writer: Writer, given: object, item: Item): void {
  // Listed first: code that runs for one entry may change the others.
  const entries = roomFor(2 * (Reflect.apply(mapSize, given, []) as number));
  let n = 0;
  Reflect.apply(mapForEach, given, [
    (value: unknown, key: unknown) => {
      entries[n++] = key;
      entries[n++] = value;
    },
  ]);
  checkKeys(entries, 2);
  writer.byte(MAP);
  writer.varint(entries.length / 2);
  for (let i = 0; i < entries.length; i += 2) {
    try {
      item(writer, entries[i]);
    } catch (error) {
      throw under(error, () => keyStep(i / 2));
    }
    try {
      item(writer, entries[i + 1]);
    } catch (error) {
      throw under(error, () => entryStep(entries[i], i / 2));
    }
  }
}

function set(writer: Writer, given: object, item: Item): void {
  const members = roomFor(Reflect.apply(setSize, given, []) as number);
  let n = 0;
  Reflect.apply(setForEach, given, [
    (member: unknown) => {
      members[n++] = member;
    },
  ]);
  checkKeys(members, 1);
  writer.byte(SET);
  writer.varint(members.length);
  for (let i = 0; i < members.length; i++) {
    try {
      item(writer, members[i]);
    } catch (error) {
      throw under(error, () => memberStep(i));
    }
  }
}

function view(writer: Writer, given: ArrayBufferView): void {
  const kind = VIEWS.indexOf(viewName(given) as (typeof VIEWS)[number]);
  if (kind < 0) throw new Refused(`a ${viewName(given)}`);
  let bytes: Uint8Array;
  try {
    bytes = viewBytes(given);
  } catch {
    throw new Refused(`a ${viewName(given)} whose buffer was transferred, or has become too short`);
  }
  writer.byte(VIEW);
  writer.byte(kind);
  writer.varint(bytes.length);
  writer.raw(bytes);
}

function buffer(writer: Writer, given: ArrayBuffer): void {
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(given);
  } catch {
    throw new Refused('an ArrayBuffer that was transferred');
  }
  writer.byte(ARRAY_BUFFER);
  writer.varint(bytes.length);
  writer.raw(bytes);
}

function regexp(writer: Writer, given: RegExp): void {
  // A copy has no properties of its own, which the getter of its flags would ask.
  const copy = new RegExp(given);
  const source = Reflect.apply(sourceOf, copy, []) as string;
  const flags = Reflect.apply(flagsOf, copy, []) as string;
  if (source.length > MOST_SOURCE)
    throw new Refused(`a regular expression of more than ${MOST_SOURCE} units`);
  writer.byte(REGEXP);
  writer.text(source);
  writer.text(flags);
}

function boxed(writer: Writer, given: object, item: Item): void {
  let primitive: unknown;
  if (types.isNumberObject(given)) primitive = Reflect.apply(numberOf, given, []);
  else if (types.isStringObject(given)) primitive = Reflect.apply(stringOf, given, []);
  else if (types.isBooleanObject(given)) primitive = Reflect.apply(booleanOf, given, []);
  else if (types.isBigIntObject(given)) primitive = Reflect.apply(bigintOf, given, []);
  else throw new Refused('a Symbol object');
  writer.byte(BOXED);
  item(writer, primitive);
}

/** Making the text may run code, and fails for an error whose name is a symbol. */
function stackOf(error: object): unknown {
  try {
    return (error as { stack?: unknown }).stack;
  } catch {
    return undefined;
  }
}

/** What an error has beside its other fields. */
const known: ReadonlySet<string> = new Set(['name', 'message', 'stack', 'cause']);
/** Fields of their own that some classes have, and their bits. */
const ofClass: Readonly<Record<string, readonly (readonly [name: string, bit: number])[]>> = {
  AggregateError: [['errors', ERROR_ERRORS]],
  SuppressedError: [
    ['error', ERROR_ERROR],
    ['suppressed', ERROR_SUPPRESSED],
  ],
};

function nativeError(writer: Writer, given: object, item: Item): void {
  const { name, message } = given as { name?: unknown; message?: unknown };
  const said = Object.hasOwn(given, 'message') || message !== '' ? message : undefined;
  error(writer, given, item, errorClass(given), name, said);
}

function error(
  writer: Writer,
  given: object,
  item: Item,
  kind: number,
  name: unknown,
  message: unknown,
): void {
  const stack = stackOf(given);
  const fields = given as Record<string, unknown>;
  const own = (ofClass[ERRORS[kind] as string] ?? []).filter(([field]) => Object.hasOwn(given, field));
  const names = Object.keys(given).filter(
    (field) => !known.has(field) && !own.some(([other]) => other === field),
  );
  const hasName = typeof name === 'string' && name !== ERRORS[kind];
  const hasMessage = message !== undefined;
  const hasStack = typeof stack === 'string';
  const hasCause = Object.hasOwn(given, 'cause');
  writer.byte(ERROR);
  writer.byte(kind);
  writer.byte(
    own.reduce((bits, [, bit]) => bits | bit, 0) |
      (hasName ? ERROR_NAME : 0) |
      (hasMessage ? ERROR_MESSAGE : 0) |
      (hasStack ? ERROR_STACK : 0) |
      (hasCause ? ERROR_CAUSE : 0) |
      (names.length > 0 ? ERROR_FIELDS : 0),
  );
  if (hasName) writer.text(name);
  if (hasMessage) part(writer, item, 'message', message);
  if (hasStack) writer.text(stack);
  if (hasCause) part(writer, item, 'cause', fields.cause);
  for (const [field] of own) part(writer, item, field, fields[field]);
  if (names.length === 0) return;
  writer.names(names);
  for (const field of names) part(writer, item, field, fields[field]);
}

function part(writer: Writer, item: Item, name: string, value: unknown): void {
  try {
    item(writer, value);
  } catch (error) {
    throw under(error, () => fieldStep(name));
  }
}
