import type { Container, Probe } from '@kubernats/api';
import { SteppedClock, seededRandom } from '@kubernats/clock';
import { type Counter, noMetrics } from '@kubernats/controller';
import { describe, expect, test } from 'vitest';
import type { RunState } from '../pod/record.ts';
import { PodProbes } from './pod-probes.ts';
import { ProbeCounter } from './probe-counter.ts';

const HOUR_MS = 3_600_000;

/** A Pod's probes, each an exec whose exit code is `healthy[command]`. */
function setUp(kubeletSinceMs?: number, seed = 7) {
  const clock = new SteppedClock();
  const startMs = clock.now();
  const counts = new Map<string, number>();
  const counter: Counter = {
    inc: (labels = {}) => void counts.set(JSON.stringify(labels), (counts.get(JSON.stringify(labels)) ?? 0) + 1),
    remove: (labels) => void counts.delete(JSON.stringify(labels)),
  };
  const context = {
    clock,
    random: seededRandom(seed),
    kubeletSinceMs: kubeletSinceMs ?? clock.now() - HOUR_MS,
    probeCounter: new ProbeCounter({ ...noMetrics, counter: () => counter }),
  };
  const healthy: Record<string, boolean> = {};
  const story: string[] = [];
  const at = (): string => `${(clock.now() - startMs) / 1000}s`;
  let run: RunState = { verdicts: {} };
  const probes = new PodProbes(context, { namespace: 'default', name: 'web', uid: 'u1' }, () => {
    story.push(`${at()} ${JSON.stringify(run.verdicts)}`);
  });
  const begin = (container: Partial<Container>): void => {
    run = { verdicts: {} };
    const whole = { name: 'main', image: 'x', ...container };
    const exec = async ([command = '']: readonly string[]): Promise<number> => {
      story.push(`${at()} ${command}`);
      return healthy[command] ? 0 : 1;
    };
    const target = { container: whole, podIp: '', running: { exec }, dial: () => Promise.reject(new Error('none')), clock };
    const warn = (reason: string, message: string): void => void story.push(`${at()} ${reason}: ${message}`);
    probes.begin({ container: whole, target, startedAtMs: clock.now(), run, warn });
  };
  return { clock, probes, begin, healthy, story, counts, verdicts: () => run.verdicts };
}

const exec = (name: string, part: Probe = {}): Probe => ({ exec: { command: [name] }, periodSeconds: 10, ...part });

describe('the probes of a Pod', () => {
  test('readiness is asked at once, liveness with the next tick; what has been told is not told again', async () => {
    const { clock, begin, healthy, story } = setUp();
    Object.assign(healthy, { live: true, ready: true });
    begin({ livenessProbe: exec('live'), readinessProbe: exec('ready') });
    await clock.advance(20_000);
    expect(story).toEqual([
      '0s ready',
      '0s {"readiness":"success"}',
      '10s live',
      '10s {"readiness":"success","liveness":"success"}',
      '10s ready',
      '20s live',
      '20s ready',
    ]);
  });

  test('the others wait for startup, which is not asked again', async () => {
    const { clock, begin, healthy, story } = setUp();
    Object.assign(healthy, { live: true, ready: true });
    begin({ startupProbe: exec('start', { periodSeconds: 2 }), livenessProbe: exec('live'), readinessProbe: exec('ready') });
    await clock.advance(3000);
    healthy.start = true;
    await clock.advance(9000);
    expect(story).toEqual([
      '2s start',
      '2s Unhealthy: Startup probe failed: ',
      '4s start',
      '4s {"startup":"success"}',
      '4s ready',
      '4s {"startup":"success","readiness":"success"}',
      '10s live',
      '10s {"startup":"success","readiness":"success","liveness":"success"}',
      '10s ready',
    ]);
  });

  test('liveness that fails is told once, and not asked again until the container is another one', async () => {
    const { clock, probes, begin, story, verdicts } = setUp();
    begin({ livenessProbe: exec('live', { periodSeconds: 5, failureThreshold: 2 }) });
    await clock.advance(60_000);
    expect(story).toEqual([
      '5s live',
      '5s Unhealthy: Liveness probe failed: ',
      '10s live',
      '10s Unhealthy: Liveness probe failed: ',
      '10s {"liveness":"failure"}',
    ]);
    probes.end('main');
    begin({ livenessProbe: exec('live', { periodSeconds: 5, failureThreshold: 2 }) });
    expect(verdicts()).toEqual({});
    await clock.advance(5000);
    expect(story.at(-1)).toBe('65s Unhealthy: Liveness probe failed: ');
  });

  test('while the Pod is being stopped only readiness is asked', async () => {
    const { clock, probes, begin, healthy, story } = setUp();
    Object.assign(healthy, { live: true, ready: true });
    begin({ livenessProbe: exec('live'), readinessProbe: exec('ready') });
    await clock.advance(1000);
    probes.terminate();
    healthy.ready = false;
    story.length = 0;
    await clock.advance(30_000);
    expect(story.filter((line) => !line.includes('Unhealthy'))).toEqual([
      '10s ready',
      '20s ready',
      '30s ready',
      '30s {"readiness":"failure"}',
    ]);
    probes.close();
    expect(clock.waiting).toBe(0);
  });

  test('a kubelet that has just started spreads them over their period, the same for the same seed', async () => {
    const starts = async (seed: number): Promise<string | undefined> => {
      const { clock, begin, story } = setUp(new SteppedClock().now(), seed);
      begin({ readinessProbe: exec('ready') });
      await clock.advance(10_000);
      return story[0];
    };
    const first = await starts(1);
    expect(first).toMatch(/^\d(\.\d)?s ready$/);
    expect(await starts(2)).not.toBe(first);
    expect(await starts(1)).toBe(first);
  });

  test('are counted as the kubelet counts them, and forgotten with the Pod', async () => {
    const { clock, probes, begin, healthy, counts } = setUp();
    begin({ readinessProbe: exec('ready') });
    await clock.advance(20_000);
    healthy.ready = true;
    await clock.advance(10_000);
    const where = { container: 'main', pod: 'web', namespace: 'default', pod_uid: 'u1', probe_type: 'Readiness' };
    expect([...counts]).toEqual([
      [JSON.stringify({ ...where, result: 'failed' }), 3],
      [JSON.stringify({ ...where, result: 'successful' }), 1],
    ]);
    probes.close();
    expect(counts.size).toBe(0);
  });
});
