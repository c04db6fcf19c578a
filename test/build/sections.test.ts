import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import binaryen from 'binaryen';
import { beforeAll, describe, expect, it } from 'vitest';

interface Checked {
  problems: string[];
  sections: { kind: string; name: string; sites: number; longest: number }[];
}

const script = new URL('../../src/build/check-sections.mjs', import.meta.url);
const kernel = new URL('../../dist/kernel/', import.meta.url);
const { checkSections } = (await import(script.href)) as {
  checkSections(wasm: Uint8Array, wat: string): Checked;
};

function assemble(wat: string): Uint8Array {
  const module = binaryen.parseText(wat);
  module.setFeatures(binaryen.Features.All);
  const wasm = module.emitBinary();
  module.dispose();
  return wasm;
}

/** Checks a module with one function that does `body`, in the names of a kernel's function. */
function check(body: string, rest = ''): Checked {
  const wat = `(module
    (import "env" "memory" (memory 1 10 shared))
    (global $slot (mut i32) (i32.const 0))
    (global $pageTable (mut i32) (i32.const 0))
    (global $bitmaps (mut i32) (i32.const 0))
    (global $bitmapWords (mut i32) (i32.const 0))
    (func $other)
    (func $write (param $head i32) (param $seen i64) (param $page i32) (param $anchor i64)
      (local $was i64)
      (local $child i32)
      ${body})
    ${rest})`;
  return checkSections(assemble(wat), wat);
}

const control = (of: string) => `(i32.add (local.get $${of}) (i32.const 16))`;
const cas = `(i64.atomic.rmw.cmpxchg offset=16 (local.get $head) (local.get $seen)
  (i64.or (local.get $seen) (i64.const 1)))`;
const lock = `(if (i64.ne (local.get $seen) ${cas}) (then (return)))`;
const store = '(i64.atomic.store offset=88 (local.get $head) (i64.const 7))';
const exchange = (of = 'head', mask = -4) => `(local.set $was (i64.atomic.rmw.xchg ${control(of)}
  (i64.and (i64.add (local.get $seen) (i64.const 1024)) (i64.const ${mask}))))`;
const waiters = '(i64.and (local.get $was) (i64.const 2))';
const woken = (what: string) => `(if (i32.wrap_i64 ${waiters}) (then ${what}))`;
const wakeWriters = (of = 'head') => `(drop (memory.atomic.notify ${control(of)} (i32.const -1)))`;
const stripe = (of: string) => `(i32.shl (i32.and (i32.mul (i32.shr_u (local.get $${of}) (i32.const 3))
  (i32.const 11)) (i32.const 15)) (i32.const 6))`;
const stepWord = (of = 'head', by = 1) =>
  `(drop (i64.atomic.rmw.add offset=2560 ${stripe(of)} (i64.const ${by})))`;
const wakeWaiters = (of = 'head') =>
  `(drop (memory.atomic.notify (i32.add ${stripe(of)} (i32.const 2560)) (i32.const -1)))`;
const wake = (of = 'head') => woken(wakeWriters(of) + stepWord(of) + wakeWaiters(of));
const unlock = exchange() + wake();
const loop = '(loop)';

const casRoot = `(if (i64.ne (local.get $seen) (i64.atomic.rmw.cmpxchg (i32.const 64) (local.get $seen)
  (local.get $anchor))) (then (return)))`;
const stepStripe = (n: number) => `(drop (i64.atomic.rmw.add (i32.const ${2560 + n * 64}) (i64.const 1)))`;
const wakeStripe = (n: number) => `(drop (memory.atomic.notify (i32.const ${2560 + n * 64}) (i32.const -1)))`;
const stripes = Array.from({ length: 16 }, (_, n) => stepStripe(n) + wakeStripe(n));
const bornLocked = `(local.set $child (i32.mul (local.get $page) (i32.const 152)))
  (i64.atomic.store ${control('child')} (i64.or (local.get $seen) (i64.const 5)))`;

