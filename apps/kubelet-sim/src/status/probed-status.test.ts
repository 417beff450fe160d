import type { Container } from '@kubernats/api';
import { describe, expect, test } from 'vitest';
import { container, ended, podOf, recordWith, running, sidecar, T0 } from '../pod/pod.fixture.ts';
import type { ContainerRecord, RunState } from '../pod/record.ts';
import { podStatusOf } from './pod-status.ts';

const probe = { exec: { command: ['x'] } };
const up = (run: Partial<RunState> = {}): ContainerRecord => ({ ...running, run: { verdicts: {}, ...run } });

describe('a container with probes', () => {
  test.each<[string, Partial<Container>, RunState['verdicts'], boolean, boolean]>([
    ['none', {}, {}, true, true],
    ['readiness, not asked yet', { readinessProbe: probe }, {}, true, false],
    ['readiness, well', { readinessProbe: probe }, { readiness: 'success' }, true, true],
    ['readiness, not well', { readinessProbe: probe }, { readiness: 'failure' }, true, false],
    ['startup, not asked yet', { startupProbe: probe }, {}, false, false],
    ['startup, well', { startupProbe: probe }, { startup: 'success' }, true, true],
    ['startup, well, and readiness not', { startupProbe: probe, readinessProbe: probe }, { startup: 'success' }, true, false],
    ['liveness does not matter', { livenessProbe: probe }, { liveness: 'failure' }, true, true],
  ])('%s', (_, part, verdicts, started, ready) => {
    const pod = podOf({ containers: [container('main', part)] });
    const status = podStatusOf(pod, recordWith(pod, { main: up({ verdicts }) }), '172.30.0.1', T0);
    expect(status.containerStatuses).toMatchObject([{ started, ready }]);
    const message = ready ? {} : { reason: 'ContainersNotReady', message: 'containers with unready status: [main]' };
    expect(status.conditions).toContainEqual(expect.objectContaining({ type: 'Ready', status: ready ? 'True' : 'False', ...message }));
    expect(status.phase).toBe('Running');
  });
});

describe('postStart', () => {
  test('until it is done the container waits, as far as anybody is told', () => {
    const pod = podOf();
    const status = podStatusOf(pod, recordWith(pod, { main: up({ postStart: 'running' }) }), '172.30.0.1', T0);
    expect(status).toMatchObject({
      phase: 'Pending',
      containerStatuses: [{ state: { waiting: { reason: 'ContainerCreating' } }, started: false, ready: false }],
    });
  });

  test('of a container that is started again leaves the Pod running', () => {
    const pod = podOf();
    const again = { ...up({ postStart: 'running' }), restartCount: 1, lastExit: ended(1).exit };
    expect(podStatusOf(pod, recordWith(pod, { main: again }), '172.30.0.1', T0)).toMatchObject({
      phase: 'Running',
      containerStatuses: [{ state: { waiting: { reason: 'ContainerCreating' } }, lastState: { terminated: { exitCode: 1 } } }],
    });
  });
});

test('a Pod is initialized when its sidecars have started', () => {
  const pod = podOf({ initContainers: [{ ...sidecar('side'), startupProbe: probe }] });
  const status = (verdicts: RunState['verdicts']) => podStatusOf(pod, recordWith(pod, { side: up({ verdicts }) }), '172.30.0.1', T0);
  expect(status({}).conditions).toContainEqual(
    expect.objectContaining({ type: 'Initialized', status: 'False', message: 'containers with incomplete status: [side]' }),
  );
  expect(status({}).containerStatuses).toMatchObject([{ state: { waiting: { reason: 'PodInitializing' } } }]);
  expect(status({ startup: 'success' }).conditions).toContainEqual(expect.objectContaining({ type: 'Initialized', status: 'True' }));
});

test('a stop signal of its own is shown', () => {
  const pod = podOf({ containers: [container('main', { lifecycle: { stopSignal: 'SIGQUIT' } })] });
  expect(podStatusOf(pod, recordWith(pod, { main: up() }), '172.30.0.1', T0).containerStatuses).toMatchObject([{ stopSignal: 'SIGQUIT' }]);
});
