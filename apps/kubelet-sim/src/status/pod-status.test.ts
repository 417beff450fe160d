import { describe, expect, it } from 'vitest';
import { container, deleting, ended, podOf, recordWith, running, seconds, sidecar, T0 } from '../pod/pod.fixture.ts';
import { newRecord } from '../pod/record.ts';
import { recoverRecord } from '../pod/recover.ts';
import { statusPatch } from './patch.ts';
import { podStatusOf } from './pod-status.ts';

const HOST = '10.0.0.1';
const status = (pod: Parameters<typeof podStatusOf>[0], record: Parameters<typeof podStatusOf>[1], at = 0) =>
  podStatusOf(pod, record, HOST, T0 + seconds(at));
const verdicts = (of: ReturnType<typeof status>) =>
  Object.fromEntries(
    (of.conditions ?? []).map(({ type, status: value, reason, message }) => [type, [value, reason, message].filter(Boolean).join(' | ')]),
  );

describe('the status of a Pod', () => {
  it('that was just seen', () => {
    const pod = podOf();
    const got = status(pod, newRecord(pod, T0));
    expect(got).toMatchObject({
      phase: 'Pending',
      hostIP: HOST,
      startTime: '2026-01-01T00:00:00Z',
      qosClass: 'BestEffort',
      observedGeneration: 1,
    });
    expect(got.podIP).toBeUndefined();
    expect(got.containerStatuses?.[0]).toEqual({
      name: 'main',
      state: { waiting: { reason: 'ContainerCreating' } },
      lastState: {},
      ready: false,
      restartCount: 0,
      image: 'nginx',
      imageID: '',
      started: false,
    });
    expect(verdicts(got)).toEqual({
      PodReadyToStartContainers: 'False',
      Initialized: 'True',
      Ready: 'False | ContainersNotReady | containers with unready status: [main]',
      ContainersReady: 'False | ContainersNotReady | containers with unready status: [main]',
    });
  });

  it('that runs', () => {
    const pod = podOf();
    const got = status(pod, recordWith(pod, { main: running }));
    expect(got).toMatchObject({ phase: 'Running', podIP: '10.244.0.5', podIPs: [{ ip: '10.244.0.5' }], hostIPs: [{ ip: HOST }] });
    expect(got.containerStatuses?.[0]).toMatchObject({
      state: { running: { startedAt: '2026-01-01T00:00:00Z' } },
      ready: true,
      started: true,
      containerID: 'kubernats://c1',
      image: 'docker.io/library/nginx:latest',
      imageID: expect.stringMatching(/^docker\.io\/library\/nginx@sha256:[0-9a-f]{64}$/),
    });
    expect(verdicts(got)).toEqual({ PodReadyToStartContainers: 'True', Initialized: 'True', Ready: 'True', ContainersReady: 'True' });
  });

  it('whose init container runs', () => {
    const pod = podOf({ initContainers: [container('one'), sidecar('side')] });
    const got = status(pod, recordWith(pod, { one: running }));
    expect(got.phase).toBe('Pending');
    expect(got.initContainerStatuses?.map(({ state }) => state)).toEqual([
      { running: { startedAt: '2026-01-01T00:00:00Z' } },
      { waiting: { reason: 'PodInitializing' } },
    ]);
    expect(got.containerStatuses?.[0]?.state).toEqual({ waiting: { reason: 'PodInitializing' } });
    expect(verdicts(got).Initialized).toBe('False | ContainersNotInitialized | containers with incomplete status: [one side]');
  });

  it('whose container crashes again and again', () => {
    const pod = podOf();
    const got = status(pod, recordWith(pod, { main: ended(1, {}, { restartCount: 3, backoffMs: seconds(160) }) }));
    expect(got.phase).toBe('Running');
    expect(got.containerStatuses?.[0]).toMatchObject({
      state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 2m40s restarting failed container=main pod=web_default(u1)' } },
      lastState: {
        terminated: {
          exitCode: 1,
          reason: 'Error',
          startedAt: '2026-01-01T00:00:00Z',
          finishedAt: '2026-01-01T00:00:01Z',
          containerID: 'kubernats://c1',
        },
      },
      restartCount: 3,
      ready: false,
      started: false,
    });
  });

  it('whose configuration is missing', () => {
    const pod = podOf();
    const refused = { reason: 'CreateContainerConfigError', message: 'configmap "settings" not found', retryAtMs: 0 };
    const got = status(pod, recordWith(pod, { main: { restartCount: 0, backoffMs: 0, refused } }));
    expect(got.phase).toBe('Pending');
    expect(got.containerStatuses?.[0]?.state).toEqual({
      waiting: { reason: 'CreateContainerConfigError', message: 'configmap "settings" not found' },
    });
  });

  it('that has succeeded keeps its address', () => {
    const pod = { ...podOf({ restartPolicy: 'Never' }), status: { podIP: '10.244.0.5' } };
    const got = status(pod, recordWith(pod, { main: ended(0) }, { ip: undefined, tornDown: true }));
    expect(got).toMatchObject({ phase: 'Succeeded', podIP: '10.244.0.5' });
    expect(got.containerStatuses?.[0]?.state?.terminated).toMatchObject({ exitCode: 0, reason: 'Completed' });
    expect(verdicts(got)).toEqual({
      PodReadyToStartContainers: 'False',
      Initialized: 'True | PodCompleted',
      Ready: 'False | PodCompleted',
      ContainersReady: 'False | PodCompleted',
    });
  });

  it('that has failed, and one that the node failed', () => {
    const pod = podOf({ restartPolicy: 'Never' });
    expect(verdicts(status(pod, recordWith(pod, { main: ended(2) })))).toMatchObject({ Ready: 'False | PodFailed' });
    const late = status(pod, recordWith(pod, { main: running }, { failure: { reason: 'DeadlineExceeded', message: 'too long' } }));
    // It is told when the last container has stopped; that it is not ready any more is told at once.
    expect(late).toMatchObject({ phase: 'Pending' });
    expect(late.reason).toBeUndefined();
    expect(verdicts(late)).toMatchObject({ Ready: 'False | PodFailed' });
    const over = recordWith(pod, { main: ended(143) }, { failure: { reason: 'DeadlineExceeded', message: 'too long' } });
    expect(status(pod, over)).toMatchObject({ phase: 'Failed', reason: 'DeadlineExceeded', message: 'too long' });
  });

  it('that was deleted and has stopped: ends as its containers did', () => {
    const pod = podOf({}, deleting());
    const down = { ip: undefined, tornDown: true };
    expect(status(pod, recordWith(pod, { main: ended(0) }, down)).phase).toBe('Succeeded');
    expect(status(pod, recordWith(pod, { main: ended(137, { signal: 9 }) }, down))).toMatchObject({
      phase: 'Failed',
      containerStatuses: [{ state: { terminated: { exitCode: 137, signal: 9, reason: 'Error' } } }],
    });
  });

  it('waits for readiness gates', () => {
    const pod = podOf({ readinessGates: [{ conditionType: 'example.com/lb' }] });
    expect(verdicts(status(pod, recordWith(pod, { main: running }))).Ready).toBe(
      'False | ReadinessGatesNotReady | corresponding condition of pod readiness gate "example.com/lb" does not exist.',
    );
    const open = { ...pod, status: { conditions: [{ type: 'example.com/lb', status: 'True' }] } };
    expect(verdicts(status(open, recordWith(pod, { main: running }))).Ready).toBe('True');
  });

  it('changes the time of a condition with its status only, and leaves the conditions of others alone', () => {
    const scheduled = { type: 'PodScheduled', status: 'True', lastTransitionTime: '2025-12-31T00:00:00Z' };
    const pod = podOf();
    const first = status({ ...pod, status: { conditions: [scheduled] } }, newRecord(pod, T0));
    const second = status({ ...pod, status: first }, recordWith(pod, { main: running }), 60);
    expect(second.conditions?.map(({ type, lastTransitionTime }) => [type, lastTransitionTime])).toEqual([
      ['PodReadyToStartContainers', '2026-01-01T00:01:00Z'],
      ['Initialized', '2026-01-01T00:00:00Z'],
      ['Ready', '2026-01-01T00:01:00Z'],
      ['ContainersReady', '2026-01-01T00:01:00Z'],
      ['PodScheduled', '2025-12-31T00:00:00Z'],
    ]);
  });

  it.each([
    ['nothing asked for', {}, 'BestEffort'],
    ['requests only', { requests: { cpu: '1' } }, 'Burstable'],
    ['limits for both', { limits: { cpu: '1', memory: '1Gi' } }, 'Guaranteed'],
    ['limits and equal requests', { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '1000m', memory: '1024Mi' } }, 'Guaranteed'],
    ['limits over requests', { limits: { cpu: '2', memory: '1Gi' }, requests: { cpu: '1', memory: '1Gi' } }, 'Burstable'],
  ])('quality of service: %s', (_given, resources, qosClass) => {
    const pod = podOf({ containers: [container('main', { resources })] });
    expect(status(pod, newRecord(pod, T0)).qosClass).toBe(qosClass);
  });
});

