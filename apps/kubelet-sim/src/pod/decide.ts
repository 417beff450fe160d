import type { Container, Pod } from '@kubernats/api';
import { outcomeOf } from './outcome.ts';
import { type Part, type PodRecord, partsOf, recordOf } from './record.ts';
import { restartAtMs, restarts } from './restart.ts';

/** What the node does next for a Pod. */
export type Action =
  /** Take an address, make the sandbox, prepare the volumes. */
  | { do: 'setUp' }
  | { do: 'start'; container: Container; role: Part['role'] }
  /** Begin to stop the whole Pod; everything must be over after `graceSeconds`. */
  | { do: 'beginStop'; graceSeconds: number }
  | { do: 'signal'; container: string; name: 'SIGTERM' | 'SIGKILL' }
  /** Give up sandbox, address and volumes. */
  | { do: 'tearDown' }
  | { do: 'fail'; reason: string; message: string }
  /** Write the last status, then confirm the deletion. */
  | { do: 'confirmDeletion' };

export interface Decision {
  actions: Action[];
  /** When to look again even if nothing happens. */
  wakeAtMs?: number;
}

/**
 * What a Pod needs now. Pure, and level-triggered: it looks at the whole state each time, so it may be asked at any moment, by any
 * event, after any crash. Source: Kubernetes, "Pod Lifecycle".
 */
export function decide(pod: Pod, record: PodRecord, nowMs: number): Decision {
  if (record.gone) return takeDown(pod, record, nowMs, 0);
  if (pod.metadata?.deletionTimestamp !== undefined) {
    return takeDown(pod, record, nowMs, pod.metadata.deletionGracePeriodSeconds ?? pod.spec?.terminationGracePeriodSeconds ?? 30);
  }
  if (outcomeOf(pod, record)) {
    return takeDown(pod, record, nowMs, record.failure?.graceSeconds ?? pod.spec?.terminationGracePeriodSeconds ?? 30);
  }
  return bringUp(pod, record, nowMs);
}

function bringUp(pod: Pod, record: PodRecord, nowMs: number): Decision {
  const wake = new Earliest();
  const activeSeconds = pod.spec?.activeDeadlineSeconds;
  if (activeSeconds !== undefined) {
    const deadlineMs = record.startedAtMs + activeSeconds * 1000;
    if (nowMs >= deadlineMs) {
      return {
        actions: [{ do: 'fail', reason: 'DeadlineExceeded', message: 'Pod was active on the node longer than the specified deadline' }],
      };
    }
    wake.at(deadlineMs);
  }
  if (record.ip === undefined) {
    if (record.setUpFailed && record.setUpFailed.retryAtMs > nowMs) return { actions: [], wakeAtMs: wake.at(record.setUpFailed.retryAtMs) };
    return { actions: [{ do: 'setUp' }] };
  }
  const actions: Action[] = [];
  for (const part of partsOf(pod)) {
    const state = consider(part, pod, record, nowMs, wake);
    if (state === 'start') actions.push({ do: 'start', container: part.container, role: part.role });
    // What comes behind an init container waits for it; main containers start side by side.
    if (part.role !== 'main' && state !== 'passed') break;
  }
  return { actions, wakeAtMs: wake.value };
}

/** `passed`: what comes behind it may start. */
function consider(part: Part, pod: Pod, record: PodRecord, nowMs: number, wake: Earliest): 'start' | 'wait' | 'passed' {
  const { running, exit, refused, ...rest } = recordOf(record, part.container.name);
  if (running) return part.role === 'init' ? 'wait' : 'passed';
  if (refused && refused.retryAtMs > nowMs) {
    wake.at(refused.retryAtMs);
    return 'wait';
  }
  if (!exit) return 'start';
  if (part.role === 'init' && exit.exitCode === 0) return 'passed';
  if (!restarts(part, pod, exit.exitCode)) return 'wait';
  const atMs = restartAtMs({ ...rest, exit });
  if (atMs <= nowMs) return 'start';
  wake.at(atMs);
  // A sidecar that has to be started again holds nobody back who is past it already.
  return part.role === 'sidecar' && mainsHaveStarted(pod, record) ? 'passed' : 'wait';
}

function mainsHaveStarted(pod: Pod, record: PodRecord): boolean {
  return partsOf(pod).some(({ role, container }) => {
    const { running, exit } = recordOf(record, container.name);
    return role === 'main' && (running !== undefined || exit !== undefined);
  });
}

/** Main containers first, then sidecars in the reverse order of their start; what is left at the end of the grace period is killed. */
function takeDown(pod: Pod, record: PodRecord, nowMs: number, graceSeconds: number): Decision {
  const running = partsOf(pod).filter(({ container }) => recordOf(record, container.name).running !== undefined);
  if (running.length === 0) {
    if (record.ip !== undefined || !record.tornDown) return { actions: [{ do: 'tearDown' }] };
    if (pod.metadata?.deletionTimestamp !== undefined && !record.gone && !record.deleted) return { actions: [{ do: 'confirmDeletion' }] };
    return { actions: [] };
  }
  const stopByMs = record.stopByMs;
  // A second deletion may shorten the time that the first one gave.
  if (stopByMs === undefined || stopByMs > nowMs + graceSeconds * 1000) return { actions: [{ do: 'beginStop', graceSeconds }] };
  const actions: Action[] = [];
  const late = nowMs >= stopByMs;
  const mains = running.filter(({ role }) => role !== 'sidecar');
  const now = mains.length > 0 ? mains : running.slice(-1);
  for (const { container } of late ? running : now) {
    const { stopping, killed } = recordOf(record, container.name);
    if (late && !killed) actions.push({ do: 'signal', container: container.name, name: 'SIGKILL' });
    else if (!late && !stopping) actions.push({ do: 'signal', container: container.name, name: 'SIGTERM' });
  }
  return late ? { actions } : { actions, wakeAtMs: stopByMs };
}

/** The earliest of several times. */
class Earliest {
  value: number | undefined;
  at(ms: number): number {
    this.value = Math.min(this.value ?? Infinity, ms);
    return this.value;
  }
}
