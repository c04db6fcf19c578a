import { findGo, goCommand, goSubject, missingGo, NOTES, type Toolchain } from './go-program.js';
import { defineSubject } from './subject.js';

export default defineSubject({
  ...goSubject,
  name: 'go-sync-map',
  title: 'Go sync.Map',
  notes: NOTES,
  missing: async () => missingGo(await findGo('GO'), 'GO'),
  command: async () => goCommand((await findGo('GO')) as Toolchain, {}, []),
});
