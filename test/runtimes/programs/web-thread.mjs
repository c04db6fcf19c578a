// A Worker of the web, as Deno and Bun have it.
import { SharedMap } from 'threadmap';

globalThis.onmessage = ({ data }) => {
  SharedMap.attach(data).set('web', 'worker');
  globalThis.close?.();
};