const entry = '(i32.add (global.get $pageTable) (i32.shl (local.get $page) (i32.const 4)))';
const casAnchor = `(if (i64.ne (local.get $anchor) (i64.atomic.rmw.cmpxchg offset=8 ${entry} (local.get $anchor)
  (i64.add (local.get $anchor) (i64.const 1)))) (then (return)))`;
const hand = (note: number, value: string) =>
  `(i32.atomic.store offset=${64 + note} (global.get $slot) ${value})`;
const noteTaken = hand(20, '(i32.add (local.get $page) (i32.const 1))');
const zero = '(i32.const 0)';
const freePage = `(i64.atomic.store offset=8 ${entry} (i64.shl (local.get $anchor) (i64.const 32)))`;
const bit = '(i64.shl (i64.const 1) (i64.extend_i32_u (local.get $page)))';
const leafWord =
  '(i32.add (global.get $bitmaps) (i32.shl (i32.shr_u (local.get $page) (i32.const 6)) (i32.const 3)))';
const summaryWord = `(i32.add ${leafWord} (i32.shl (global.get $bitmapWords) (i32.const 3)))`;
const hintLeaf = `(drop (i64.atomic.rmw.or ${leafWord} ${bit}))`;
const hintSummary = `(drop (i64.atomic.rmw.or ${summaryWord} ${bit}))`;
const hint = hintLeaf + hintSummary;
const clearBit = (word: string) => `(drop (i64.atomic.rmw.and ${word} (i64.xor ${bit} (i64.const -1))))`;
const clearHint = clearBit(leafWord);
const look = `(local.set $was (i64.atomic.load offset=8 ${entry}))`;
const restore = (what = hint) => `(if (i32.wrap_i64 (local.get $was)) (then ${what}))`;
const clearSummary = clearBit(summaryWord);
const lookAtLeaf = `(local.set $was (i64.atomic.load ${leafWord}))`;
const maybe = (what = hint) => `(if (local.get $head) (then ${what}))`;
const giveBack = casAnchor + hand(20, '(i32.const 0)');

const claim = `(if (i64.ne (i64.const 0) (i64.atomic.rmw.cmpxchg offset=192 (local.get $head) (i64.const 0)
  (local.get $seen))) (then (return)))`;
const nameThread = '(i32.atomic.store offset=200 (local.get $head) (local.get $page))';
const own = '(i64.atomic.store offset=192 (local.get $head) (local.get $seen))';
const countEnd = '(local.set $was (i64.atomic.rmw.add (i32.const 488) (i64.const 1)))';
const numberEnd = '(i64.atomic.store offset=208 (local.get $head) (local.get $was))';
const endWritten = '(i64.atomic.store offset=208 (local.get $head) (i64.const 0))';

