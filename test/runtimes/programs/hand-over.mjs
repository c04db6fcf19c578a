// Handles that go to threads, in every way that the runtime has. Prints what came of each.
import { setEnvironmentData, Worker } from 'node:worker_threads';
import { SharedMap } from 'threadmap';

const url = new URL('./thread.mjs', import.meta.url);
const map = new SharedMap({ maxBytes: 2 ** 24 });
const start = (workerData) => {
  const worker = new Worker(url, { workerData });
  worker.on('error', (error) => console.log('error', error));
  return worker;
};
const soon = (key) => map.waitFor(key, { timeout: 20_000 }).catch((error) => error.code);

start({ job: 'reply', handle: map.handle, name: 'direct' });
console.log('workerData', await soon('reply'));
map.delete('reply');
start({ job: 'nested', handle: map.handle });
console.log('nested', await soon('reply'));
const worker = start({ job: 'message' });
const back = new Promise((resolve) => worker.once('message', resolve));
worker.postMessage(map.handle);
console.log('postMessage', await soon('message'), SharedMap.attach(await back).get('back'));
setEnvironmentData('handle', map.handle);
start({ job: 'environment', name: 'data' });
console.log('environment', await soon('environment'));
start({ job: 'wait', handle: map.handle, name: 'w' });
setTimeout(() => map.set('question w', 'yes'), 50);
console.log('waitForSync', await soon('answer w'));

for (let i = 0; i < 4; i++) start({ job: 'fill', handle: map.handle, from: i * 5000, count: 5000 });
for (let i = 0; i < 4; i++) await soon(`done ${i * 5000}`);
let wrong = 0;
for (let i = 0; i < 20_000; i++) {
  if (map.get(i) !== `value ${i}` || map.get(`a key of some length ${i}`) !== i) wrong++;
}
const { growths } = map.stats();
console.log('growth', map.size, wrong, growths > 3, map.check().length);
process.exit(0);
