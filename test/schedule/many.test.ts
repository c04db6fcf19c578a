import { exhausted, explored } from './explored.js';
import { getMany, hasMany, removeMany, setMany } from './many-keys.js';
import { clear, insert, type Key, type MapOperation, remove, set } from './operations.js';
import { needsOf, STARTS, startNamed } from './tables.js';

// Many keys in one call: each key's operation stands for itself, whatever happens between the first look at a batch and
// the last.

for (const table of [
  startNamed('the X half of a chain of two that is to be split'),
  startNamed('the Y half of a chain of one that is to be split'),
  startNamed('the Y half of a chain of two that is to be split'),
  startNamed('a growth of the same size'),
  startNamed('the last chain before a promotion'),
]) {
  exhausted(
    {
      name: `many keys are looked up while a write moves their chain: ${table.name}`,
      prepare(starting) {
        const { present, absent, neighbour } = table.prepare(starting, 'number');
        const keys = [present, absent, neighbour, present] as number[];
        return [[getMany(keys)], [set(neighbour, 'a value that moves the chain')]];
      },
    },
    // What is looked for in a commit is a matter of one step of the reader.
    { preemptions: 2, stride: table.name.startsWith('the X half') ? 1 : 5 },
  );
}

exhausted(
  {
    name: 'a key takes the cell of its twin while many are looked up',
    prepare(table) {
      const [a, b] = table.twins([3, 3], 4, 'number') as [number, number];
      table.set(a, 1);
      return [
        [remove(a), insert(b, 2), remove(b), insert(a, 3)],
        [getMany([b, a, b]), hasMany([a, b])],
      ];
    },
  },
  { preemptions: 2, stride: 2 },
);

exhausted(
  {
    name: 'the map is cleared, and fills again, while many keys are looked up',
    prepare(table) {
      const keys = table.keys(3, 3) as number[];
      table.fill(keys);
      return [[clear(), ...keys.map((key) => set(key, key + 0.5))], [getMany([...keys, ...keys])]];
    },
  },
  { preemptions: 2, stride: 7 },
);

for (const victim of [undefined, 1]) {
  const dies = victim === undefined ? '' : ', one of whom dies';
  const plan = victim === undefined ? {} : { victim };
  for (const table of STARTS.filter(({ hash, scarce }) => hash !== 'constant' && !scarce)) {
    explored(
      {
        ...plan,
        ...needsOf(table),
        name: `threads read, set and delete many keys at once: ${table.name}${dies}`,
        prepare(starting) {
          const { present, neighbour, absent } = table.prepare(starting, 'number');
          const keys = [present, neighbour, absent] as number[];
          return (random) => {
            const some = () => keys.filter(() => random.next() < 0.7);
            const writing = (n: number): MapOperation =>
              random.of([
                () => setMany(some().map((key, i) => [key, 1000 * n + i])),
                () => removeMany(some()),
                () => set(random.of(keys) as Key, `a record ${n}`),
                () => (n === 3 ? clear() : setMany(keys.map((key, i) => [key, 2000 * n + i]))),
              ])();
            return [[getMany(keys)], [writing(1)], [writing(3), hasMany(some())]];
          };
        },
      },
      300,
    );
  }
}

explored(
  {
    name: 'many keys are set while the memory is full',
    pages: 5,
    scarce: true,
    prepare(table) {
      const keys = table.keys(11, 3) as number[];
      table.fill(keys.slice(0, 9));
      table.delete(keys[8] as number); // and its bucket is hoarded with the rest of its page
      table.table.hoard(0);
      // One cell becomes free, or none does before a key is set.
      const fresh = keys.slice(8) as [number, number, number];
      return [[setMany(fresh.map((key) => [key, 7]))], [removeMany(keys.slice(0, 1))], [getMany(fresh)]];
    },
  },
  600,
);
