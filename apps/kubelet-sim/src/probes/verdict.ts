import type { Container } from '@kubernats/api';
import type { ContainerRecord } from '../pod/record.ts';

export type ProbeKind = 'startup' | 'readiness' | 'liveness';

/** What each probe of one run of a container has come to, by its thresholds; absent: nothing yet. */
export type Verdicts = Partial<Record<ProbeKind, 'success' | 'failure'>>;

/** The container runs, and its `postStart` hook is done: as far as anybody is told, it is running. */
export function isUp({ running, run }: ContainerRecord): boolean {
  return running !== undefined && run?.postStart === undefined;
}

/** The container has started: its startup probe, if it has one, has succeeded once. */
export function isStarted(container: Container, known: ContainerRecord): boolean {
  return isUp(known) && (container.startupProbe === undefined || known.run?.verdicts.startup === 'success');
}

/** The container is ready: started, and its readiness probe, if it has one, says so. */
export function isReady(container: Container, known: ContainerRecord): boolean {
  return isStarted(container, known) && (container.readinessProbe === undefined || known.run?.verdicts.readiness === 'success');
}
