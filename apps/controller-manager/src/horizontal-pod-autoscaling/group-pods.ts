import type { Pod } from '@kubernats/api';
import { isTerminating, podCondition, timeMs } from '../pods/pod.ts';
import type { AutoscalingSettings } from './settings.ts';
import type { Sample, Samples } from './usage.ts';

/** Pods by what their samples are good for. All but the number are names. */
export interface PodGroups {
  /** How many there are whose samples count. */
  ready: number;
  /** Not ready yet: their samples say nothing. */
  unready: string[];
  /** Without a sample. */
  missing: string[];
  /** On their way out, or failed. */
  ignored: string[];
}

/** Source: the concept "Horizontal Pod Autoscaling", algorithm details. */
export function groupPods(
  pods: readonly Pod[],
  samples: Samples,
  resource: string,
  settings: AutoscalingSettings,
  nowMs: number,
): PodGroups {
  const groups: PodGroups = { ready: 0, unready: [], missing: [], ignored: [] };
  for (const pod of pods) {
    const name = pod.metadata?.name ?? '';
    const sample = samples.get(name);
    if (isTerminating(pod) || pod.status?.phase === 'Failed') groups.ignored.push(name);
    else if (pod.status?.phase === 'Pending') groups.unready.push(name);
    else if (!sample) groups.missing.push(name);
    else if (resource === 'cpu' && isStarting(pod, sample, settings, nowMs)) groups.unready.push(name);
    else groups.ready++;
  }
  return groups;
}

/** Whether the CPU that it uses is that of its start: a program often takes more then. */
function isStarting(pod: Pod, sample: Sample, settings: AutoscalingSettings, nowMs: number): boolean {
  const ready = podCondition(pod, 'Ready');
  const startMs = timeMs(pod.status?.startTime);
  if (!ready || startMs === undefined) return true;
  const changedMs = timeMs(ready.lastTransitionTime) ?? 0;
  const isUnready = ready.status === 'False';
  if (startMs + settings.cpuInitializationPeriodMs > nowMs) return isUnready || sample.atMs < changedMs + sample.windowMs;
  return isUnready && startMs + settings.initialReadinessDelayMs > changedMs;
}
