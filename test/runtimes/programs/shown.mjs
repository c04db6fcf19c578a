// A value as text: classes, order, holes, cycles and all. The same text in every runtime.

const boxes = [Number, String, Boolean, BigInt];

/** What an object is beside its own enumerable fields. */
function content(value, shown) {
  if (value instanceof Map) return [...value].map(([key, each]) => `${shown(key)} => ${shown(each)}`);
  if (value instanceof Set) return [...value].map(shown);
  if (value instanceof Date) return [shown(value.getTime())];
  if (value instanceof RegExp) return [`${value}`];
  if (value instanceof ArrayBuffer) return [Buffer.from(value).toString('hex')];
  if (ArrayBuffer.isView(value))
    return [Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')];
  if (Array.isArray(value)) return [`length ${value.length}`];
  const box = boxes.find((Box) => value instanceof Box);
  if (box !== undefined) return [shown(value.valueOf())];
  if (value instanceof Error || Object.prototype.toString.call(value) === '[object DOMException]')
    return ['name', 'message', 'stack', 'cause', 'errors'].map((name) => `${name} ${shown(value[name])}`);
  return [];
}

export function textOf(value, seen = new Map()) {
  const shown = (each) => textOf(each, seen);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0' : `${value}`;
  if (seen.has(value)) return `#${seen.get(value)}`;
  seen.set(value, seen.size);
  const indexed = ArrayBuffer.isView(value) || value instanceof String;
  const fields = indexed ? [] : Object.keys(value).map((name) => `${name}: ${shown(value[name])}`);
  return `${value.constructor.name}(${[...content(value, shown), ...fields].join(', ')})`;
}
