// Pods and what is measured of them, for the tests of this folder.
import type { HorizontalPodAutoscaler, Pod, PodMetrics, Scale } from '@kubernats/api';
import { rfc3339 } from '@kubernats/clock';
import type { Snapshot } from './decide.ts';
import { firstHistory } from './history.ts';
import { AUTOSCALING_DEFAULTS } from './settings.ts';

export const NOW_MS = Date.parse('2026-01-01T12:00:00Z');
const HOUR_MS = 3_600_000;

export interface PodShape {
  /** Thousandths of a core that it asks for; undefined: it does not ask. */
  request?: number | undefined;
  phase?: string;
  /** Undefined: it has no such condition. */
  ready?: 'True' | 'False' | undefined;
  /** Before now, in milliseconds. */
  startedMs?: number;
  readySinceMs?: number;
  terminating?: boolean;
}

export function pod(name: string, shape: PodShape = {}): Pod {
  const {
    request,
    phase = 'Running',
    startedMs = HOUR_MS,
    readySinceMs = startedMs,
    terminating = false,
  } = {
    request: 1000,
    ...shape,
  };
  const ready = 'ready' in shape ? shape.ready : 'True';
  const resources = request === undefined ? {} : { resources: { requests: { cpu: `${request}m`, memory: '100Mi' } } };
  return {
    metadata: { name, namespace: 'default', labels: { app: 'web' }, ...(terminating && { deletionTimestamp: rfc3339(NOW_MS) }) },
    spec: { containers: [{ name: 'main', ...resources }] },
    status: {
      phase,
      startTime: rfc3339(NOW_MS - startedMs),
      conditions: ready ? [{ type: 'Ready', status: ready, lastTransitionTime: rfc3339(NOW_MS - readySinceMs) }] : [],
    },
  };
}

/** What a Pod uses of CPU, in thousandths of a core. */
export const measured = (name: string, milli: number, agoMs = 0): PodMetrics => ({
  metadata: { name, namespace: 'default' },
  timestamp: rfc3339(NOW_MS - agoMs),
  window: '10s',
  containers: [{ name: 'main', usage: { cpu: `${milli}m`, memory: '50Mi' } }],
});

export const scaleOf = (replicas: number): Scale => ({
  metadata: { name: 'web', namespace: 'default' },
  spec: { replicas },
  status: { replicas, selector: 'app=web' },
});

export function autoscaler(spec: Partial<HorizontalPodAutoscaler['spec']> = {}): HorizontalPodAutoscaler {
  return {
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      minReplicas: 1,
      maxReplicas: 10,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }],
      ...spec,
    },
    status: { desiredReplicas: 0 },
  };
}

/** An autoscaler of Pods that each use so much. */
export function snapshotOf(uses: readonly number[], more: Partial<Snapshot> = {}): Snapshot {
  const names = uses.map((_, i) => `web-${i}`);
  return {
    autoscaler: autoscaler(),
    scale: scaleOf(uses.length),
    pods: names.map((name) => pod(name)),
    metrics: names.map((name, i) => measured(name, uses[i] ?? 0)),
    selecting: ['default/web'],
    history: firstHistory(uses.length, NOW_MS - HOUR_MS),
    settings: AUTOSCALING_DEFAULTS,
    nowMs: NOW_MS,
    ...more,
  };
}
