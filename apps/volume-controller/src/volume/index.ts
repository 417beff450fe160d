import {
  isReservedFor,
  type PersistentVolume,
  type PersistentVolumeClaim,
  PersistentVolumeClaims,
  type PersistentVolumeStatus,
  PersistentVolumes,
} from '@kubernats/api';
import { keyOf, referenceTo } from '@kubernats/client';
import { rfc3339 } from '@kubernats/clock';
import { type Controller, createController } from '@kubernats/controller';
import type { VolumeControllerContext } from '../context.ts';
import { BY_CLAIM, claimInformer, volumeInformer } from '../informers.ts';
import { getIfThere } from '../live.ts';
import { decide, unbound } from './decide.ts';

/** How many volumes are seen to at a time: each waits for the API server most of its time. */
const CONCURRENCY = 64;

/** V4: keeps the phase of every volume. */
export function volumeController(context: VolumeControllerContext): Controller {
  const { client, informers, clock } = context;
  const events = context.recorder('persistentvolume-controller');
  const claims = claimInformer(informers);
  const volumes = volumeInformer(informers);
  const controller = createController({ ...context, name: 'persistentvolume', concurrency: CONCURRENCY, reconcile });
  controller.watch(volumes);
  // The volume that it names, and those that are set aside for it.
  controller.watch(claims, function* (claim) {
    if (claim.spec?.volumeName) yield claim.spec.volumeName;
    for (const { metadata } of volumes.byIndex(BY_CLAIM, keyOf(claim))) yield metadata?.name ?? '';
  });
  return controller;

  async function reconcile(name: string): Promise<void> {
    const volume = volumes.get(name);
    // One that is being deleted has a phase as well, as long as its claim keeps it.
    if (!volume) return;
    const decision = decide(volume, await claimOf(volume));
    if (decision.do === 'unbind') await client.kind(PersistentVolumes).update(unbound(volume));
    else if (decision.do === 'phase') await write(volume, { phase: decision.phase });
    else if (decision.do === 'fail' && (await write(volume, { phase: 'Failed', message: decision.message }))) {
      events.event(referenceTo(PersistentVolumes, volume), 'Warning', 'VolumeFailedDelete', decision.message);
    }
  }

  /** A volume that is released may be deleted with its data: so the API itself is asked whether the claim is gone, or the informer is only behind. */
  async function claimOf(volume: PersistentVolume): Promise<PersistentVolumeClaim | undefined> {
    const { name = '', namespace, uid } = volume.spec?.claimRef ?? {};
    const known = claims.get(name, namespace);
    const isReleased = volume.status?.phase === 'Released' || volume.status?.phase === 'Failed';
    if (!uid || isReleased || (known && isReservedFor(volume, known))) return known;
    return getIfThere(client.kind(PersistentVolumeClaims), name, namespace);
  }

  /** Answers whether there was anything to write. */
  async function write(volume: PersistentVolume, next: PersistentVolumeStatus): Promise<boolean> {
    const { phase, message, lastPhaseTransitionTime } = volume.status ?? {};
    if (phase === next.phase && message === next.message) return false;
    const status = { ...next, lastPhaseTransitionTime: phase === next.phase ? lastPhaseTransitionTime : rfc3339(clock.now()) };
    await client.kind(PersistentVolumes).updateStatus({ ...volume, status });
    return true;
  }
}
