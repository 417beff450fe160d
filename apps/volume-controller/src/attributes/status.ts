import { type ClaimStatus, withCondition } from '../claim-status.ts';

const CONDITIONS = ['ModifyingVolume', 'ModifyVolumeError'];

const target = (status: ClaimStatus, name: string, state: string): ClaimStatus => ({
  ...status,
  modifyVolumeStatus: { status: state, targetVolumeAttributesClassName: name },
});

/** The class does not exist (yet). */
export const pending = (status: ClaimStatus, name: string): ClaimStatus => target(status, name, 'Pending');

export const inProgress = (status: ClaimStatus, name: string, now: string): ClaimStatus =>
  target(
    withCondition(status, CONDITIONS, { type: 'ModifyingVolume', message: 'ModifyVolume operation in progress.' }, now),
    name,
    'InProgress',
  );

/** The back end will not have it so; it is tried again, rarely. */
export function infeasible(status: ClaimStatus, name: string, why: string, now: string): ClaimStatus {
  const message = `ModifyVolume failed with error: ${why}. Waiting for retry.`;
  return target(withCondition(status, CONDITIONS, { type: 'ModifyVolumeError', message }, now), name, 'Infeasible');
}

export function modified(status: ClaimStatus, name: string, now: string): ClaimStatus {
  const { modifyVolumeStatus: _done, ...rest } = withCondition(status, CONDITIONS, undefined, now);
  return { ...rest, currentVolumeAttributesClassName: name };
}
