import type { NodeCondition } from '@kubernats/api';
import type { Random } from '@kubernats/clock';
import { globMatches, hasAll } from '@kubernats/containers';
import type { NodeRow } from './node-row.ts';
import { windowAt } from './window.ts';

/** What a table makes a node say at one moment. */
export interface Told {
  /** It sends no heartbeats and reports nothing. */
  silent: boolean;
  notReady?: { reason: string; message: string };
  conditions: Pick<NodeCondition, 'type' | 'status' | 'reason' | 'message'>[];
  /** How long until something of this changes; absent: never. */
  changesInMs?: number;
}

export const NOTHING_TOLD: Told = { silent: false, conditions: [] };

/** The table as one boot of one node goes through it: what is left to chance is drawn here, once. */
export function drawStory(rows: readonly NodeRow[], random: Random): NodeRow[] {
  const drawn = <W extends { after: number; jitter: number }>(window: W): W =>
    window.jitter > 0 ? { ...window, after: window.after + random.next() * window.jitter } : window;
  return rows.map((row) => ({
    ...row,
    ...(row.notReady ? { notReady: drawn(row.notReady) } : {}),
    ...(row.silent ? { silent: drawn(row.silent) } : {}),
    conditions: row.conditions.map(drawn),
  }));
}

/** What the node says `sinceBootMs` after its boot. Of `notReady` and `silent` the first row counts that matches and has it; conditions add up. */
export function toldOf(
  story: readonly NodeRow[],
  node: { name: string; labels: Readonly<Record<string, string>>; annotations: Readonly<Record<string, string>> },
  sinceBootMs: number,
): Told {
  if (story.length === 0) return NOTHING_TOLD;
  const rows = story.filter(
    ({ match }) => globMatches(match.node, node.name) && hasAll(node.labels, match.labels) && hasAll(node.annotations, match.annotations),
  );
  const told: Told = { silent: false, conditions: [] };
  const isOpen = (window: { after: number; for?: number; every?: number } | undefined): boolean => {
    if (!window) return false;
    const { open, changesInMs } = windowAt(window, sinceBootMs);
    if (changesInMs !== undefined) told.changesInMs = Math.min(told.changesInMs ?? Infinity, changesInMs);
    return open;
  };
  const notReady = rows.find((row) => row.notReady)?.notReady;
  if (isOpen(notReady)) {
    told.notReady = { reason: notReady?.reason ?? 'KubeletNotReady', message: notReady?.message ?? 'so says the table of life cycles' };
  }
  told.silent = isOpen(rows.find((row) => row.silent)?.silent);
  for (const condition of rows.flatMap(({ conditions }) => conditions)) {
    if (isOpen(condition)) told.conditions.push(conditionOf(condition));
    else if (!Object.hasOwn(WORDS, condition.type) && sinceBootMs >= condition.after) told.conditions.push(overOf(condition));
  }
  return told;
}

/** A node reports these all the time: what a table says of them is over when it says nothing. */
const WORDS: Readonly<Record<string, { reason: string; message: string }>> = {
  MemoryPressure: { reason: 'KubeletHasInsufficientMemory', message: 'kubelet has insufficient memory available' },
  DiskPressure: { reason: 'KubeletHasDiskPressure', message: 'kubelet has disk pressure' },
  PIDPressure: { reason: 'KubeletHasInsufficientPID', message: 'kubelet has insufficient PID available' },
};

function conditionOf({ type, status, reason, message }: NodeRow['conditions'][number]): Told['conditions'][number] {
  // The kubelet's own words for its own conditions.
  const words = status === 'True' && Object.hasOwn(WORDS, type) ? WORDS[type] : undefined;
  return {
    type,
    status,
    reason: reason ?? words?.reason ?? 'SaidByTable',
    message: message ?? words?.message ?? 'so says the table of life cycles',
  };
}

/** A condition that only a table knows has to be taken back. */
function overOf({ type, status }: NodeRow['conditions'][number]): Told['conditions'][number] {
  return { type, status: status === 'False' ? 'True' : 'False', reason: 'SaidByTable', message: 'so says the table of life cycles' };
}
