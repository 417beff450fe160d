import { describe, expect, it } from 'vitest';
import { CPU_WINDOW_MS, CpuUsage } from './cpu-usage.ts';

describe('the use of CPU', () => {
  it('adds up, and is averaged over the last window', () => {
    const usage = new CpuUsage(0);
    usage.setMillicores(500, 0);
    expect(usage.nanoCores(0)).toBe(0);
    expect(usage.nanoCores(2000)).toBe(500_000_000);
    usage.setMillicores(0, 20_000);
    expect(usage.usedMs(20_000)).toBe(10_000);
    expect(usage.nanoCores(20_000)).toBe(500_000_000);
    expect(usage.nanoCores(25_000)).toBe(250_000_000);
    expect(usage.nanoCores(30_000)).toBe(0);
    expect(usage.usedMs(3_600_000)).toBe(10_000);
  });

  it('is the same however often it is looked at, but for what a mark cannot tell', () => {
    const looked = new CpuUsage(0);
    const left = new CpuUsage(0);
    for (const usage of [looked, left]) usage.setMillicores(1000, 0);
    for (let ms = 0; ms <= 95_000; ms += 1700) looked.nanoCores(ms);
    expect(looked.nanoCores(95_000)).toBeCloseTo(left.nanoCores(95_000), -2);
    expect(left.usedMs(95_000)).toBe(95_000);
    expect(left.nanoCores(95_000 + CPU_WINDOW_MS)).toBe(1e9);
  });
});
