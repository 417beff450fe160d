import type { Random } from '@kubernats/clock';
import type { PodIdentity } from '../port.ts';
import { matches } from './match.ts';
import type { BehaviourRow } from './row.ts';

/** How one run of a container goes that is only told of. Times are milliseconds. */
export interface Behaviour {
  /** It is not started. */
  refusal?: { reason: NonNullable<BehaviourRow['refuse']>['reason']; message: string };
  startMs: number;
  readyMs: number | 'never';
  flaps?: { everyMs: number; forMs: number };
  /** Ends by itself; absent: runs until it is told to stop. */
  exit?: { afterMs: number; exitCode: number; reason: 'Completed' | 'Error' | 'OOMKilled'; message?: string };
  stopMs: number | 'never';
  stopCode: number;
}

/** What is asked about: a container of a Pod, and how often it has been started (or tried to) before. */
export interface Subject {
  pod: PodIdentity;
  container: string;
  image: string;
  starts: number;
}

const PREFIX = 'status.kubernats.dev/';
const OOM_CODE = 137;

/**
 * How a container's next run goes. For each part of its life the first row counts that matches and says something of it; the Pod's own
 * annotations (`status.kubernats.dev/exit-after-ms: "500"`, `…/exit-code`, `…/start-ms`, `…/ready-ms`, `…/stop-ms`) come before the rows.
 */
export function behaviourOf(table: readonly BehaviourRow[], subject: Subject, random: Random): Behaviour {
  const { start, refuse, ready, exit, stop } = partsFor(table, subject);
  const drawn = ({ after, jitter }: { after: number; jitter: number }): number => after + (jitter > 0 ? random.next() * jitter : 0);
  const happens = ({ probability, times }: { probability: number; times?: number }): boolean =>
    (times === undefined || subject.starts < times) && (probability === 1 || random.next() < probability);
  const number = (name: string): number | undefined => {
    const text = subject.pod.annotations[PREFIX + name];
    return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
  };

  const behaviour: Behaviour = {
    startMs: number('start-ms') ?? (start ? drawn(start) : 0),
    readyMs: number('ready-ms') ?? (ready === 'never' ? 'never' : ready ? drawn(ready) : 0),
    stopMs: number('stop-ms') ?? (stop === 'never' ? 'never' : stop ? drawn(stop) : 0),
    stopCode: stop === undefined || stop === 'never' ? 0 : stop.code,
  };
  if (refuse && happens(refuse)) {
    behaviour.refusal = { reason: refuse.reason, message: refuse.message ?? `${refuse.reason}: so says the table of life cycles` };
  }
  if (ready !== undefined && ready !== 'never' && ready.flaps) behaviour.flaps = { everyMs: ready.flaps.every, forMs: ready.flaps.for };
  const exitAfterMs = number('exit-after-ms') ?? (exit && happens(exit) ? drawn(exit) : undefined);
  if (exitAfterMs !== undefined) {
    const exitCode = number('exit-code') ?? exit?.code ?? (exit?.reason === 'OOMKilled' ? OOM_CODE : exit?.reason === 'Error' ? 1 : 0);
    const reason = exit?.reason ?? (exitCode === 0 ? 'Completed' : 'Error');
    behaviour.exit = { afterMs: exitAfterMs, exitCode, reason, ...(exit?.message === undefined ? {} : { message: exit.message }) };
  }
  return behaviour;
}

type Parts = Pick<BehaviourRow, 'start' | 'refuse' | 'ready' | 'exit' | 'stop'>;

function partsFor(table: readonly BehaviourRow[], subject: Subject): Parts {
  const parts: Parts = {};
  for (const row of table) {
    if (!matches(row, subject)) continue;
    parts.start ??= row.start;
    parts.refuse ??= row.refuse;
    parts.ready ??= row.ready;
    parts.exit ??= row.exit;
    parts.stop ??= row.stop;
  }
  return parts;
}
