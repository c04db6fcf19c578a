// The names of a compiled module's functions and globals: its binary has none, its text has them in
// the same order.

import binaryen from 'binaryen';

const NAMED = /^\s*(?:\(import "[^"]*" "[^"]*" )?\((func|global) \$([^\s()]+)/;

function readNames(wat) {
  const names = { func: [], global: [] };
  for (const line of wat.split('\n')) {
    const [, kind, name] = NAMED.exec(line) ?? [];
    if (kind) names[kind].push(name);
  }
  return names;
}

/** Maps Binaryen's names for the parts of a binary to those of its text. */
function match(inBinary, inText, what) {
  if (inBinary.length !== inText.length)
    throw new Error(`the text has ${inText.length} ${what}, the binary has ${inBinary.length}`);
  const map = new Map(inText.map((name, i) => [inBinary[i], name]));
  return (name) => (map.get(name) ?? name).replace('src/kernel/', '');
}

/**
 * @param {binaryen.Module} module
 * @param {string} wat the same module as text
 * @returns what Binaryen knows of each function, imported ones too, and how to name them and globals
 */
export function namesOf(module, wat) {
  const inText = readNames(wat);
  const functions = Array.from({ length: module.getNumFunctions() }, (_, i) =>
    binaryen.getFunctionInfo(module.getFunctionByIndex(i)),
  );
  const globals = Array.from(
    { length: module.getNumGlobals() },
    (_, i) => binaryen.getGlobalInfo(module.getGlobalByIndex(i)).name,
  );
  const functionNames = functions.map(({ name }) => name);
  return {
    functions,
    functionName: match(functionNames, inText.func, 'functions'),
    globalName: match(globals, inText.global, 'globals'),
  };
}
