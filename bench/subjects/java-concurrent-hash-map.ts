import { join } from 'node:path';
import { built, tellOf } from './program-build.js';
import { defineSubject, type ProgramCommand } from './subject.js';

/** Its records and patterns. */
const LEAST = 17;
/**
 * Java's default collector is G1 on a machine like a server's. The parallel one is meant for throughput, and its sets are the
 * faster ones, since they tell no concurrent marking what they overwrite.
 */
const COLLECTOR = '-XX:+UseParallelGC';
/** Percent of the machine's memory: the default quarter is little for 32 million entries. */
const HEAP = '-XX:MaxRAMPercentage=50';

const tool = (name: 'java' | 'javac'): string =>
  process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', name) : name;

const tellVersion = () => tellOf(tool('javac'), ['-version']);

async function missing(): Promise<string | undefined> {
  const told = await tellVersion();
  const version = Number(told?.match(/^javac (\d+)/m)?.[1]);
  if (version >= LEAST) return undefined;
  const found = Number.isNaN(version) ? 'javac is not found' : `Java ${version} is too old`;
  return `${found}: install a JDK ${LEAST} or newer (apt-get install default-jdk-headless), or set JAVA_HOME`;
}

async function command(): Promise<ProgramCommand> {
  const classes = await built({
    language: 'java',
    tool: `${tool('javac')} ${await tellVersion()}`,
    file: tool('javac'),
    args: (sources, into) => ['-d', into, '-sourcepath', sources, join(sources, 'Main.java')],
  });
  return { file: tool('java'), args: [COLLECTOR, HEAP, '-cp', classes, 'Main'] };
}

export default defineSubject({
  kind: 'program',
  name: 'java-chm',
  title: 'Java ConcurrentHashMap',
  sharing: 'shared',
  keys: ['int', 'string', 'fresh', 'long'],
  values: ['number', 'object'],
  operations: [
    ...(['get', 'has', 'set', 'delete', 'insert', 'add', 'compareAndSet', 'modify'] as const),
    ...(['getAndSet', 'getAndDelete', 'range'] as const),
  ],
  notes: [
    'A program of its own, compiled by the JDK that is there, with the parallel collector and half of the memory as its largest heap. The same keys, checks and clock as here; no boundary between languages is crossed.',
    'ConcurrentHashMap<Integer, Integer>: int keys and values are boxed for each operation, as Java does by itself; boxes that do not escape are not made. Objects are kept, not copied.',
    'Its warm-up is longer (a second at the least, where there is time), and before a fixed number of operations it may rehearse for a second on a map that is thrown away: subjects in JavaScript may not.',
  ],
  missing,
  command,
});
