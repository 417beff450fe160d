import type { Container, Pod } from '@kubernats/api';

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
}

/** What the node knows of one container. Exactly one of `running` and `exit` is set once it has been started. */
export interface ContainerRecord {
  /** How often it has been started again. */
  restartCount: number;
  running?: { id: string; startedAtMs: number };
  /** How the latest run ended; cleared by the next start. */
  exit?: Exit;
  /** How the run before the latest ended. */
  lastExit?: Exit;
  /** How long the next restart waits, counted from the exit. 0: it does not. */
  backoffMs: number;
  /** Why it could not be started, and when to try again. */
  refused?: { reason: string; message: string; retryAtMs: number };
  /** SIGTERM was sent. */
  stopping?: boolean;
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

/** How a container takes part in the Pod's life. */
export type Role = 'init' | 'sidecar' | 'main';

export interface Part {
  container: Container;
  role: Role;
}

/** All containers in the order of their start. A sidecar is an init container with `restartPolicy: Always`. */
export function partsOf(pod: Pod): Part[] {
  const init = (pod.spec?.initContainers ?? []).map(
    (container): Part => ({ container, role: container.restartPolicy === 'Always' ? 'sidecar' : 'init' }),
  );
  const main = (pod.spec?.containers ?? []).map((container): Part => ({ container, role: 'main' }));
  return [...init, ...main];
}

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
