import type { NodeStatus } from '@kubernats/api';

/** The kubelet's reasons for a condition's change: when it becomes True, and when it stops being so. */
const REASONS: Readonly<Record<string, readonly [becomes: string, ends: string]>> = {
  MemoryPressure: ['NodeHasInsufficientMemory', 'NodeHasSufficientMemory'],
  DiskPressure: ['NodeHasDiskPressure', 'NodeHasNoDiskPressure'],
  PIDPressure: ['NodeHasInsufficientPID', 'NodeHasSufficientPID'],
  Ready: ['NodeReady', 'NodeNotReady'],
};

/** The reasons of the events that a kubelet records when it changes its Node's status from one to the other. */
export function transitions(before: NodeStatus | undefined, after: NodeStatus): string[] {
  return (after.conditions ?? []).flatMap(({ type, status }) => {
    const reasons = Object.hasOwn(REASONS, type) ? REASONS[type] : undefined;
    const known = before?.conditions?.find((condition) => condition.type === type)?.status;
    if (!reasons || known === status) return [];
    // A kubelet that has not been ready yet has not become unready.
    if (type === 'Ready' && status !== 'True' && known === undefined) return [];
    return [status === 'True' ? reasons[0] : reasons[1]];
  });
}
