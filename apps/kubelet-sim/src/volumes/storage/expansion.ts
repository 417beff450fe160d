import type { PersistentVolume, PersistentVolumeClaim } from '@kubernats/api';

/** What is said of a claim while it is being resized. */
const RESIZE_CONDITIONS = new Set(['Resizing', 'FileSystemResizePending', 'ControllerResizeError', 'NodeResizeError']);

/** The claim of a volume whose node has finished its expansion. Source: KEP-1790, "Recover from volume expansion failure". */
export function expandedClaim(claim: PersistentVolumeClaim, { spec }: PersistentVolume): PersistentVolumeClaim {
  const { capacity, conditions = [], allocatedResourceStatuses = {}, ...status } = claim.status ?? {};
  const { storage: _done, ...others } = allocatedResourceStatuses;
  const left = conditions.filter(({ type }) => !RESIZE_CONDITIONS.has(type));
  return {
    ...claim,
    status: {
      ...status,
      capacity: { ...capacity, ...(spec?.capacity?.storage === undefined ? {} : { storage: spec.capacity.storage }) },
      ...(left.length > 0 ? { conditions: left } : {}),
      ...(Object.keys(others).length > 0 ? { allocatedResourceStatuses: others } : {}),
    },
  };
}
