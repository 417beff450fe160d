// How one container is stopped: `preStop`, its stop signal, and SIGKILL when the time is over. Pure.
import type { Container, Pod } from '@kubernats/api';
import { SIGNALS, type SignalName } from '@kubernats/containers';
import { needsRestart } from '../resize/resize-step.ts';
import type { Action } from './decide.ts';
import type { Earliest } from './earliest.ts';
import type { ContainerRecord, Part, StartAgain } from './record.ts';

/** However little grace a Pod has, and whatever its hook has used up: each container may use this much after its stop signal. */
export const GRACE_MIN_MS = 2000;
export const GRACE_DEFAULT_SECONDS = 30;

export interface Stopping {
  container: Container;
  known: ContainerRecord;
  /** When the grace period is over. */
  byMs: number;
  /** Others may have to stop first; its hook runs all the same. At the end of the grace period it is everybody's turn. */
  itsTurn: boolean;
  /** False: there is no time for `preStop`. */
  hooks: boolean;
}

/** The next step of stopping one container that runs. */
export function stopStep({ container, known, byMs, itsTurn, hooks }: Stopping, nowMs: number, wake: Earliest): Action[] {
  const { name, lifecycle } = container;
  if (known.killed) return [];
  const run = known.run;
  if (run?.signalledAtMs === undefined) {
    if (nowMs < byMs) {
      wake.at(byMs);
      const hook = hooks ? run?.preStop : undefined;
      if (hooks && run && lifecycle?.preStop && hook === undefined) return [{ do: 'preStop', container: name }];
      if (hook === 'running' || !itsTurn) return [];
    }
    return [{ do: 'signal', container: name, name: stopSignalOf(container) }];
  }
  const killAtMs = Math.max(byMs, run.signalledAtMs + GRACE_MIN_MS);
  if (nowMs >= killAtMs) return [{ do: 'signal', container: name, name: 'SIGKILL' }];
  wake.at(killAtMs);
  return [];
}

/**
 * The next step with a container that the node stops while its Pod lives on: by its probes, because its `postStart` hook failed, or because it
 * has another image now.
 */
export function killStep(part: Part, pod: Pod, known: ContainerRecord, nowMs: number, wake: Earliest): Action[] {
  const { container } = part;
  const { running, run } = known;
  if (!running || !run) return [];
  if (run.killByMs !== undefined) return stopStep({ container, known, byMs: run.killByMs, itsTurn: true, hooks: true }, nowMs, wake);
  const why = whyKill(part, pod, known);
  if (!why) return [];
  const { message, startAgain } = why;
  const graceSeconds = Math.max(why.graceSeconds ?? pod.spec?.terminationGracePeriodSeconds ?? GRACE_DEFAULT_SECONDS, GRACE_MIN_MS / 1000);
  return [{ do: 'kill', container: container.name, graceSeconds, message, startAgain }];
}

interface Cause {
  message: string;
  graceSeconds?: number;
  startAgain?: StartAgain;
}

function whyKill({ container, role }: Part, pod: Pod, known: ContainerRecord): Cause | undefined {
  const { running, run } = known;
  if (running?.image !== undefined && running.image !== container.image) {
    return { message: `Container ${container.name} definition changed, will be restarted`, startAgain: 'at once' };
  }
  if (needsRestart(container, known)) return { message: `Container ${container.name} resize requires restart`, startAgain: 'at once' };
  const startAgain = isStartedAgain({ container, role }, pod) ? 'after back-off' : undefined;
  if (run?.postStart === 'failed') return { message: 'FailedPostStartHook', startAgain };
  const kind = run?.verdicts.liveness === 'failure' ? 'liveness' : run?.verdicts.startup === 'failure' ? 'startup' : undefined;
  if (!kind) return undefined;
  const probe = kind === 'liveness' ? container.livenessProbe : container.startupProbe;
  const who = role === 'sidecar' ? 'Init container' : 'Container';
  // That a sidecar is started again goes without saying.
  const then = role === 'main' && startAgain ? ', will be restarted' : '';
  return {
    message: `${who} ${container.name} failed ${kind} probe${then}`,
    graceSeconds: probe?.terminationGracePeriodSeconds,
    startAgain,
  };
}

/** Whether a container that the node itself has killed is started again; how it ended does not matter. */
function isStartedAgain({ container, role }: Part, pod: Pod): boolean {
  return role === 'sidecar' || (container.restartPolicy ?? pod.spec?.restartPolicy ?? 'Always') !== 'Never';
}

function stopSignalOf({ lifecycle }: Container): SignalName {
  const wanted = lifecycle?.stopSignal;
  return wanted !== undefined && isSignal(wanted) ? wanted : 'SIGTERM';
}

function isSignal(name: string): name is SignalName {
  return Object.hasOwn(SIGNALS, name);
}
