import { type PersistentVolumeClaim, PersistentVolumeClaims, type Volume } from '@kubernats/api';
import { deepEqual } from '@kubernats/apimachinery';
import { isConflict } from '@kubernats/errors';
import { createMemoryFiles, type Files } from '@kubernats/files';
import { isSimulatedSource, sourceOf, sourceOfPodVolume } from '@kubernats/volumes';
import { MountError, type PreparedVolume, UnattachedVolumeError, UnprocessedVolumeError, type VolumeContext } from '../volume.ts';
import { type BoundClaim, boundClaimOf, keepForNextLook } from './claim.ts';
import { expandedClaim } from './expansion.ts';
import { ephemeralProblem } from './inline.ts';
import { awaitsNodeExpansion, type WantedVolume, wantedOfClaim, wantedOfPod } from './wanted-volume.ts';

/** What these make for a Pod alone is a folder on its node. */
const FOLDERS = new Set(['local', 'shared', 'block']);

/** Whether a volume is of a back end (or of nothing that is known here). */
export const isStorageVolume = ({ persistentVolumeClaim, ephemeral, ...rest }: Volume): boolean =>
  persistentVolumeClaim !== undefined || ephemeral !== undefined || Object.keys(rest).some((field) => field !== 'name');

/** V3, V5: a volume of a back end: a claim's, or one that the Pod itself describes. Throws as `VolumePlugin.setUp`. */
export async function setUpStorage(context: VolumeContext): Promise<PreparedVolume> {
  const { volume, pod, storage } = context;
  if (volume.persistentVolumeClaim || volume.ephemeral) return setUpClaim(context);
  const source = sourceOfPodVolume(volume, pod);
  if (!source) {
    const [field = 'none'] = Object.keys(volume).filter((key) => key !== 'name');
    throw new MountError(`volumes of kind ${field} are not supported`);
  }
  const problem = volume.csi && ephemeralProblem(source.driver, storage.driver(source.driver));
  if (problem !== undefined) throw new MountError(problem);
  if (volume.csi && FOLDERS.has(storage.backendOf(source.driver)?.name ?? '')) return { files: await ownFolder(context, source.readOnly) };
  return mount(context, wantedOfPod(volume, source));
}

/** It begins empty, and goes with the Pod. */
async function ownFolder({ own, node, clock }: VolumeContext, readOnly: boolean): Promise<Files> {
  const folder = node ? await own('kubernetes.io~csi', 0o777) : createMemoryFiles(clock);
  return readOnly ? folder.scope('/', { readOnly }) : folder;
}

async function setUpClaim(context: VolumeContext): Promise<PreparedVolume> {
  const { pod, volume, sources, client, storage } = context;
  const first = await boundClaimOf(pod, volume, sources, client);
  const wanted = wantedOf(first, volume);
  if (!storage.reaches(first.volume)) {
    throw new MountError('no matching NodeSelectorTerms', { volume: wanted.name, step: 'MountVolume.NodeAffinity check' });
  }
  const prepared = await mount(context, wanted).catch((error: unknown) => {
    if (error instanceof UnattachedVolumeError) keepForNextLook(first);
    throw error;
  });
  let known: PersistentVolumeClaim['status'];
  const grow = async (bound: BoundClaim): Promise<void> => {
    storage.grow(wantedOf(bound, volume));
    if (!wanted.readOnly && awaitsNodeExpansion(bound.claim, bound.volume)) await finishExpansion(context, bound);
    known = bound.claim.status;
  };
  await grow(first);
  return {
    ...prepared,
    async claimChanged() {
      const claim = await sources.claim(first.claim.metadata?.name ?? '', first.claim.metadata?.namespace ?? '');
      if (deepEqual(claim?.status, known)) return;
      try {
        await grow(await boundClaimOf(pod, volume, sources, client));
      } catch (error) {
        // Whatever becomes of the claim, the Pod keeps what it has mounted.
        if (!(error instanceof UnprocessedVolumeError)) throw error;
      }
    },
  };
}

function wantedOf({ volume }: BoundClaim, { persistentVolumeClaim }: Volume): WantedVolume {
  const source = sourceOf(volume);
  const { name = '' } = volume.metadata ?? {};
  if (!source) throw new MountError(`persistentvolume "${name}" is of a kind that this node cannot mount`, { volume: name });
  return wantedOfClaim(volume, source, persistentVolumeClaim?.readOnly === true);
}

async function mount(context: VolumeContext, wanted: WantedVolume): Promise<PreparedVolume> {
  const { pod, volume, storage, node, clock, changed, tell } = context;
  const use = { pod: pod.metadata?.uid ?? '', volume: wanted, mounts: node !== undefined, changed };
  const files = (await storage.mount(use)) ?? createMemoryFiles(clock);
  const { field, driver } = wanted.source;
  if (isSimulatedSource(field)) {
    const backend = storage.backendOf(driver)?.name;
    tell('StorageSimulated', `volume "${volume.name}": ${field} is simulated by the storage back end "${backend}"`);
  }
  return { files };
}

/** The node has nothing more to do for it than to say so. */
async function finishExpansion({ client, nodeName, tell }: VolumeContext, { claim, volume }: BoundClaim): Promise<void> {
  try {
    await client.kind(PersistentVolumeClaims).updateStatus(expandedClaim(claim, volume));
  } catch (error) {
    // Somebody has changed the claim meanwhile: that is heard of, and looked at.
    if (isConflict(error)) return;
    throw error;
  }
  const message = `MountVolume.NodeExpandVolume succeeded for volume "${volume.metadata?.name}" ${nodeName}`;
  tell('FileSystemResizeSuccessful', message);
  tell('FileSystemResizeSuccessful', message, claim);
}
