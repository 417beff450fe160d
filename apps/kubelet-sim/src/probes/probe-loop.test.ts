import type { Probe } from '@kubernats/api';
import { SteppedClock } from '@kubernats/clock';
import { describe, expect, test } from 'vitest';
import { ProbeLoop } from './probe-loop.ts';
import { continued, counts, type Streak } from './streak.ts';
import { nextTick, ticksFrom } from './ticks.ts';

describe('thresholds', () => {
  // s: success, f: failure; capitals: it counts.
  test.each<[string, Probe, string]>([
    ['one success, three failures', {}, 'SfSffFFS'],
    ['three successes, one failure', { successThreshold: 3, failureThreshold: 1 }, 'ssSSFsFssS'],
    ['one each', { failureThreshold: 1 }, 'SFSF'],
    ['a success in between begins anew', { failureThreshold: 3 }, 'ffSffSffF'],
  ])('%s', (_, probe, results) => {
    let streak: Streak | undefined;
    const told = [...results].map((letter) => {
      streak = continued(streak, letter.toLowerCase() === 's' ? 'success' : 'failure');
      return counts(streak, probe) ? letter.toUpperCase() : letter.toLowerCase();
    });
    expect(told.join('')).toBe(results);
  });
});

describe('ticks', () => {
  test.each<[number, number, number, number, number, string]>([
    [0, 10, 0, 0, 10, 'the next one, not this one'],
    [0, 10, 3, 0, 10, 'the next one'],
    [0, 10, 3, 25, 30, 'none in the initial delay'],
    [0, 10, 3, 30, 30, 'the one at its very end'],
    [7, 10, 3, 0, 7, 'none before the first'],
    [7, 10, 8, 0, 17, 'every period from the first on'],
    [100, 10, 3, 50, 100, 'neither'],
  ])('from %i every %i, at %i, not before %i: %i (%s)', (firstMs, periodMs, nowMs, notBeforeMs, at) => {
    expect(nextTick({ firstMs, periodMs }, nowMs, notBeforeMs)).toBe(at);
  });

  test('those of Pods that come at about the same time are the same, and never later', () => {
    expect([1000, 1001, 1199].map((sinceMs) => ticksFrom(sinceMs, 10_000))).toEqual(new Array(3).fill({ firstMs: 1000, periodMs: 10_000 }));
    expect(ticksFrom(1200, 10_000).firstMs).toBe(1200);
  });
});

describe('a loop', () => {
  function loopOf(probe: Probe, results: (Streak['result'] | undefined)[], ticks = { firstMs: 0, periodMs: 10_000 }) {
    const clock = new SteppedClock(0);
    const story: string[] = [];
    const at = (): string => `${clock.now() / 1000}s`;
    const loop = new ProbeLoop({
      clock,
      probe,
      ticks,
      startedAtMs: 0,
      probeOnce: async () => {
        const result = results.shift();
        story.push(`${at()} ${result}`);
        return result;
      },
      verdict: (result) => story.push(`${at()} counts: ${result}`),
    });
    return { clock, story, loop };
  }

  test('probes with every tick, and holds one timer', async () => {
    const { clock, story, loop } = loopOf({ failureThreshold: 2 }, ['success', 'failure', undefined, 'failure']);
    loop.start(false);
    await clock.advance(45_000);
    expect(story).toEqual(['10s success', '10s counts: success', '20s failure', '30s undefined', '40s failure', '40s counts: failure']);
    expect(clock.waiting).toBe(1);
    loop.stop();
    expect(clock.waiting).toBe(0);
  });

  test.each<[string, Probe, boolean, number, string]>([
    ['at once', {}, true, 0, '0s'],
    ['at once, after the initial delay', { initialDelaySeconds: 15 }, true, 0, '20s'],
    ['at once, but not before the ticks begin', {}, true, 4000, '4s'],
    ['with the next tick', {}, false, 4000, '4s'],
  ])('begins %s', async (_, probe, atOnce, firstMs, first) => {
    const { clock, story, loop } = loopOf(probe, ['failure'], { firstMs, periodMs: 10_000 });
    loop.start(atOnce);
    await clock.advance(25_000);
    expect(story[0]).toBe(`${first} failure`);
  });

  test('stopped while a probe is under way: its result counts for nothing', async () => {
    const clock = new SteppedClock(0);
    const asked = Promise.withResolvers<'failure'>();
    const story: string[] = [];
    const loop = new ProbeLoop({
      clock,
      probe: { failureThreshold: 1 },
      ticks: { firstMs: 0, periodMs: 1000 },
      startedAtMs: 0,
      probeOnce: () => asked.promise,
      verdict: (result) => story.push(result),
    });
    loop.start(true);
    await clock.advance(0);
    loop.stop();
    asked.resolve('failure');
    await clock.advance(5000);
    expect([story, clock.waiting]).toEqual([[], 0]);
  });

  test('one that takes longer than its period is not run twice at a time', async () => {
    const clock = new SteppedClock(0);
    const starts: number[] = [];
    const loop = new ProbeLoop({
      clock,
      probe: {},
      ticks: { firstMs: 0, periodMs: 1000 },
      startedAtMs: 0,
      probeOnce: async () => {
        starts.push(clock.now());
        await clock.sleep(2500);
        return 'success';
      },
      verdict: () => {},
    });
    loop.start(false);
    await clock.advance(8000);
    expect(starts).toEqual([1000, 4000, 7000]);
  });
});
