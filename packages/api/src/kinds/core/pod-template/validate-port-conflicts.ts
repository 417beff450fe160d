// P2: two containers of a Pod that run at the same time share its address, so they cannot use the same port and protocol.
// Kubernetes only warns; the switch `portConflicts: 'warn'` restores that.
import { duplicate, type FieldPath, fieldPath } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { PodSpec } from '../../../../generated/types.ts';
import { longRunning } from '../pod/containers.ts';

interface Use {
  owner: string;
  path: FieldPath;
}

/** Calls `conflict` for each port that is used before: by another container, or by the same one (`sameContainer`). */
function eachRepeatedPort(
  spec: PodSpec,
  path: FieldPath,
  conflict: (at: FieldPath, first: FieldPath, containerPort: number, sameContainer: boolean) => void,
): void {
  const uses = new Map<string, Use>();
  for (const { container, list, index } of longRunning(spec)) {
    container.ports?.forEach(({ containerPort, protocol = 'TCP' }, p) => {
      if (!containerPort) return;
      const at = path.child(list).index(index).child('ports').index(p);
      const key = `${containerPort}/${protocol}`;
      const owner = `${list}/${index}`;
      const first = uses.get(key);
      if (first) conflict(at, first.path, containerPort, first.owner === owner);
      else uses.set(key, { owner, path: at });
    });
  }
}

export function checkPortConflicts(spec: PodSpec, path: FieldPath, out: Cause[]): void {
  eachRepeatedPort(spec, path, (at, _, containerPort, sameContainer) => {
    if (!sameContainer) out.push(duplicate(at.child('containerPort'), containerPort));
  });
}

/** Kubernetes' warnings for the same. */
export function portConflictWarnings(spec: PodSpec, path: FieldPath = fieldPath('spec')): string[] {
  const warnings: string[] = [];
  eachRepeatedPort(spec, path, (at, first) => warnings.push(`${at}: duplicate port definition with ${first}`));
  return warnings;
}
