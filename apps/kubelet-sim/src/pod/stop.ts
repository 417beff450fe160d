// How one container is stopped: `preStop`, its stop signal, and SIGKILL when the time is over. Pure.
import type { Container, Pod } from '@kubernats/api';
import { SIGNALS, type SignalName } from '@kubernats/containers';
import type { Action } from './decide.ts';
import type { Earliest } from './earliest.ts';
import type { ContainerRecord, Part, RunState } from './record.ts';

/** What a container gets at least between its stop signal and SIGKILL when its hook has used up all of the grace period. */
const AFTER_HOOK_MS = 2000;
const KILL_GRACE_MIN_SECONDS = 2;

export interface Stopping {
  container: Container;
  known: ContainerRecord;
  /** When the grace period is over. */
  byMs: number;
  /** Others may have to stop first; its hook runs all the same. */
  itsTurn: boolean;
  /** False: there is no time for `preStop`. */
  hooks: boolean;
}

/** The next step of stopping one container that runs. */
export function stopStep({ container, known, byMs, itsTurn, hooks }: Stopping, nowMs: number, wake: Earliest): Action[] {
  const { name, lifecycle } = container;
  if (known.killed) return [];
  const run = known.run;
  const late = nowMs >= byMs;
  const hook = hooks ? run?.preStop : undefined;
  if (!known.stopping) {
    if (!late) wake.at(byMs);
    if (hooks && run && lifecycle?.preStop && hook === undefined && !late) return [{ do: 'preStop', container: name }];
    if (!late && (hook === 'running' || !itsTurn)) return [];
    if (!late || hook === 'running') return [{ do: 'signal', container: name, name: stopSignalOf(container) }];
  }
  const killAtMs = hook === undefined ? byMs : Math.max(byMs, (run?.signalledAtMs ?? 0) + AFTER_HOOK_MS);
  if (nowMs >= killAtMs) return [{ do: 'signal', container: name, name: 'SIGKILL' }];
  wake.at(killAtMs);
  return [];
}

/** The next step with a container that the node kills while its Pod lives on: by its probes, or because its `postStart` hook failed. */
export function killStep({ container, role }: Part, pod: Pod, known: ContainerRecord, nowMs: number, wake: Earliest): Action[] {
  const { running, run } = known;
  if (!running || !run) return [];
  if (run.killByMs !== undefined) return stopStep({ container, known, byMs: run.killByMs, itsTurn: true, hooks: true }, nowMs, wake);
  const why = whyKill({ container, role }, pod, run);
  if (!why) return [];
  const graceSeconds = Math.max(why.graceSeconds ?? pod.spec?.terminationGracePeriodSeconds ?? 30, KILL_GRACE_MIN_SECONDS);
  return [{ do: 'kill', container: container.name, graceSeconds, message: why.message }];
}

function whyKill({ container, role }: Part, pod: Pod, run: RunState): { message: string; graceSeconds?: number } | undefined {
  if (run.postStart === 'failed') return { message: 'FailedPostStartHook' };
  const kind = run.verdicts.liveness === 'failure' ? 'liveness' : run.verdicts.startup === 'failure' ? 'startup' : undefined;
  if (!kind) return undefined;
  const probe = kind === 'liveness' ? container.livenessProbe : container.startupProbe;
  const who = role === 'sidecar' ? 'Init container' : 'Container';
  // That a sidecar is started again goes without saying.
  const then = role === 'main' && isStartedAgain({ container, role }, pod) ? ', will be restarted' : '';
  return { message: `${who} ${container.name} failed ${kind} probe${then}`, graceSeconds: probe?.terminationGracePeriodSeconds };
}

/** Whether a container that the node itself has killed is started again; how it ended does not matter. */
export function isStartedAgain({ container, role }: Part, pod: Pod): boolean {
  return role === 'sidecar' || (container.restartPolicy ?? pod.spec?.restartPolicy ?? 'Always') !== 'Never';
}

function stopSignalOf({ lifecycle }: Container): SignalName {
  const wanted = lifecycle?.stopSignal;
  return wanted !== undefined && isSignal(wanted) ? wanted : 'SIGTERM';
}

function isSignal(name: string): name is SignalName {
  return Object.hasOwn(SIGNALS, name);
}
