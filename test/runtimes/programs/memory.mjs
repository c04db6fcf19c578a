// What needs no permission of any kind: maps in the memory of one thread.
import { SharedMap, SharedSet } from 'threadmap';

const map = new SharedMap({ maxBytes: 2 ** 24 });
for (let i = 0; i < 5000; i++) map.set(i, `value ${i}`).set(`key ${i}`, { i });
map.deleteMany([1, 2, 3]);
const copy = SharedMap.fromSnapshot(map.snapshot());
console.log(map.size, map.get('key 4999').i, copy.size, map.check().length, copy.check().length);
console.log(
  SharedMap.attach(map.handle) === map,
  new SharedSet([1, 2]).size,
  map.stats().threads,
  map.reclaim(99),
);
const late = map.waitFor('late');
setTimeout(() => map.set('late', 'now'), 10);
console.log(await late);
copy.detach();
console.log(map.size);
