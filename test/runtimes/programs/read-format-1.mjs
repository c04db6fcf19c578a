// Reads the snapshots of format 1 in a folder. Prints what they hold, as far as all runtimes know it.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { SharedMap } from 'threadmap';
import { textOf } from './shown.mjs';

const folder = process.argv[2];
for (const file of readdirSync(folder).sort()) {
  if (!file.endsWith('-any.snapshot')) continue;
  const map = await SharedMap.load(join(folder, file));
  console.log(file, map.check().length);
  for (const key of [...map.keys()].sort((a, b) => (String(a) < String(b) ? -1 : 1))) {
    if (key === 'half') continue; // not everywhere
    let text;
    try {
      text = textOf(map.get(key));
    } catch (error) {
      text = `${error.code} ${error.cause?.message}`;
    }
    console.log(String(key), text);
  }
}
process.exit(0);
