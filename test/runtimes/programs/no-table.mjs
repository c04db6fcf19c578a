// With NO_TABLE set, the system's table of threads cannot be read, as on macOS and Windows. To be imported first.
import fs from 'node:fs';

// Deno would ask for a permission; there the table is denied by its own means.
if (globalThis.Deno === undefined && process.env.NO_TABLE !== undefined) {
  for (const name of ['openSync', 'readFileSync', 'readlinkSync', 'statSync']) {
    const read = fs[name];
    fs[name] = (path, ...rest) => {
      if (!String(path).startsWith('/proc')) return read(path, ...rest);
      throw Object.assign(new Error(`EACCES: ${path}`), { code: 'EACCES' });
    };
  }
}
