import type { Container, Pod } from '@kubernats/api';
import type { SignalName } from '@kubernats/containers';
import { isStarted } from '../probes/verdict.ts';
import { resizeStep } from '../resize/resize-step.ts';
import { Earliest } from './earliest.ts';
import { outcomeOf } from './outcome.ts';
import { type Part, type PodRecord, partsOf, recordOf, type StartAgain } from './record.ts';
import { restartAtMs, restarts } from './restart.ts';
import { GRACE_DEFAULT_SECONDS, GRACE_MIN_MS, killStep, stopStep } from './stop.ts';

/** What the node does next for a Pod. */
export type Action =
  /** Take an address, make the sandbox, prepare the volumes. */
  | { do: 'setUp' }
  | { do: 'start'; container: Container; role: Part['role'] }
  /** What a container was refused for is called by its next name now (`ErrImagePull`, then `ImagePullBackOff`). */
  | { do: 'renameRefusal'; container: Container; role: Part['role'] }
  /** Begin to stop the whole Pod; everything must be over after `graceSeconds`. */
  | { do: 'beginStop'; graceSeconds: number }
  /** Begin to stop one container while its Pod lives on; the message is its Killing event's. */
  | { do: 'kill'; container: string; graceSeconds: number; message: string; startAgain?: StartAgain }
  | { do: 'resize'; container: Container }
  | { do: 'preStop'; container: string }
  | { do: 'signal'; container: string; name: SignalName }
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
  const ownGrace = pod.spec?.terminationGracePeriodSeconds ?? GRACE_DEFAULT_SECONDS;
  if (record.gone) return takeDown(pod, record, nowMs, 0);
  if (pod.metadata?.deletionTimestamp !== undefined) {
    return takeDown(pod, record, nowMs, pod.metadata.deletionGracePeriodSeconds ?? ownGrace);
  }
  if (outcomeOf(pod, record)) return takeDown(pod, record, nowMs, record.failure?.graceSeconds ?? ownGrace);
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
  // What comes behind an init container waits for it, and what comes behind a `postStart` hook for the hook; main containers start side by
  // side, and ephemeral ones wait for nobody.
  let held = false;
  for (const part of partsOf(pod)) {
    const { container, role } = part;
    const known = recordOf(record, container.name);
    const kill = killStep(part, pod, known, nowMs, wake);
    actions.push(...(kill.length > 0 ? kill : resizeStep(container, known, nowMs, wake)));
    if (held && role !== 'ephemeral') continue;
    const state = consider(part, pod, record, nowMs, wake);
    if (state === 'start' || state === 'renameRefusal') actions.push({ do: state, container, role });
    const hooked = state === 'held' || (state === 'start' && container.lifecycle?.postStart !== undefined);
    if (hooked || ((role === 'init' || role === 'sidecar') && state !== 'passed')) held = true;
  }
  return { actions, wakeAtMs: wake.value };
}

/** Where a container is: `passed`, what comes behind it may start; `held`, not even what would start beside it. */
type Turn = 'start' | 'renameRefusal' | 'wait' | 'passed' | 'held';

function consider(part: Part, pod: Pod, record: PodRecord, nowMs: number, wake: Earliest): Turn {
  const own = recordOf(record, part.container.name);
  const { running, exit, refused, pull, run, startAtMs = 0 } = own;
  if (running) {
    if (run?.postStart === 'running') return 'held';
    if (part.role === 'sidecar') return isStarted(part.container, own) || mainsHaveStarted(pod, record) ? 'passed' : 'wait';
    return part.role === 'init' ? 'wait' : 'passed';
  }
  if (part.role === 'init' && exit?.exitCode === 0 && !exit.startAgain) return 'passed';
  // A sidecar that has to be started again holds nobody back who is past it already.
  const waits = part.role === 'sidecar' && mainsHaveStarted(pod, record) ? 'passed' : 'wait';
  if (exit && !restarts(part, pod, exit)) return waits;
  if (startAtMs > nowMs) {
    wake.at(startAtMs);
    return waits;
  }
  // Another image is another chance: what was said of the one before is void.
  const image = part.container.image ?? '';
  if (refused && refused.retryAtMs > nowMs && (refused.image === undefined || refused.image === image)) {
    if (refused.later && refused.later.atMs <= nowMs) return 'renameRefusal';
    wake.at(Math.min(refused.retryAtMs, refused.later?.atMs ?? Infinity));
    return waits;
  }
  if (pull?.image === image && pull.readyAtMs !== undefined && pull.readyAtMs > nowMs) {
    wake.at(pull.readyAtMs);
    return waits;
  }
  const atMs = restartAtMs(own);
  if (atMs <= nowMs) return 'start';
  wake.at(atMs);
  return waits;
}

function mainsHaveStarted(pod: Pod, record: PodRecord): boolean {
  return partsOf(pod).some(({ role, container }) => {
    const { running, exit } = recordOf(record, container.name);
    return role === 'main' && (running !== undefined || exit !== undefined);
  });
}

/**
 * Main containers first, then sidecars in the reverse order of their start. At the end of the grace period those that were told to stop
 * are killed, and the sidecars whose turn has not come have theirs at once.
 */
function takeDown(pod: Pod, record: PodRecord, nowMs: number, graceSeconds: number): Decision {
  const running = partsOf(pod).filter(({ container }) => recordOf(record, container.name).running !== undefined);
  if (running.length === 0) {
    if (record.ip !== undefined || !record.tornDown) return { actions: [{ do: 'tearDown' }] };
    if (pod.metadata?.deletionTimestamp !== undefined && !record.gone && !record.deleted) return { actions: [{ do: 'confirmDeletion' }] };
    return { actions: [] };
  }
  const { stopByMs } = record;
  const graceMs = Math.max(graceSeconds * 1000, GRACE_MIN_MS);
  // A second deletion may shorten the time that the first one gave.
  if (stopByMs === undefined || stopByMs > nowMs + graceMs) return { actions: [{ do: 'beginStop', graceSeconds: graceMs / 1000 }] };
  const wake = new Earliest();
  const others = running.filter(({ role }) => role !== 'sidecar');
  const turn = others.length > 0 ? others : running.slice(-1);
  const actions = running.flatMap((part) => {
    const { container } = part;
    const known = recordOf(record, container.name);
    const byMs = Math.min(stopByMs, known.run?.killByMs ?? Infinity);
    return stopStep({ container, known, byMs, itsTurn: turn.includes(part), hooks: graceSeconds > 0 }, nowMs, wake);
  });
  return { actions, wakeAtMs: wake.value };
}
