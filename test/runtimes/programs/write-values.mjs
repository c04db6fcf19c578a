// Saves a snapshot of all values to the file that it is given. Prints the bytes of each as this runtime encodes it:
// those of a snapshot that holds nothing else.
import { createHash } from 'node:crypto';
import { SharedMap } from 'threadmap';
import { values } from './values.mjs';

const map = new SharedMap({ key: 'string', maxBytes: 2 ** 22 });
for (const [name, value] of Object.entries(values())) {
  map.set(name, value);
  const alone = new SharedMap({ key: 'string', maxBytes: 2 ** 20 }).set('k', value).snapshot();
  const hash = createHash('sha256').update(alone).digest('hex').slice(0, 16);
  console.log(`${name} ${alone.length} ${hash}`);
}
await map.save(process.argv[2]);
process.exit(0);
