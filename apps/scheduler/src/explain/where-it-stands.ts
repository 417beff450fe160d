import { isTerminal, type Pod } from '@kubernats/api';
import { rfc3339 } from '@kubernats/clock';
import type { PodExplanation } from '@kubernats/explain';
import type { QueuePlace } from '../queue/scheduling-queue.ts';

export type Standing = Pick<PodExplanation, 'state' | 'nodeName' | 'waitsFor' | 'attempts' | 'nextAttempt' | 'nominatedNodeName'>;

/** What the scheduler knows of a Pod. */
interface Known {
  key: string;
  snapshot: { isAssumed(key: string): boolean; nodeOf(key: string): string | undefined };
  queued: QueuePlace | undefined;
  clock: { now(): number; monotonic(): number };
}

/** How far a Pod is on its way to a node, and what it waits for. Pure. */
export function standingOf(pod: Pod, { key, snapshot, queued, clock }: Known): Standing {
  const { metadata, spec, status } = pod;
  const nodeName = spec?.nodeName;
  if (isTerminal(pod)) return { state: 'Ended', ...(nodeName && { nodeName }), waitsFor: [] };
  if (nodeName) return { state: 'Bound', nodeName, waitsFor: [] };
  const chosen = snapshot.isAssumed(key) ? snapshot.nodeOf(key) : undefined;
  if (chosen !== undefined) {
    const claims = (spec?.volumes ?? []).some(({ persistentVolumeClaim, ephemeral }) => persistentVolumeClaim ?? ephemeral);
    return { state: 'Binding', nodeName: chosen, waitsFor: [claims ? 'its volumes, and then to be bound' : 'to be bound'] };
  }
  if (metadata?.deletionTimestamp) return { state: 'Waiting', waitsFor: ['its end: it is being deleted, and no node is looked for'] };
  const gates = spec?.schedulingGates ?? [];
  if (gates.length > 0) {
    return { state: 'Waiting', waitsFor: gates.map(({ name }) => `whoever takes away the scheduling gate ${JSON.stringify(name)}`) };
  }
  const nominated = status?.nominatedNodeName;
  const room = nominated ? [`room on ${nominated}, which preemption makes`] : [];
  return { state: 'Pending', ...(nominated && { nominatedNodeName: nominated }), ...waiting(queued, clock, room) };
}

function waiting(
  queued: QueuePlace | undefined,
  clock: Known['clock'],
  room: readonly string[],
): Pick<Standing, 'waitsFor' | 'attempts' | 'nextAttempt'> {
  if (!queued) return { waitsFor: ['the scheduler, which has not seen it yet'] };
  const { state, attempts } = queued;
  const inMs = queued.dueAtMs - clock.monotonic();
  const due = inMs > 0 ? rfc3339(clock.now() + inMs) : undefined;
  const atMost = state === 'parked' && due !== undefined ? `, until ${due} at the latest` : '';
  return {
    waitsFor: [...room, WAITS_FOR[state] + atMost],
    attempts,
    ...(state === 'backoff' && due !== undefined && { nextAttempt: due }),
  };
}

const WAITS_FOR: Readonly<Record<QueuePlace['state'], string>> = {
  active: 'its turn in the queue',
  taken: 'the API server, which is told what was decided',
  backoff: 'its next attempt: something has happened that may help it, or the last one failed',
  parked: 'a change in the cluster that may help it',
};
