// Reads the compiled kernel and refuses it where `worker.terminate()` could leave a lock behind or lose something:
// node src/build/check-sections.mjs [folder of threadmap.wasm and threadmap.wat]
//
// V8 stops a thread only at a kill point: a loop's header, a call, a function's start or end, a wait, memory.grow. So what
// must happen together must have none between its parts, in the compiled code, whatever the compiler inlined or moved.
// What that is, section-rules.mjs says; walk-function.mjs follows the paths. To be sure that nothing was overlooked, the
// sections found are counted against those that the source opens.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import binaryen from 'binaryen';
import { namesOf } from './module-names.mjs';
import { walkFunction } from './walk-function.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * @typedef {{ kind: string, name: string, sites: number, longest: number }} Section
 * `sites`: places in the function where one begins; `longest`: instructions from its first access to its last
 */

/** What a module of the kernel may not have at all. */
function outsideProblems(module, wasm) {
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(wasm)).map(
    (i) => `${i.module}.${i.name}`,
  );
  const problems = [];
  if (imports.join() !== 'env.memory')
    problems.push(`it imports ${imports.join(', ') || 'no memory'}, not env.memory alone`);
  if (module.getNumDataSegments() > 0)
    problems.push('it has data segments: each thread would write them over the map');
  if (module.getNumTables() > 0) problems.push('it has a table: whom a call reaches cannot be known');
  if (module.getStart()) problems.push('it has a start function: it would run in each thread');
  return problems;
}

/**
 * @param {Uint8Array} wasm
 * @param {string} wat the same module as text
 * @returns {{ problems: string[], sections: Section[], functions: string[] }}
 */
export function checkSections(wasm, wat) {
  const module = binaryen.readBinary(wasm);
  const names = namesOf(module, wat);
  const problems = new Set(outsideProblems(module, wasm));
  const sections = [];
  const functions = [];
  for (const info of names.functions) {
    const name = names.functionName(info.name);
    functions.push(name);
    if (info.module) continue;
    /** @type {Map<string, { sites: Set<number>, longest: number }>} */
    const found = new Map();
    walkFunction(info, names, {
      problem: (text) => problems.add(`${name}: ${text}`),
      run: ({ sites, end }) => {
        for (const [site, kind] of sites) {
          const entry = found.get(kind) ?? { sites: new Set(), longest: 0 };
          found.set(kind, { sites: entry.sites.add(site), longest: Math.max(entry.longest, end) });
        }
      },
    });
    for (const [kind, { sites, longest }] of found) sections.push({ kind, name, sites: sites.size, longest });
  }
  module.dispose();
  return { problems: [...problems], sections, functions };
}

/** How the source opens sections, and the kinds that these are in the compiled kernel. */
const OPENERS = {
  tryLock: { pattern: /\btryLock\(/g, kinds: ['lock'] },
  casAnchor: { pattern: /\bcasAnchor\(/g, kinds: ['take', 'give'] },
  enter: { pattern: /\benter\(\)/g, kinds: ['child', 'move', 'hint', 'summary', 'clear', 'slot', 'end'] },
};

/** The calls that open sections, by function of the source. */
async function readOpenings() {
  const folder = join(ROOT, 'src/kernel');
  const openings = [];
  for (const file of await readdir(folder)) {
    const source = (await readFile(join(folder, file), 'utf8')).replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
    for (const body of source.split(/^(?=.*\bfunction \w+\()/m)) {
      const name = /\bfunction (\w+)\(/.exec(body)?.[1] ?? '';
      if (Object.hasOwn(OPENERS, name)) continue;
      const inside = body.slice(body.indexOf('('));
      for (const [opener, { pattern }] of Object.entries(OPENERS)) {
        const times = inside.match(pattern)?.length ?? 0;
        if (times > 0) openings.push({ opener, name: `${file.slice(0, -3)}/${name}`, times });
      }
    }
  }
  return openings;
}

/** Sections that the source opens and the compiled kernel does not show. A function that was inlined counts with the rest. */
function overlooked(openings, { sections, functions }) {
  const problems = [];
  for (const [opener, { kinds }] of Object.entries(OPENERS)) {
    const count = (of) =>
      sections
        .filter(({ kind, name }) => kinds.includes(kind) && of(name))
        .reduce((sum, { sites }) => sum + sites, 0);
    const calls = openings.filter((opening) => opening.opener === opener);
    const all = calls.reduce((sum, { times }) => sum + times, 0);
    const seen = count(() => true);
    if (all === 0)
      problems.push(`no ${opener}() in src/kernel: this check no longer knows how sections are opened`);
    if (seen < all)
      problems.push(
        `${all} times ${opener}() in the source, but only ${seen} sections (${kinds.join(', ')}) found`,
      );
    for (const { name, times } of calls.filter((call) => functions.includes(call.name))) {
      if (count((found) => found === name) < times) problems.push(`${name}: its ${opener}() was not found`);
    }
  }
  return problems;
}

/** @param {string} [given] the folder of a kernel that is not the shipped one */
async function main(given) {
  const folder = given ?? join(ROOT, 'dist/kernel');
  const wasm = await readFile(join(folder, 'threadmap.wasm'));
  const checked = checkSections(wasm, await readFile(join(folder, 'threadmap.wat'), 'utf8'));
  const problems = [...checked.problems, ...overlooked(await readOpenings(), checked)];
  const shipped = await readFile(join(ROOT, 'src/wasm/kernel-bytes.ts'), 'utf8');
  if (!given && !shipped.includes(wasm.toString('base64')))
    problems.push('src/wasm/kernel-bytes.ts holds another kernel');
  for (const { kind, name, sites, longest } of checked.sections.toSorted((a, b) =>
    a.kind.localeCompare(b.kind),
  )) {
    console.log(
      `section: ${kind.padEnd(7)} ${name.padEnd(22)} ${sites} found, at most ${longest} instructions`,
    );
  }
  for (const problem of problems) console.error(`kernel: ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
  else console.log(`kernel: ${checked.functions.length} functions, no kill point in any section`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(process.argv[2]);
}
