import { PersistentVolumes } from '@kubernats/api';
import { referenceTo } from '@kubernats/client';
import { type Controller, createController } from '@kubernats/controller';
import type { VolumeControllerContext } from '../context.ts';
import { claimInformer, volumeInformer } from '../informers.ts';
import { decide } from './decide.ts';

/** V4: keeps the phase of every volume. */
export function volumeController(context: VolumeControllerContext): Controller {
  const { client, informers } = context;
  const events = context.recorder('persistentvolume-controller');
  const claims = claimInformer(informers);
  const volumes = volumeInformer(informers);
  const controller = createController({ ...context, name: 'persistentvolume', reconcile });
  controller.watch(volumes);
  controller.watch(claims, ({ spec }) => (spec?.volumeName ? [spec.volumeName] : []));
  return controller;

  async function reconcile(name: string): Promise<void> {
    const volume = volumes.get(name);
    if (!volume || volume.metadata?.deletionTimestamp !== undefined) return;
    const { claimRef } = volume.spec ?? {};
    const { status, note } = decide(volume, claimRef && claims.get(claimRef.name ?? '', claimRef.namespace));
    const { phase, message } = volume.status ?? {};
    if (phase === status.phase && message === status.message) return;
    const lastPhaseTransitionTime = phase === status.phase ? volume.status?.lastPhaseTransitionTime : undefined;
    await client.kind(PersistentVolumes).updateStatus({ ...volume, status: { ...status, lastPhaseTransitionTime } });
    if (note) events.event(referenceTo(PersistentVolumes, volume), note.type, note.reason, note.message);
  }
}
