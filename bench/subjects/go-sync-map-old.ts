import { findGo, goCommand, goSubject, missingGo, oldMapOf, type Toolchain } from './go-program.js';
import { defineSubject } from './subject.js';

const find = () => findGo('GO_OLD', 'GO');

async function missing(): Promise<string | undefined> {
  const go = await find();
  const reason = missingGo(go, 'GO_OLD');
  if (reason !== undefined || (await oldMapOf(go as Toolchain)) !== undefined) return reason;
  return `${go?.version} has HashTrieMap only: let GO_OLD name the go command of 1.20 to 1.24`;
}

export default defineSubject({
  ...goSubject,
  name: 'go-sync-map-old',
  title: 'Go sync.Map before 1.24',
  notes: [
    'The same program with the map that Go had until 1.23 (one map for reads, one that is written, copied now and then).',
  ],
  missing,
  async command() {
    const go = (await find()) as Toolchain;
    // The program asks its map, and refuses to be the other one.
    return goCommand(go, (await oldMapOf(go)) ?? {}, ['old']);
  },
});
