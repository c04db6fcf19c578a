// npm run bench:readme: README's tables and plots of the harness, from bench/results/results.json. Nothing of them is typed by hand.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BenchError } from '../harness/needs.js';
import { readResults } from '../harness/results-file.js';
import { Drawer } from '../report/draw.js';
import { putParts } from './marked-text.js';
import { partsOf } from './parts.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const FOLDER = 'bench/results';

try {
  const source = join(ROOT, FOLDER, 'results.json');
  if (!existsSync(source))
    throw new BenchError(
      `There is no ${FOLDER}/results.json: npm run bench -- --out ${FOLDER} --small measures one, --report makes one of several`,
    );
  const { texts, files } = await partsOf(readResults(source), await Drawer.load(), FOLDER);
  const readme = join(ROOT, 'README.md');
  writeFileSync(readme, putParts(readFileSync(readme, 'utf8'), texts));
  for (const [name, svg] of Object.entries(files)) writeFileSync(join(ROOT, FOLDER, name), svg);
  console.log(`README.md, ${Object.keys(files).length} drawings in ${FOLDER}`);
} catch (error) {
  console.error(error instanceof BenchError ? error.message : error);
  process.exitCode = 1;
}
