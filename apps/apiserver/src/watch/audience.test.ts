import { Buffer } from 'node:buffer';
import { SteppedClock } from '@kubernats/clock';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Audience, type Listener } from './audience.ts';

class Ear implements Listener {
  isLive = true;
  readonly writes: string[] = [];
  readonly member = { write: (frames: Buffer) => void this.writes.push(frames.toString()), room: undefined, end: () => {} };
}

function setUp(count: number) {
  const clock = new SteppedClock();
  const sent = { frames: 0, tellings: 0 };
  const audience = new Audience<Ear>(clock, (frames, listeners) => {
    sent.frames += frames * listeners;
    sent.tellings++;
  });
  const ears = Array.from({ length: count }, () => new Ear());
  for (const ear of ears) audience.add(ear);
  const tell = async (frame: string) => {
    audience.tell(Buffer.from(frame));
    await Promise.resolve();
  };
  return { clock, audience, ears, tell, sent };
}

const heard = (ears: Ear[], what: string) => ears.filter(({ writes }) => writes.join('') === what).length;

test('the first frame goes to all at once; those that follow go to some at a time, to all within a round', async () => {
  const { clock, ears, tell, sent } = setUp(250);
  await tell('a');
  expect(heard(ears, 'a')).toBe(250);
  await tell('b');
  await tell('c');
  await clock.advance(24 / 4);
  expect(heard(ears, 'a')).toBe(250);
  await clock.advance(1);
  expect(heard(ears, 'abc')).toBe(64);
  await clock.advance(25);
  expect(heard(ears, 'abc')).toBe(250);
  expect(ears.every(({ writes }) => writes.length === 2)).toBe(true);
  expect(sent).toEqual({ frames: 750, tellings: 8 });
});

test('the fewer they are, the sooner all have been told', async () => {
  const { clock, ears, tell } = setUp(20);
  await tell('a');
  await tell('b');
  await clock.advance(1);
  expect(heard(ears, 'a')).toBe(20);
  await clock.advance(1);
  expect(heard(ears, 'ab')).toBe(20);
});

test('after a round without news, the next frame goes out at once again, and no timer runs', async () => {
  const { clock, ears, tell } = setUp(250);
  await tell('a');
  await clock.advance(25);
  expect(clock.waiting).toBe(0);
  await tell('b');
  expect(heard(ears, 'ab')).toBe(250);
});

test('where the machine is late, all whose turn has come are told together', async () => {
  const clock = new SteppedClock();
  let now = 0;
  const fire: (() => void)[] = [];
  const late = Object.assign(Object.create(clock), { monotonic: () => now, setTimer: (_: number, f: () => void) => fire.push(f) });
  const audience = new Audience<Ear>(late, () => {});
  const ears = Array.from({ length: 256 }, () => new Ear());
  for (const ear of ears) audience.add(ear);
  audience.tell(Buffer.from('a'));
  await Promise.resolve();
  audience.tell(Buffer.from('b'));
  now = 13;
  fire.shift()?.();
  expect(heard(ears, 'ab'), 'two of four turns').toBe(128);
  now = 1_000;
  fire.shift()?.();
  expect(heard(ears, 'ab')).toBe(256);
});

test('R1: whoever comes and goes, a listener is told each frame from its coming on once, and in order', async () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('tell' as const) }),
    fc.record({ do: fc.constant('advance' as const), ms: fc.integer({ min: 0, max: 40 }) }),
    fc.record({ do: fc.constant('add' as const), many: fc.integer({ min: 1, max: 90 }) }),
    fc.record({ do: fc.constant('leave' as const), every: fc.integer({ min: 1, max: 5 }) }),
    fc.record({ do: fc.constant('flush' as const) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { clock, audience, tell } = setUp(0);
      const due = new Map<Ear, string>();
      let frame = 0;
      for (const each of steps) {
        if (each.do === 'tell') {
          const text = `${frame++},`;
          for (const [ear, texts] of due) due.set(ear, texts + text);
          await tell(text);
        } else if (each.do === 'advance') await clock.advance(each.ms);
        else if (each.do === 'flush') audience.flush();
        else if (each.do === 'add')
          for (let i = 0; i < each.many; i++) {
            const ear = new Ear();
            audience.add(ear);
            audience.flushFor(ear);
            ear.writes.length = 0;
            due.set(ear, '');
          }
        else
          for (const ear of [...audience].filter((_, i) => i % each.every === 0)) {
            audience.flushFor(ear);
            expect(ear.writes.join('')).toBe(due.get(ear));
            expect(audience.delete(ear)).toBe(true);
            expect(audience.delete(ear)).toBe(false);
            due.delete(ear);
          }
      }
      await clock.advance(100);
      expect(audience.size).toBe(due.size);
      for (const [ear, texts] of due) expect(ear.writes.join('')).toBe(texts);
      expect(clock.waiting).toBe(0);
    }),
  );
});
