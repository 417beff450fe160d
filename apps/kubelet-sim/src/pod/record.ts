import type { Container, Pod, ResourceRequirements } from '@kubernats/api';
import type { Verdicts } from '../probes/verdict.ts';
import type { ResizeProblem } from '../resize/resize-problem.ts';

/** How soon a kubelet looks at a container again of its own accord. */
export const SYNC_MS = 1_000;
/** When it tries again to start a container that something was missing for. */
export const REFUSED_RETRY_MS = 10_000;
/** When it tries again to set a Pod up: twice as late each time. */
const SET_UP_RETRY_FIRST_MS = 500;
const SET_UP_RETRY_MAX_MS = 122_000;

/** What is stopped to be started again, whatever the restart policy says: at once, or after the back-off of its restarts. */
export type StartAgain = 'at once' | 'after back-off';

/** How a run of a container ended. */
export interface Exit {
  containerId: string;
  exitCode: number;
  signal?: number;
  reason: string;
  message?: string;
  /** Undefined: it never ran. */
  startedAtMs: number | undefined;
  finishedAtMs: number;
  startAgain?: StartAgain;
}

/** Why a container could not be started, and when to try again. */
export interface Refusal {
  reason: string;
  message: string;
  retryAtMs: number;
  /** The image that could not be had. */
  image?: string;
  /** How the state is called from `atMs` on, while the retry is waited for; without a reason it is the back-off of a restart. */
  later?: { atMs: number; reason?: string; message?: string };
}

/** What has happened to one run of a container; each start makes a new one. */
export interface RunState {
  verdicts: Verdicts;
  /** The `postStart` hook goes on, or has failed: the container is not counted as running yet, or is to be killed. */
  postStart?: 'running' | 'failed';
  preStop?: 'running' | 'done';
  /** The node kills it while its Pod lives on: by when it must be over, and what comes then. */
  killByMs?: number;
  startAgain?: StartAgain;
  /** The event that it is being stopped has been made. */
  announced?: boolean;
  /** When it got its stop signal. */
  signalledAtMs?: number;
  /** Why it could not be given other resources, and when that is tried again. */
  notResized?: { error: string; retryAtMs: number };
}

/** What the node knows of one container. Exactly one of `running` and `exit` is set once it has been started. */
export interface ContainerRecord {
  /** How often it has been started again. */
  restartCount: number;
  running?: { id: string; startedAtMs: number; image?: string; resources?: ResourceRequirements };
  /** Beside `running`. */
  run?: RunState;
  /** How the latest run ended; cleared by the next start. */
  exit?: Exit;
  /** How the run before the latest ended. */
  lastExit?: Exit;
  /** How long the next restart waits, counted from the exit. 0: it does not. */
  backoffMs: number;
  refused?: Refusal;
  /** A pull of its image that is under way (until `readyAtMs`) or has failed so often in a row. */
  pull?: { image: string; failures: number; readyAtMs?: number };
  /** A start takes until then, where that is told. */
  startAtMs?: number;
  /** It runs, and is told not to be ready. */
  toldUnready?: boolean;
  killed?: boolean;
}

/** What the node knows of one Pod beside its manifest. */
export interface PodRecord {
  /** When the node first saw it. */
  startedAtMs: number;
  /** The sandbox and volumes: `undefined` not made, else the Pod's address. */
  ip?: string;
  /** The sandbox has been there and was taken down: the Pod has ended. */
  tornDown?: boolean;
  setUpFailed?: { retryAtMs: number; failures: number };
  containers: Map<string, ContainerRecord>;
  /** Other resources are asked for than the node gives it. */
  resizePending?: ResizeProblem;
  /** The node gives it other resources than before, which not all of its containers have yet. */
  isResizing?: boolean;
  /** By when everything must have stopped; set when the stopping begins. */
  stopByMs?: number;
  /** The node itself ended the Pod. */
  failure?: {
    reason: string;
    message: string;
    /** How long its containers may take to stop. Default: as the Pod says. */
    graceSeconds?: number;
    /** It had to go for the node's sake: the condition DisruptionTarget says so. */
    disrupted?: boolean;
  };
  /** The API no longer knows the Pod. */
  gone?: boolean;
  /** The Pod's deletion has been confirmed to the API. */
  deleted?: boolean;
}

/** How a container takes part in the Pod's life. An ephemeral one (`kubectl debug`) is beside it: nothing waits for it or depends on it. */
export type Role = 'init' | 'sidecar' | 'main' | 'ephemeral';

export interface Part {
  container: Container;
  role: Role;
}

/** All containers, those of the Pod's own in the order of their start. A sidecar is an init container with `restartPolicy: Always`. */
export function partsOf(pod: Pod): Part[] {
  const init = (pod.spec?.initContainers ?? []).map(
    (container): Part => ({ container, role: container.restartPolicy === 'Always' ? 'sidecar' : 'init' }),
  );
  const main = (pod.spec?.containers ?? []).map((container): Part => ({ container, role: 'main' }));
  const ephemeral = (pod.spec?.ephemeralContainers ?? []).map((container): Part => ({ container, role: 'ephemeral' }));
  return [...init, ...main, ...ephemeral];
}

/** How the kubelet begins the message of a Pod that its node did not take. It is how it knows one again after a restart. */
const REJECTION = 'Pod was rejected: ';

/** Why a node does not take a Pod. */
export const rejection = (reason: string, message: string): NonNullable<PodRecord['failure']> => ({ reason, message: REJECTION + message });

/** Whether its node did not take the Pod: nothing of it ever ran. */
export const isRejected = ({ failure }: PodRecord): boolean => failure?.message.startsWith(REJECTION) === true;

export function newRecord(pod: Pod, nowMs: number): PodRecord {
  const containers = new Map(
    partsOf(pod).map(({ container }): [string, ContainerRecord] => [container.name, { restartCount: 0, backoffMs: 0 }]),
  );
  return { startedAtMs: nowMs, containers };
}

export function recordOf(record: PodRecord, name: string): ContainerRecord {
  let found = record.containers.get(name);
  if (!found) {
    found = { restartCount: 0, backoffMs: 0 };
    record.containers.set(name, found);
  }
  return found;
}

/** The Pod could not be set up, and will be tried again. */
export function setUpAgain(record: PodRecord, nowMs: number): void {
  const failures = (record.setUpFailed?.failures ?? 0) + 1;
  const waitMs = Math.min(SET_UP_RETRY_FIRST_MS * 2 ** (failures - 1), SET_UP_RETRY_MAX_MS);
  record.setUpFailed = { failures, retryAtMs: nowMs + waitMs };
}

/** What was refused may be had now: nothing waits for its next try. */
export function retryNow({ setUpFailed, containers }: PodRecord): void {
  if (setUpFailed) setUpFailed.retryAtMs = 0;
  for (const { refused } of containers.values()) if (refused?.reason === 'CreateContainerConfigError') refused.retryAtMs = 0;
}
