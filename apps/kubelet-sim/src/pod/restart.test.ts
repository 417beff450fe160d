import { describe, expect, it } from 'vitest';
import { ended, seconds, T0 } from './pod.fixture.ts';
import { nextBackoff, restartAtMs } from './restart.ts';

describe('CrashLoopBackOff', () => {
  it('the first restart comes at once, then 10 s, doubling to 5 min', () => {
    const waits: number[] = [];
    let record = ended(1);
    for (let i = 0; i < 8; i++) {
      waits.push((restartAtMs(record) - (T0 + seconds(1))) / 1000);
      record = { ...record, backoffMs: nextBackoff(record) };
    }
    expect(waits).toEqual([0, 10, 20, 40, 80, 160, 300, 300]);
  });

  it('ten minutes without a crash begin it anew', () => {
    const long = ended(1, { finishedAtMs: T0 + seconds(600) }, { backoffMs: seconds(300) });
    expect(restartAtMs(long)).toBe(T0 + seconds(600));
    expect(nextBackoff(long)).toBe(seconds(10));
  });
});
