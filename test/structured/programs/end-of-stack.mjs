// Stores and reads objects where the stack has just ended, then one call higher, and so on. Prints how
// often that came through, and every error that is none of the stack's end.
import { SharedMap } from 'threadmap';

const map = new SharedMap({ maxBytes: 2 ** 25 });
const other = new Map();
let through = 0;
let refused = 0;

function note(error) {
  if (!(error instanceof RangeError)) other.set(`${error.code ?? error.name}: ${error.message}`, true);
}

function store(n) {
  const value = { a: n, b: { c: [n, { d: new Date(n) }] }, e: new Error('x'), m: new Map([[n, { n }]]) };
  map.set('k', value);
  const { a, m } = map.get('k');
  if (a !== n || m.get(n).n !== n) other.set('another value came back', true);
  through++;
}

function refuse(n) {
  try {
    map.set('k', { a: { 'odd name': [n, () => 1] } });
  } catch (error) {
    if (error.code !== 'ERR_SHARED_MAP_VALUE_TYPE') throw error;
    refused++;
  }
}

function down(n) {
  try {
    down(n + 1);
  } catch (error) {
    note(error);
  }
  for (const act of [store, refuse]) {
    try {
      act(n);
    } catch (error) {
      note(error);
    }
  }
}

// A regular expression is compiled when it is needed: none may be needed first where the stack ends.
down(0);
console.log(JSON.stringify({ through, refused, other: [...other.keys()] }));
