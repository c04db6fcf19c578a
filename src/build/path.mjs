// A path through a function, as the check of the sections follows it.

import { leaf } from './kernel-terms.mjs';
import { Run } from './section-rules.mjs';

/** One way through the function so far: what locals and globals hold, and the run it is in. */
export class Path {
  run = new Run();
  /** Of the expression that was walked last. */
  value = undefined;
  globals = new Map();

  constructor(locals) {
    this.locals = locals;
  }

  clone(value = this.value) {
    const copy = new Path([...this.locals]);
    return Object.assign(copy, { run: this.run.clone(), value, globals: new Map(this.globals) });
  }

  /** What a global holds: the same until it is set, or may have been. */
  global(name) {
    if (!this.globals.has(name)) this.globals.set(name, leaf(name.split('/').at(-1)));
    return this.globals.get(name);
  }

  join(other) {
    this.run.join(other.run);
    this.locals = this.locals.map((local, i) => (local === other.locals[i] ? local : leaf()));
    if (this.value !== other.value) this.value = leaf();
    for (const [name, value] of this.globals) {
      if (other.globals.get(name) !== value) this.globals.delete(name);
    }
  }
}

/** Paths that may be looked at as one become one: what they do not agree in is not known any more. */
export function merge(paths) {
  const merged = new Map();
  for (const path of paths) {
    const { key } = path.run;
    if (merged.has(key)) merged.get(key).join(path);
    else merged.set(key, path);
  }
  return [...merged.values()];
}
