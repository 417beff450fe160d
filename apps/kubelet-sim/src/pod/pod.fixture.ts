import type { Container, Pod, PodSpec } from '@kubernats/api';
import { type ContainerRecord, type Exit, newRecord, type PodRecord, type RunState } from './record.ts';

export const T0 = Date.UTC(2026, 0, 1);
export const seconds = (count: number): number => count * 1000;

export const container = (name: string, part: Partial<Container> = {}): Container => ({ name, image: 'nginx', ...part });
export const sidecar = (name: string): Container => container(name, { restartPolicy: 'Always' });

export function podOf(spec: Partial<PodSpec> = {}, metadata: Pod['metadata'] = {}): Pod {
  return {
    metadata: { name: 'web', namespace: 'default', uid: 'u1', generation: 1, ...metadata },
    spec: { containers: [container('main')], restartPolicy: 'Always', terminationGracePeriodSeconds: 30, ...spec },
    status: {},
  };
}

export const deleting = (graceSeconds = 30): Pod['metadata'] => ({
  deletionTimestamp: '2026-01-01T00:00:30Z',
  deletionGracePeriodSeconds: graceSeconds,
});

export const running: ContainerRecord = { restartCount: 0, backoffMs: 0, running: { id: 'c1', startedAtMs: T0 } };

/** A run that was told to stop, because of its Pod or (`killByMs`) alone. */
export const told = (signalledAtMs: number, killByMs?: number): RunState => ({
  verdicts: {},
  signalledAtMs,
  ...(killByMs === undefined ? {} : { killByMs }),
});

export function ended(exitCode: number, part: Partial<Exit> = {}, record: Partial<ContainerRecord> = {}): ContainerRecord {
  const exit: Exit = {
    containerId: 'c1',
    exitCode,
    reason: exitCode === 0 ? 'Completed' : 'Error',
    startedAtMs: T0,
    finishedAtMs: T0 + seconds(1),
    ...part,
  };
  return { restartCount: 0, backoffMs: 0, exit, ...record };
}

/** A record of a Pod that is set up, with the containers in the states given. */
export function recordWith(pod: Pod, containers: Record<string, ContainerRecord>, part: Partial<PodRecord> = {}): PodRecord {
  const record: PodRecord = { ...newRecord(pod, T0), ip: '10.244.0.5', ...part };
  for (const [name, state] of Object.entries(containers)) record.containers.set(name, { ...state });
  return record;
}
