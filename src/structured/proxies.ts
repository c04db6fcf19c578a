import { defineField, emptyArray } from './elements.js';
import { Refused } from './refused.js';

/**
 * What a proxy shows, as a plain array or object: each name and value is asked for once, and the order
 * of the names is that of a plain object. Throws Refused for what no plain one can be.
 */
export function flattened(proxy: object): object {
  if (Array.isArray(proxy)) return flatArray(proxy);
  const prototype = Object.getPrototypeOf(proxy) as object | null;
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null)
    throw new Refused('a Proxy of an object that is not plain');
  const object = {};
  for (const name of Object.keys(proxy)) defineField(object, name, (proxy as Record<string, unknown>)[name]);
  if (Object.keys(object).length === 0 && Reflect.ownKeys(proxy).length > 0)
    throw new Refused('a Proxy whose properties are all hidden, or named by symbols');
  return object;
}

function flatArray(proxy: readonly unknown[]): unknown[] {
  const { length } = proxy;
  if (length >>> 0 !== length) throw new Refused('a Proxy of an array whose length is none');
  const array = emptyArray(length);
  // Never `length`: no proxy can say that it is enumerable.
  for (const name of Object.keys(proxy))
    defineField(array, name, (proxy as unknown as Record<string, unknown>)[name]);
  if (array.length !== length) throw new Refused('a Proxy of an array with elements beyond its length');
  return array;
}