describe('what is written of it', () => {
  it('nothing when nothing changed, else the changed fields only', () => {
    const pod = podOf();
    const before = status(pod, newRecord(pod, T0));
    expect(statusPatch(before, status({ ...pod, status: before }, newRecord(pod, T0), 5))).toBeUndefined();
    const after = status({ ...pod, status: before }, recordWith(pod, { main: running }), 5);
    const patch = statusPatch(before, after);
    expect(Object.keys(patch ?? {}).sort()).toEqual(['conditions', 'containerStatuses', 'phase', 'podIP', 'podIPs']);
    expect(patch?.conditions).toMatchObject([
      { type: 'PodReadyToStartContainers', status: 'True' },
      { type: 'Ready', status: 'True', reason: null, message: null },
      { type: 'ContainersReady', status: 'True', reason: null, message: null },
    ]);
  });

  it('an address replaces the old one', () => {
    const before = { podIP: '10.0.0.1', podIPs: [{ ip: '10.0.0.1' }] };
    expect(statusPatch(before, { podIP: '10.0.0.2', podIPs: [{ ip: '10.0.0.2' }] })).toEqual({
      podIP: '10.0.0.2',
      podIPs: [{ $patch: 'replace' }, { ip: '10.0.0.2' }],
    });
  });
});

