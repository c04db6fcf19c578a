// The same by a Worker of the web, where the runtime has one: Node has none.
import { SharedMap } from 'threadmap';

const map = new SharedMap({ maxBytes: 2 ** 24 });
const worker = new globalThis.Worker(new URL('./web-thread.mjs', import.meta.url).href, { type: 'module' });
worker.onerror = (event) => console.log('error', event.message);
worker.postMessage(map.handle);
console.log('web', await map.waitFor('web', { timeout: 20_000 }).catch((error) => error.code));
process.exit(0);
