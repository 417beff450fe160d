// From a Pod's claim to the volume that it is bound to, in the kubelet's words where that does not get there.
import {
  claimNameOf,
  notCreatedFor,
  type PersistentVolume,
  type PersistentVolumeClaim,
  PersistentVolumes,
  type Pod,
  type Volume,
} from '@kubernats/api';
import type { Client } from '@kubernats/client';
import { isForbidden, isNotFound } from '@kubernats/errors';
import { ConfigError, type Sources } from '../../env/sources.ts';
import { UnprocessedVolumeError } from '../volume.ts';

/** A claim and the volume that it has. */
export interface BoundClaim {
  claim: PersistentVolumeClaim;
  volume: PersistentVolume;
}

/** The volumes that Pods wait for to be attached, by the claim as it is now: whoever waits looks several times. */
const awaited = new WeakMap<PersistentVolumeClaim, PersistentVolume>();

/** The volume is not attached yet: the next look need not ask for it again, unless the claim changes. */
export const keepForNextLook = ({ claim, volume }: BoundClaim): unknown => awaited.set(claim, volume);

/** Follows the claim of a Pod's volume to what it is bound to. Throws `UnprocessedVolumeError`. */
export async function boundClaimOf(pod: Pod, volume: Volume, sources: Sources, client: Client): Promise<BoundClaim> {
  const name = claimNameOf(pod, volume) ?? '';
  const namespace = pod.metadata?.namespace ?? '';
  const refuse = (why: string): never => {
    throw new UnprocessedVolumeError(`error processing PVC ${namespace}/${name}: ${why}`);
  };
  const claim = await sources.claim(name, namespace).catch((error: unknown) => {
    if (error instanceof ConfigError) return refuse(error.message);
    throw error;
  });
  if (!claim) return refuse(`failed to fetch PVC from API server: persistentvolumeclaims "${name}" not found`);
  const problem = claimProblem(claim, pod);
  if (problem !== undefined) return refuse(problem);
  const foreign = volume.ephemeral && notCreatedFor(pod, claim);
  if (foreign !== undefined) throw new UnprocessedVolumeError(foreign);
  const { volumeName = '' } = claim.spec ?? {};
  const kept = awaited.get(claim);
  awaited.delete(claim);
  const bound =
    kept ??
    (await client
      .kind(PersistentVolumes)
      .get(volumeName)
      .catch((error: unknown) => {
        if (isNotFound(error) || isForbidden(error)) return refuse(`failed to fetch PV ${volumeName} from API server: ${error.message}`);
        throw error;
      }));
  const mismatch = volumeProblem(bound, claim);
  if (mismatch !== undefined) return refuse(mismatch);
  const misuse = modeProblem(bound, pod, volume);
  if (misuse !== undefined) throw new UnprocessedVolumeError(misuse);
  return { claim, volume: bound };
}

function claimProblem({ metadata, spec, status }: PersistentVolumeClaim, pod: Pod): string | undefined {
  // A Pod that comes after the claim's deletion would keep it for ever; one that ran here before its node was off has it already.
  if (metadata?.deletionTimestamp !== undefined && pod.status?.podIP === undefined) return 'PVC is being deleted';
  if (status?.phase !== 'Bound') return 'PVC is not bound';
  return spec?.volumeName ? undefined : 'PVC has empty pvc.Spec.VolumeName';
}

/** Data of one claim is never shown to another: both have to say that they belong together. */
function volumeProblem({ metadata, spec }: PersistentVolume, claim: PersistentVolumeClaim): string | undefined {
  const [name, uid] = [metadata?.name, claim.metadata?.uid];
  if (!spec?.claimRef) return `found PV object ${name} but it has a nil pv.Spec.ClaimRef indicating it is not yet bound to the claim`;
  if (spec.claimRef.uid === uid) return undefined;
  return `found PV object ${name} but its pv.Spec.ClaimRef.UID ${spec.claimRef.uid ?? ''} does not point to claim.UID ${uid}`;
}

function modeProblem({ spec }: PersistentVolume, { spec: pod }: Pod, { name }: Volume): string | undefined {
  const mode = spec?.volumeMode ?? 'Filesystem';
  const containers = [...(pod?.initContainers ?? []), ...(pod?.containers ?? []), ...(pod?.ephemeralContainers ?? [])];
  const isMounted = containers.some(({ volumeMounts }) => volumeMounts?.some((mount) => mount.name === name));
  if (isMounted && mode !== 'Filesystem') return `volume ${name} has volumeMode ${mode}, but is specified in volumeMounts`;
  const isDevice = containers.some(({ volumeDevices }) => volumeDevices?.some((device) => device.name === name));
  return isDevice && mode !== 'Block' ? `volume ${name} has volumeMode ${mode}, but is specified in volumeDevices` : undefined;
}
