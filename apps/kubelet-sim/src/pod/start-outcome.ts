import type { Container } from '@kubernats/api';
import { ContainerStartError } from '@kubernats/containers';
import { ConfigError } from '../env/sources.ts';
import { refusePull } from '../images/pull-image.ts';
import type { PodEvents } from './pod-events.ts';
import { type ContainerRecord, REFUSED_RETRY_MS, type Role, SYNC_MS } from './record.ts';
import { nextBackoff, restartAtMs } from './restart.ts';

/** One attempt to start a container. */
export interface Attempt {
  container: Container;
  role: Role;
  record: ContainerRecord;
  restartCount: number;
}

/** The start that is made now: what was true of the run before is history. */
export function runBegins({ record, restartCount }: Attempt): void {
  // Another image has a back-off of its own.
  if (record.exit) record.backoffMs = record.exit.startAgain === 'at once' ? 0 : nextBackoff(record);
  Object.assign(record, {
    restartCount,
    refused: undefined,
    killed: false,
    lastExit: record.exit ?? record.lastExit,
    exit: undefined,
  });
}

/** What kept a container from starting goes into its record and the events. An error that is nobody's doing is thrown. */
export function startFailed(attempt: Attempt, error: unknown, events: PodEvents, nowMs: number): void {
  if (error instanceof ConfigError) return refused(attempt, 'CreateContainerConfigError', error.message, events, nowMs);
  if (!(error instanceof ContainerStartError)) throw error;
  if (error.reason === 'RunContainerError') return endedAsItBegan(attempt, error.message, events, nowMs);
  if (error.reason === 'ErrImagePull') return pullFailed(attempt, error.message, events, nowMs);
  return refused(attempt, error.reason, error.message, events, nowMs);
}

function refused({ container, role, record }: Attempt, reason: string, message: string, events: PodEvents, nowMs: number): void {
  record.refused = { reason, message, retryAtMs: nowMs + REFUSED_RETRY_MS };
  events.ofContainer(container, role, 'Warning', 'Failed', `Error: ${message}`);
}

/** The runtime tells that there is no such image. */
function pullFailed({ container, role, record }: Attempt, message: string, events: PodEvents, nowMs: number): void {
  refusePull(record, container.image ?? '', message, nowMs);
  events.ofContainer(container, role, 'Warning', 'Failed', `Failed to pull image "${container.image ?? ''}": ${message}`);
  events.ofContainer(container, role, 'Warning', 'Failed', 'Error: ErrImagePull');
}

/** The runtime made the container and could not run it. */
function endedAsItBegan(attempt: Attempt, message: string, events: PodEvents, nowMs: number): void {
  const { container, role, record } = attempt;
  events.ofContainer(container, role, 'Normal', 'Created', 'Container created');
  events.ofContainer(container, role, 'Warning', 'Failed', `Error: ${message}`);
  runBegins(attempt);
  record.exit = { containerId: '', exitCode: 128, reason: 'StartError', message, startedAtMs: undefined, finishedAtMs: nowMs };
  const retryAtMs = Math.max(restartAtMs(record), nowMs + SYNC_MS);
  const waits = retryAtMs > nowMs + SYNC_MS;
  record.refused = { reason: 'RunContainerError', message, retryAtMs, ...(waits ? { later: { atMs: nowMs + SYNC_MS } } : {}) };
}
