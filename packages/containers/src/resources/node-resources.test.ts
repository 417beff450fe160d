import { SteppedClock } from '@kubernats/clock';
import { beforeEach, describe, expect, it } from 'vitest';
import type { AccountConfig, ContainerAccount } from './container-account.ts';
import { NodeResources } from './node-resources.ts';
import { usageAt } from './usage.ts';

const MI = 1024 * 1024;
let clock: SteppedClock;
let killed: string[];
beforeEach(() => {
  clock = new SteppedClock();
  killed = [];
});

const nodeOf = (part: Partial<ConstructorParameters<typeof NodeResources>[0]> = {}): NodeResources =>
  new NodeResources({ clock, cpuMillicores: 1000, memoryBytes: 1000 * MI, ...part });

function open(node: NodeResources, name: string, part: Partial<AccountConfig> = {}): ContainerAccount {
  const account: ContainerAccount = node.open({
    name,
    podUid: 'u1',
    baseMemoryBytes: 0,
    memoryLimitBytes: undefined,
    cpuRequestMillicores: 0,
    cpuLimitMillicores: undefined,
    oomScoreAdj: 0,
    kill() {
      killed.push(name);
      account.close();
    },
    ...part,
  });
  account.use({});
  return account;
}

/** How long work takes. */
async function timeOf(work: Promise<void>): Promise<number> {
  const startMs = clock.now();
  let endMs: number | undefined;
  void work.then(() => (endMs = clock.now()));
  for (let i = 0; i < 1000 && endMs === undefined; i++) await clock.advance(10);
  return (endMs ?? Infinity) - startMs;
}

describe('P5: CPU', () => {
  it('work takes its time, and twice as long for two', async () => {
    const node = nodeOf();
    const a = open(node, 'a').meter;
    expect(await timeOf(a.work(100))).toBeCloseTo(100, 0);
    const b = open(node, 'b').meter;
    expect(await Promise.all([timeOf(a.work(100)), timeOf(b.work(100))])).toEqual([expect.closeTo(200, 0), expect.closeTo(200, 0)]);
  });

  it('what runs shorter than a millisecond is not waited for, but counts', async () => {
    const account = open(nodeOf(), 'a');
    await account.meter.work(0.4);
    expect(clock.waiting).toBe(0);
    await clock.advance(1000);
    expect(account.stats()).toMatchObject({
      cpuUsedMs: expect.closeTo(0.4, 3),
      cpuMillicores: 0,
      cpuNanoCores: expect.closeTo(400_000, -3),
    });
  });

  it('over its limit a container is throttled, never killed, and it is counted', async () => {
    const account = open(nodeOf({ cpuMillicores: 4000 }), 'a', { cpuLimitMillicores: 500 });
    // One core until the quota of a first period of 100 ms is used up, half a core from then on.
    expect(await timeOf(account.meter.work(1000))).toBeCloseTo(1900, 0);
    account.meter.setCpu(2000);
    await clock.advance(60_000);
    const stats = account.stats();
    expect(stats.cpuNanoCores).toBe(500_000_000);
    expect(stats.cpuMillicores).toBe(500);
    expect(stats.throttledPeriods / stats.periods).toBeGreaterThan(0.9);
    expect(stats.throttledMs).toBeGreaterThan(40_000);
    expect(killed).toEqual([]);
  });

  it('a short burst above the limit is not throttled: the kernel counts by periods', async () => {
    const account = open(nodeOf(), 'a', { cpuLimitMillicores: 100 });
    expect(await timeOf(account.meter.work(5))).toBeCloseTo(5, 0);
    await clock.advance(1000);
    expect(await timeOf(account.meter.work(5))).toBeCloseTo(5, 0);
    expect(account.stats().throttledPeriods).toBe(0);
  });

  it("where the node's CPU runs out, shares go by request, and what goes away leaves its share to others", async () => {
    const node = nodeOf();
    const a = open(node, 'a', { cpuRequestMillicores: 250 });
    const b = open(node, 'b', { cpuRequestMillicores: 750 });
    a.meter.setCpu(5000);
    b.meter.setCpu(5000);
    await clock.advance(10_000);
    expect([a, b].map((each) => Math.round(each.stats().cpuNanoCores / 1e6))).toEqual([250, 750]);
    expect(node.cpu.nanoCores()).toBe(1e9);
    b.close();
    expect(a.stats().cpuMillicores).toBe(1000);
  });

  it('cpuThrottle: request brings it down to its request as soon as it passes its limit, and lets it go when it does not', async () => {
    const account = open(nodeOf({ cpuMillicores: 4000, cpuThrottle: 'request' }), 'a', {
      cpuRequestMillicores: 200,
      cpuLimitMillicores: 500,
    });
    account.meter.setCpu(500);
    await clock.advance(1000);
    expect(account.stats().cpuMillicores).toBe(500);
    account.meter.setCpu(600);
    await clock.advance(10_000);
    expect(account.stats().cpuMillicores).toBe(200);
    account.meter.setCpu(400);
    expect(account.stats().cpuMillicores).toBe(400);
  });

  it('what has ended never goes on', async () => {
    const account = open(nodeOf(), 'a');
    const part = account.part();
    let went = 0;
    void account.meter.work(50).then(() => went++);
    void part.work(50).then(() => went++);
    part.release();
    await clock.advance(60);
    expect(went).toBe(1);
    void account.meter.work(50).then(() => went++);
    account.close();
    void account.meter.work(0.1).then(() => went++);
    await clock.advance(1000);
    expect([went, clock.waiting]).toEqual([1, 0]);
  });

  it('a thousand requests a second cost no timer each, and pile up only when throttled', async () => {
    const account = open(nodeOf(), 'a', { cpuLimitMillicores: 100 });
    let done = 0;
    for (let i = 0; i < 1000; i++) {
      void account.meter.work(0.5).then(() => done++);
      await clock.advance(1);
    }
    expect(done).toBeGreaterThan(200);
    expect(done).toBeLessThan(230);
    expect(clock.waiting).toBe(1);
    expect(account.stats().cpuUsedMs).toBeLessThan(111);
  });
});

