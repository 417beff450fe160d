import { type Container, type Pod, STOP_SIGNALS } from '@kubernats/api';
import { SIGNALS } from '@kubernats/containers';
import { describe, expect, test } from 'vitest';
import { type Action, decide } from './decide.ts';
import { container, deleting, podOf, recordWith, running, seconds, sidecar, T0 } from './pod.fixture.ts';
import type { ContainerRecord, RunState } from './record.ts';

const up = (run: Partial<RunState> = {}, part: Partial<ContainerRecord> = {}): ContainerRecord => ({
  ...running,
  run: { verdicts: {}, ...run },
  ...part,
});

/** Actions as words. */
function words(actions: Action[]): string[] {
  return actions.map((action) => {
    if (action.do === 'start') return `start ${action.container.name}`;
    if (action.do === 'signal') return `${action.name} ${action.container}`;
    if (action.do === 'kill') return `kill ${action.container} in ${action.graceSeconds}s: ${action.message}`;
    if (action.do === 'preStop') return `preStop ${action.container}`;
    return action.do;
  });
}

const hooked = (name: string, part: Partial<Container> = {}): Container =>
  container(name, { lifecycle: { preStop: { sleep: { seconds: 5 } } }, ...part });

describe('a container that is killed while its Pod lives on', () => {
  const probe = { exec: { command: ['x'] } };
  const main = container('main', { livenessProbe: probe });
  const failed = (part: Partial<RunState> = {}): ContainerRecord => up({ verdicts: { liveness: 'failure' }, ...part });

  test.each<[string, Pod, ContainerRecord, string[]]>([
    ['liveness', podOf({ containers: [main] }), failed(), ['kill main in 30s: Container main failed liveness probe, will be restarted']],
    [
      'liveness, restartPolicy Never',
      podOf({ containers: [main], restartPolicy: 'Never' }),
      failed(),
      ['kill main in 30s: Container main failed liveness probe'],
    ],
    [
      'liveness, with a grace period of its own',
      podOf({ containers: [container('main', { livenessProbe: { ...probe, terminationGracePeriodSeconds: 7 } })] }),
      failed(),
      ['kill main in 7s: Container main failed liveness probe, will be restarted'],
    ],
    [
      'startup',
      podOf({ containers: [container('main', { startupProbe: { ...probe, terminationGracePeriodSeconds: 1 } })] }),
      up({ verdicts: { startup: 'failure' } }),
      ['kill main in 2s: Container main failed startup probe, will be restarted'],
    ],
    ['postStart', podOf(), up({ postStart: 'failed' }), ['kill main in 30s: FailedPostStartHook']],
    ['under way: its signal', podOf({ containers: [main] }), failed({ killByMs: T0 + seconds(30) }), ['SIGTERM main']],
    [
      'under way: its hook first',
      podOf({ containers: [hooked('main', { livenessProbe: probe })] }),
      failed({ killByMs: T0 + seconds(30) }),
      ['preStop main'],
    ],
    ['over: SIGKILL', podOf({ containers: [main] }), failed({ killByMs: T0, signalledAtMs: T0 - seconds(2) }), ['SIGKILL main']],
  ])('%s', (_, pod, record, actions) => {
    expect(words(decide(pod, recordWith(pod, { main: record }), T0).actions)).toEqual(actions);
  });

  test('a sidecar', () => {
    const pod = podOf({ initContainers: [{ ...sidecar('side'), livenessProbe: probe }] });
    expect(words(decide(pod, recordWith(pod, { side: failed(), main: up() }), T0).actions)).toEqual([
      'kill side in 30s: Init container side failed liveness probe',
    ]);
  });
});