describe('the check of the sections', () => {
  it('passes a lock, a take, a give, a child and a page that keep to the rules', () => {
    expect(check(lock + store + unlock)).toMatchObject({
      problems: [],
      sections: [{ kind: 'lock', name: 'write', sites: 1 }],
    });
    for (const [kind, note] of Object.entries({ take: noteTaken, give: hand(20, zero) })) {
      expect(check(casAnchor + note + loop)).toMatchObject({ problems: [], sections: [{ kind, sites: 1 }] });
    }
    const { problems, sections } = check(lock + bornLocked + exchange('child') + wake('child') + unlock);
    expect(problems).toEqual([]);
    expect(sections.map(({ kind }) => kind)).toEqual(['lock', 'child']);
    expect(check(freePage + hint + hand(20, zero) + loop).problems).toEqual([]);
  });

  it('passes a change of the root that wakes everybody, and one that wakes nobody', () => {
    expect(check(casRoot + stripes.join('') + loop)).toMatchObject({
      problems: [],
      sections: [{ kind: 'clear', name: 'write', sites: 1 }],
    });
    expect(check(casRoot + loop)).toMatchObject({ problems: [], sections: [] });
  });

  it('passes hints that are set, cleared and restored where they may be', () => {
    expect(check(clearHint + look + restore() + loop)).toMatchObject({
      problems: [],
      sections: [{ kind: 'hint', name: 'write', sites: 1 }],
    });
    expect(check(clearSummary + lookAtLeaf + restore(hintSummary) + loop)).toMatchObject({
      problems: [],
      sections: [{ kind: 'summary' }],
    });
    expect(check(giveBack + maybe() + maybe() + loop)).toMatchObject({
      problems: [],
      sections: [{ kind: 'give' }],
    });
    const frontier = '(local.set $page (i32.wrap_i64 (i64.atomic.load (i32.const 128))))';
    expect(check(frontier + hint + loop).problems).toEqual([]);
  });

  it('passes slots that are claimed, handed on and let go of, and ends that are logged', () => {
    for (const slot of [claim + nameThread, nameThread + own, nameThread + endWritten]) {
      expect(check(slot + loop)).toMatchObject({ problems: [], sections: [{ kind: 'slot', sites: 1 }] });
    }
    expect(check(countEnd + numberEnd + loop)).toMatchObject({ problems: [], sections: [{ kind: 'end' }] });
    const takeOver = claim.replaceAll('(i64.const 0)', '(local.get $anchor)');
    expect(check(takeOver + loop)).toMatchObject({ problems: [], sections: [] });
  });

  it('finds no section where a hint is not restored in both words', () => {
    expect(check(clearHint + look + restore('') + loop)).toMatchObject({ problems: [], sections: [] });
  });

  it('passes a lock whose outcome goes through a block, and one that asks to be woken', () => {
    const tried = `(if (if (result i32) (local.get $page) (then (i64.eq ${cas} (local.get $seen))) (else ${zero}))
      (then ${store} ${unlock} (return)))`;
    expect(check(tried + loop)).toMatchObject({ problems: [], sections: [{ kind: 'lock' }] });
    const arm = cas.replace('(i64.const 1)', '(i64.const 2)');
    expect(check(`(drop ${arm}) ${loop}`)).toMatchObject({ problems: [], sections: [] });
  });

  it('passes a control word that is written as it was when it never was, claims of stretches, names of pages', () => {
    for (const offset of [16, 168, 3648, 3656, 77824, 94208]) {
      const opened = `(drop (i64.atomic.rmw.cmpxchg offset=${offset} (local.get $head) (i64.const 0) (i64.const 0)))`;
      expect(check(opened + loop)).toMatchObject({ problems: [], sections: [] });
    }
  });

  const held = 'a lock is held';
  const unwoken = 'an unlock has not woken who waits';
  const unheard = 'a clear has not woken all who wait';
  const unnoted = 'an anchor was changed and no hand says so';
  const unseen = 'a hint was cleared and its page not looked at again';
  const halfSet = 'a hint was set and its summary was not';
  const apart = 'a hint is set apart from what it tells of';
  it.each<[string, string, string]>([
    ['a loop in a section', lock + loop + unlock, `a loop begins, while ${held}`],
    ['a call in a section', `${lock}(call $other)${unlock}`, `a call of other, while ${held}`],
    [
      'an early return',
      `${lock}(if (local.get $page) (then (return)))${unlock}`,
      `the function returns, while ${held}`,
    ],
    ['no unlock', lock + store, `the function ends, while ${held}`],
    [
      'a way round in a section',
      `(loop $again ${cas.replace('(i64.atomic', `(if (i64.eq (local.get $seen) (i64.atomic`)})
        (then (br_if $again (local.get $page)) ${unlock})))`,
      `a loop goes round, while ${held}`,
    ],
    [
      'a wait in a section',
      `${lock}(drop (memory.atomic.wait32 (local.get $head) ${zero} (i64.const 0)))${unlock}`,
      `a wait, while ${held}`,
    ],
    [
      'memory.grow in a section',
      `${lock}(drop (memory.grow (i32.const 1)))${unlock}`,
      `memory.grow, while ${held}`,
    ],
    [
      'a trap in a section',
      `${lock}(if (local.get $page) (then (unreachable)))${unlock}`,
      `a trap, while ${held}`,
    ],
    [
      'a division in a section',
      `${lock}(i32.atomic.store (local.get $head) (i32.div_u (i32.const 1) (local.get $page)))${unlock}`,
      `a division may trap, while ${held}`,
    ],
    ['a wake-up after a loop', lock + exchange() + loop + wake(), `a loop begins, while ${unwoken}`],
    ['no wake-up', lock + exchange(), `the function ends, while ${unwoken}`],
    [
      'a loop between wake-ups',
      lock + exchange() + woken(wakeWriters() + loop),
      `a loop begins, while ${unwoken}`,
    ],
    [
      'a call between a wake word and its wake-up',
      `${lock}${exchange()}${woken(`${wakeWriters()}${stepWord()}(call $other)${wakeWaiters()}`)}`,
      `a call of other, while ${unwoken}`,
    ],
    ['writers alone woken', lock + exchange() + woken(wakeWriters()), `the function ends, while ${unwoken}`],
    [
      'a wake word alone',
      lock + exchange() + woken(stepWord() + wakeWaiters()),
      `the function ends, while ${unwoken}`,
    ],
    [
      'a wake word that is not stepped',
      lock + exchange() + woken(wakeWriters() + wakeWaiters()),
      'a wake-up that follows no unlock',
    ],
    [
      'a wake word stepped too late',
      lock + exchange() + woken(wakeWriters() + wakeWaiters() + stepWord()),
      'a wake-up that follows no unlock',
    ],
    [
      'a wake word stepped by 2',
      lock + exchange() + woken(wakeWriters() + stepWord('head', 2) + wakeWaiters()),
      'a wake word that does not step by one',
    ],
    [
      'the wake word of another chain',
      lock + exchange() + woken(wakeWriters() + stepWord('page') + wakeWaiters('page')),
      'for a chain that was not unlocked',
    ],
    [
      'the wake word of the next chain',
      lock +
        exchange() +
        woken(
          wakeWriters() +
            stepWord().replace('(local.get $head)', '(i32.add (local.get $head) (i32.const 152))') +
            wakeWaiters(),
        ),
      'for a chain that was not unlocked',
    ],
    ['a wake word stepped for nothing', stepWord(), 'for a chain that was not unlocked'],
    [
      'a store to a wake word',
      '(i64.atomic.store (i32.const 2624) (i64.const 7))',
      'an atomic store that is none of the known ones',
    ],
    [
      'a clear that leaves one out',
      casRoot + stripes.slice(1).join('') + loop,
      `a loop begins, while ${unheard}`,
    ],
    [
      'a clear that wakes one without a step',
      casRoot + stripes.slice(1).join('') + wakeStripe(0),
      'a wake-up that follows no unlock',
    ],
    [
      'a clear that wakes one twice',
      casRoot + stripes.slice(1).join('') + stripes[1] + loop,
      `a loop begins, while ${unheard}`,
    ],
    [
      'a loop among the wake-ups of a clear',
      casRoot + stripes.slice(0, 8).join('') + loop + stripes.slice(8).join(''),
      `a loop begins, while ${unheard}`,
    ],
    [
      'the wake-ups of a clear after a loop',
      casRoot + loop + stripes.join(''),
      'and the root was not changed',
    ],
    ['the wake-ups of a clear without one', stripes.join(''), 'and the root was not changed'],
    [
      'an unlock that keeps the lock bit',
      lock + exchange('head', -3) + wake(),
      'an unlock that may leave the lock bit',
    ],
    ['an unlock of another word', lock + exchange('page') + wake('page'), 'that this thread has not locked'],
    ['a CAS nobody looks at', `(drop ${cas})${loop}`, 'a CAS may have taken a lock or a slot'],
    [
      'a CAS of an unknown word',
      lock.replace('offset=16', 'offset=32'),
      'a CAS that is none of the known ones',
    ],
    [
      'a CAS that makes a control word of none',
      `(drop (i64.atomic.rmw.cmpxchg offset=16 (local.get $head) (i64.const 0) (i64.const 4)))${loop}`,
      'a CAS that is none of the known ones',
    ],
    [
      'a CAS with an unknown value',
      lock.replace('(i64.const 1)', '(i64.const 3)'),
      'a CAS that is none of the known ones',
    ],
    ['a child locked before its parent', bornLocked + lock + unlock, 'its parent is not locked'],
    [
      'a store to an unknown word',
      lock + bornLocked.replace('(i32.const 16)', '(i32.const 176)') + unlock,
      'an atomic store that is none of the known ones',
    ],
    ['a child left locked', lock + bornLocked + unlock, `the function ends, while ${held}`],
    ['a slot that is claimed and names nobody', claim + loop, 'a slot is taken and does not say by whom'],
    [
      'a slot that is named after a call',
      `${claim}(call $other)${nameThread}`,
      'a call of other, while a slot is taken and does not say by whom',
    ],
    [
      'a claim nobody looks at',
      `${claim.slice(4, claim.indexOf('(then'))}`.replace(
        /^\(i64.ne \(i64.const 0\)(.*)\)\s*$/s,
        '(drop $1)',
      ) + loop,
      'a CAS may have taken a lock or a slot',
    ],
    ['a thread that is named and its owner not', nameThread + loop + own, 'its other words do not follow'],
    ['an end that is counted and not noted', countEnd + loop + numberEnd, 'its slot does not say so'],
    ['a hand store missing after a take', casAnchor + loop, `a loop begins, while ${unnoted}`],
    [
      'a hand store after a call',
      `${casAnchor}(call $other)${noteTaken}`,
      `a call of other, while ${unnoted}`,
    ],
    ['another page in the hand', casAnchor + hand(20, '(local.get $head)'), unnoted],
    ['a page freed and kept in the hand', freePage + hint + loop, 'a page is in circulation and in the hand'],
    ['a page freed without its hints', freePage + hand(20, zero) + loop, 'no bitmap shows it'],
    ['a loop before the look', clearHint + loop + look + restore(), `a loop begins, while ${unseen}`],
    [
      'a call before the look',
      `${clearHint}(call $other)${look}${restore()}`,
      `a call of other, while ${unseen}`,
    ],
    ['no look', clearHint + restore(), `the function ends, while ${unseen}`],
    [
      'a look at another page',
      clearHint + look.replace('(local.get $page)', '(local.get $head)') + restore(),
      `the function ends, while ${unseen}`,
    ],
    ['a look too early', look + clearHint + restore(), `the function ends, while ${unseen}`],
    ['a look at the summary alone', clearSummary + lookAtLeaf.replace(leafWord, summaryWord), unseen],
    [
      'a call after the look',
      `${clearHint}${look}(call $other)${restore()}`,
      'what its page says has no effect',
    ],
    ['a call before a hint is restored', clearHint + look + restore(`(call $other)${hint}`), apart],
    [
      'a loop between the words of a hint',
      clearHint + look + restore(hintLeaf + loop + hintSummary),
      `a loop begins, while ${halfSet}`,
    ],
    ['half of a hint restored', clearHint + look + restore(hintLeaf), `the function ends, while ${halfSet}`],
    [
      'a summary restored after a loop',
      clearSummary + lookAtLeaf + restore(loop + hintSummary),
      'of the summary is set apart',
    ],
    ['a hint after a call after a give', `${giveBack}(call $other)${maybe()}`, apart],
    ['the second hint of a give after a loop', giveBack + maybe() + loop + maybe(), apart],
    [
      'a hint of another page after a give',
      giveBack + maybe(hint.replaceAll('(local.get $page)', '(local.get $head)')),
      apart,
    ],
    ['a function that sets a hint for its caller', hint, apart],
    [
      'half of a move in a hand',
      hand(28, '(local.get $head)') + loop + hand(24, zero),
      'a hand holds what is elsewhere too',
    ],
    ['a zero in the hand alone', hand(28, zero), 'a hand has dropped something'],
  ])('refuses %s', (_what, body, problem) => {
    const { problems } = check(body);
    expect(problems.join('\n')).toContain(problem);
    expect(problems.every((text) => text.startsWith('write: '))).toBe(true);
  });

  it.each([
    ['data', '(data (i32.const 0) "x")', 'data segments'],
    ['a start function', '(start $other)', 'start function'],
    ['a table', '(table 1 funcref)', 'a table'],
  ])('refuses a module with %s', (_what, rest, problem) => {
    expect(check('', rest).problems.join()).toContain(problem);
  });

  it('refuses a module that imports more than the memory', () => {
    const wat =
      '(module\n(import "env" "memory" (memory 1 10 shared))\n(import "env" "point" (func $point)))';
    expect(checkSections(assemble(wat), wat).problems.join()).toContain('env.point');
  });
});

describe('the compiled kernel', () => {
  const lockCas = /i64\.const 1\s+i64\.or\s+i64\.atomic\.rmw\.cmpxchg/;
  const unlockExchange = /i64\.atomic\.rmw\.xchg/;
  let wat: string;
  beforeAll(async () => {
    wat = await readFile(new URL('threadmap.wat', kernel), 'utf8');
  });

  const run = (...args: string[]) =>
    spawnSync(process.execPath, [fileURLToPath(script), ...args], { encoding: 'utf8' });

  /** The kernel's text with one of its functions changed. */
  function changed(name: string, what: RegExp, to: (found: string) => string): string {
    const at = wat.indexOf(`(func $src/kernel/${name} `);
    const body = wat.slice(at).replace(what, to);
    expect(body).not.toBe(wat.slice(at));
    return wat.slice(0, at) + body;
  }

  it('has no kill point in any section', () => {
    const { status, stdout, stderr } = run();
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toMatch(/section: lock +assign-short\/setNumber +\d found, at most \d+ instructions/);
  });

  it('would be refused with a loop after any lock, or between unlock and wake-up', () => {
    const { sections } = checkSections(assemble(wat), wat);
    const locks = sections.filter(({ kind }) => kind === 'lock');
    expect(locks.length).toBeGreaterThanOrEqual(8);
    for (const { name } of locks) {
      for (const what of [lockCas, unlockExchange]) {
        const text = changed(name, what, (found) => `${found}\nloop\nend\n`);
        expect(checkSections(assemble(text), text).problems.join('\n')).toContain(
          `${name}: a loop begins, while`,
        );
      }
    }
  });

  it('would be refused with a wake-up torn from its exchange, or from the change of the root', () => {
    const { sections } = checkSections(assemble(wat), wat);
    const wakeUp = /memory\.atomic\.notify\s+drop/;
    for (const { name, kind } of sections.filter(({ kind }) => kind === 'lock' || kind === 'clear')) {
      const torn = changed(name, wakeUp, (found) => `${found}\nloop\nend\n`);
      expect(checkSections(assemble(torn), torn).problems.join('\n')).toContain(
        `${name}: a loop begins, while ${kind === 'lock' ? 'an unlock has not' : 'a clear has not'}`,
      );
      const left = changed(name, wakeUp, () => 'drop\ndrop\n');
      expect(checkSections(assemble(left), left).problems.join('\n')).toContain(`${name}: `);
    }
  });

  it('would be refused with a loop or a call after a hint is cleared, or before one is set', () => {
    for (const between of [
      'loop\nend\n',
      'i32.const 1\ni32.const 0\ncall $src/kernel/page/findHint\ndrop\n',
    ]) {
      const cleared = changed(
        'page/clearHint',
        /i64\.atomic\.rmw\.and\s+drop/,
        (found) => `${found}\n${between}`,
      );
      expect(checkSections(assemble(cleared), cleared).problems.join('\n')).toMatch(
        /page\/clearHint: a (loop begins|call of page\/findHint), while a hint was cleared/,
      );
      for (const name of ['heap/give', 'page/clearHint']) {
        const set = changed(name, /i64\.atomic\.rmw\.or/, (found) => between + found);
        expect(checkSections(assemble(set), set).problems).toContain(
          `${name}: a hint is set apart from what it tells of`,
        );
      }
    }
  });

  it('would be refused without a lock that the source has', async () => {
    const text = changed('assign/append', lockCas, (found) => found.replace('1', '2'));
    const folder = await mkdtemp(join(tmpdir(), 'threadmap-sections-'));
    try {
      await writeFile(join(folder, 'threadmap.wat'), text);
      await writeFile(join(folder, 'threadmap.wasm'), assemble(text));
      const { status, stderr } = run(folder);
      expect(stderr).toContain('assign/append: its tryLock() was not found');
      expect(status).toBe(1);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
