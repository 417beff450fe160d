import { type ClaimStatus, withCondition } from '../claim-status.ts';

const CONDITIONS = ['Resizing', 'FileSystemResizePending', 'ControllerResizeError', 'NodeResizeError'];
const WAITS_FOR_NODE = 'Waiting for user to (re-)start a pod to finish file system resize of volume on node.';

const allocated = (status: ClaimStatus, size: string, state: string): ClaimStatus => ({
  ...status,
  allocatedResources: { ...status.allocatedResources, storage: size },
  allocatedResourceStatuses: { ...status.allocatedResourceStatuses, storage: state },
});

/** The volume is being made to hold so much. */
export const resizing = (status: ClaimStatus, size: string, now: string): ClaimStatus =>
  allocated(withCondition(status, ['Resizing', 'FileSystemResizePending'], { type: 'Resizing' }, now), size, 'ControllerResizeInProgress');

/** It could not be; it is tried again. */
export const failed = (status: ClaimStatus, message: string, now: string): ClaimStatus =>
  withCondition(status, ['ControllerResizeError'], { type: 'ControllerResizeError', message }, now);

/** It holds so much, and the node has to do its part. */
export const pendingOnNode = (status: ClaimStatus, size: string, now: string): ClaimStatus =>
  allocated(
    withCondition(status, CONDITIONS, { type: 'FileSystemResizePending', message: WAITS_FOR_NODE }, now),
    size,
    'NodeResizePending',
  );

/** All is done. */
export function finished(status: ClaimStatus, size: string, now: string): ClaimStatus {
  const { allocatedResourceStatuses, ...rest } = withCondition(status, CONDITIONS, undefined, now);
  const { storage: _done, ...others } = allocatedResourceStatuses ?? {};
  const left = Object.keys(others).length > 0 ? { allocatedResourceStatuses: others } : {};
  return { ...rest, capacity: { ...rest.capacity, storage: size }, ...left };
}