describe('after a power cut', () => {
  it('what ran is reported as Unknown with 255, and its restart counts', () => {
    const pod = podOf();
    const before = status(pod, recordWith(pod, { main: { ...running, restartCount: 2 } }));
    const record = recoverRecord({ ...pod, status: before }, T0 + seconds(100));
    expect(record.containers.get('main')).toMatchObject({
      restartCount: 2,
      exit: { containerId: 'c1', exitCode: 255, reason: 'Unknown', startedAtMs: T0, finishedAtMs: T0 + seconds(100) },
    });
    expect(record.startedAtMs).toBe(T0);
    expect(record.ip).toBeUndefined();
  });

  it('what waited for its restart still waits as long as it would have', () => {
    const pod = podOf();
    const before = status(pod, recordWith(pod, { main: ended(1, {}, { restartCount: 2, backoffMs: seconds(20) }) }));
    const record = recoverRecord({ ...pod, status: before }, T0 + seconds(5));
    expect(record.containers.get('main')).toMatchObject({
      restartCount: 2,
      backoffMs: seconds(20),
      exit: { exitCode: 1, finishedAtMs: T0 + seconds(1) },
    });
  });

  it('what had ended for good stays ended', () => {
    const pod = podOf({ restartPolicy: 'Never' });
    const before = status(pod, recordWith(pod, { main: ended(0) }, { ip: undefined, tornDown: true }));
    expect(recoverRecord({ ...pod, status: before }, T0 + seconds(5)).containers.get('main')).toMatchObject({
      exit: { exitCode: 0, reason: 'Completed' },
    });
  });
});

it('a condition that no longer holds is taken away, and others stay', () => {
  const before = {
    conditions: [
      { type: 'PodResizePending', status: 'True' },
      { type: 'PodScheduled', status: 'True' },
    ],
  };
  const after = { conditions: [{ type: 'PodScheduled', status: 'True' }] };
  expect(statusPatch(before, after)).toEqual({ conditions: [{ $patch: 'delete', type: 'PodResizePending' }] });
});