describe('P5: memory', () => {
  it('adds up by program, and over the limit the container is killed at once', () => {
    const node = nodeOf();
    const account = open(node, 'a', { baseMemoryBytes: 10 * MI, memoryLimitBytes: 64 * MI });
    account.meter.setMemory(20 * MI);
    const part = account.part();
    part.setMemory(30 * MI);
    expect([account.memoryBytes, node.memoryBytes]).toEqual([60 * MI, 60 * MI]);
    part.release();
    expect(account.memoryBytes).toBe(30 * MI);
    account.meter.setMemory(54 * MI);
    expect(killed).toEqual([]);
    account.meter.setMemory(54 * MI + 1);
    expect([killed, node.memoryBytes]).toEqual([['a'], 0]);
    account.meter.setMemory(5);
    expect(node.memoryBytes).toBe(0);
  });

  it('what a person says stands in place of what the image says, and other programs come on top', () => {
    const account = open(nodeOf(), 'a', { baseMemoryBytes: 10 * MI });
    account.meter.override('memory', 100 * MI);
    account.meter.setMemory(500 * MI);
    expect(account.memoryBytes).toBe(100 * MI);
    account.part().setMemory(7 * MI);
    expect(account.memoryBytes).toBe(107 * MI);
    account.meter.override('memory', undefined);
    expect(account.memoryBytes).toBe(517 * MI);
  });

  it('follows a course in steps, and stops when it is killed', async () => {
    const account = open(nodeOf(), 'a', { memoryLimitBytes: 60 * MI });
    account.use({
      memory: [
        { amount: 10 * MI, afterMs: 0, overMs: 0 },
        { amount: 110 * MI, afterMs: 1000, overMs: 10_000 },
      ],
    });
    expect(account.memoryBytes).toBe(10 * MI);
    await clock.advance(3000);
    expect(account.memoryBytes).toBe(30 * MI);
    await clock.advance(3000);
    expect(killed).toEqual([]);
    await clock.advance(500);
    expect([killed, clock.waiting]).toEqual([['a'], 0]);
  });

  it("the node's own end is met by whoever holds most, as its class allows", () => {
    const node = nodeOf();
    const victims: string[] = [];
    node.observer = { changed() {}, systemOom: (name) => victims.push(name) };
    const guaranteed = open(node, 'guaranteed', { oomScoreAdj: -997 });
    const burstable = open(node, 'burstable', { oomScoreAdj: 500 });
    const bestEffort = open(node, 'best-effort', { oomScoreAdj: 1000 });
    bestEffort.meter.setMemory(10 * MI);
    burstable.meter.setMemory(300 * MI);
    guaranteed.meter.setMemory(695 * MI);
    expect(killed).toEqual(['best-effort']);
    guaranteed.meter.setMemory(720 * MI);
    expect(killed).toEqual(['best-effort', 'burstable']);
    expect([node.memoryBytes, victims]).toEqual([720 * MI, killed]);
  });

  it('nonsense from an image counts as nothing', () => {
    const account = open(nodeOf(), 'a');
    for (const amount of [Number.NaN, -5, Infinity]) {
      account.meter.setMemory(amount);
      account.meter.setCpu(amount);
      expect(account.stats()).toMatchObject({ memoryBytes: 0, cpuMillicores: 0 });
    }
  });
});

describe('a course of use', () => {
  const steps = [
    { amount: 10, afterMs: 0, overMs: 0 },
    { amount: 110, afterMs: 0, overMs: 10_000 },
    { amount: 20, afterMs: 5000, overMs: 0 },
  ];
  it.each([
    [0, 10, 500],
    [5000, 60, 500],
    [9900, 109, 100],
    [10_000, 110, 5000],
    [14_000, 110, 1000],
    [15_000, 20, undefined],
    [1e9, 20, undefined],
  ])('after %d ms: %d', (elapsedMs, amount, nextInMs) => {
    expect(usageAt(steps, elapsedMs)).toEqual({ amount, nextInMs });
  });
});