describe('preStop', () => {
  const pod = podOf({ containers: [hooked('main')] }, deleting(30));
  const at = (record: ContainerRecord, afterSeconds: number, of = pod) =>
    decide(of, recordWith(of, { main: record }, { stopByMs: T0 + seconds(30) }), T0 + seconds(afterSeconds));

  test.each<[string, ContainerRecord, number, string[], number | undefined]>([
    ['runs first', up(), 0, ['preStop main'], 30],
    ['goes on', up({ preStop: 'running' }), 5, [], 30],
    ['is done', up({ preStop: 'done' }), 5, ['SIGTERM main'], 30],
    ['is done, and the container takes its time', up({ preStop: 'done', signalledAtMs: T0 + seconds(5) }), 6, [], 30],
    ['is done, the time is over', up({ preStop: 'done', signalledAtMs: T0 + seconds(5) }), 30, ['SIGKILL main'], undefined],
    ['took all of the time: SIGTERM all the same', up({ preStop: 'running' }), 30, ['SIGTERM main'], undefined],
    ['and 2 seconds more', up({ preStop: 'running', signalledAtMs: T0 + seconds(30) }), 31, [], 32],
    ['and no longer', up({ preStop: 'running', signalledAtMs: T0 + seconds(30) }), 32, ['SIGKILL main'], undefined],
  ])('%s', (_, record, afterSeconds, actions, wakeSeconds) => {
    const decision = at(record, afterSeconds);
    expect(words(decision.actions)).toEqual(actions);
    expect(decision.wakeAtMs).toBe(wakeSeconds === undefined ? undefined : T0 + seconds(wakeSeconds));
  });

  test('a forced deletion has no time for it', () => {
    const forced = podOf({ containers: [hooked('main')] }, deleting(0));
    expect(words(decide(forced, recordWith(forced, { main: up() }, { stopByMs: T0 }), T0).actions)).toEqual(['SIGTERM main']);
    const late = recordWith(forced, { main: up({ preStop: 'running' }) }, { stopByMs: T0 });
    expect(words(decide(forced, late, T0).actions)).toEqual(['SIGTERM main']);
  });

  test("a sidecar's runs at once too, its signal waits for its turn", () => {
    const both = podOf({ initContainers: [{ ...hooked('side'), restartPolicy: 'Always' }], containers: [hooked('main')] }, deleting(30));
    const after = (side: ContainerRecord, main: ContainerRecord) =>
      words(decide(both, recordWith(both, { side, main }, { stopByMs: T0 + seconds(30) }), T0 + seconds(1)).actions);
    expect(after(up(), up())).toEqual(['preStop side', 'preStop main']);
    expect(after(up({ preStop: 'done' }), up({ preStop: 'running' }))).toEqual([]);
    expect(after(up({ preStop: 'done' }), up({ preStop: 'done' }))).toEqual(['SIGTERM main']);
  });
});

describe('what waits', () => {
  const startupProbe = { exec: { command: ['x'] } };

  test.each<[string, ContainerRecord, string[]]>([
    ['postStart', up({ postStart: 'running' }), []],
    ['startup', up(), []],
    ['nothing more', up({ verdicts: { startup: 'success' } }), ['start main']],
  ])('a main container, for a sidecar: %s', (_, record, actions) => {
    const pod = podOf({ initContainers: [{ ...sidecar('side'), startupProbe }] });
    expect(words(decide(pod, recordWith(pod, { side: record }), T0).actions)).toEqual(actions);
  });

  test('a main container, for the postStart of the one before', () => {
    const pod = podOf({ containers: [container('a'), container('b')] });
    expect(words(decide(pod, recordWith(pod, { a: up({ postStart: 'running' }) }), T0).actions)).toEqual([]);
    expect(words(decide(pod, recordWith(pod, { a: up() }), T0).actions)).toEqual(['start b']);
  });
});

describe('the stop signal', () => {
  test.each([
    ['SIGQUIT', 'SIGQUIT'],
    ['SIGRTMIN+3', 'SIGRTMIN+3'],
    ['__proto__', 'SIGTERM'],
  ])('%s', (stopSignal, sent) => {
    const pod = podOf({ containers: [container('main', { lifecycle: { stopSignal } })] }, deleting(30));
    const record = recordWith(pod, { main: up() }, { stopByMs: T0 + seconds(30) });
    expect(words(decide(pod, record, T0).actions)).toEqual([`${sent} main`]);
  });

  test('may be any that the API takes', () => {
    expect(STOP_SIGNALS.linux.filter((name) => !Object.hasOwn(SIGNALS, name))).toEqual([]);
  });
});
