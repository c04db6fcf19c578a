// Reads snapshots that write-values.mjs has saved. Prints what is not as this runtime would have written it.
import { SharedMap } from 'threadmap';
import { textOf } from './shown.mjs';
import { values } from './values.mjs';

const own = values();
for (const path of process.argv.slice(2)) {
  const map = await SharedMap.load(path);
  let equal = 0;
  for (const [name, value] of Object.entries(own)) {
    if (!map.has(name)) continue; // its writer does not know it
    const read = map.get(name);
    if (textOf(read) !== textOf(value))
      console.log(`${name}: comes back as ${textOf(read)}\nfor ${textOf(value)}`);
    // What was read is written anew: the same bytes, and those of this runtime's own value.
    if (!map.compareAndSet(name, read, 1)) console.log(`${name}: has other bytes after a round trip`);
    else if (!map.set(name, read).compareAndSet(name, value, 2)) console.log(`${name}: has other bytes here`);
    else equal++;
  }
  let foreign = 0;
  for (const name of map.keys()) {
    if (name in own) continue;
    foreign++;
    try {
      map.get(name);
      console.log(`${name}: is read although it cannot be made`);
    } catch (error) {
      if (error.code !== 'ERR_SHARED_MAP_DECODE') console.log(`${name}: ${error}`);
    }
  }
  console.log(`${equal} equal${foreign > 0 ? `, ${foreign} unknown` : ''}`);
  if (equal + foreign !== map.size || map.check().length > 0) console.log('entries are missing, or damaged');
}
process.exit(0);
