import { type PersistentVolume, PersistentVolumes, type VolumeAttachment, VolumeAttachments } from '@kubernats/api';
import { type Informer, referenceTo } from '@kubernats/client';
import { rfc3339 } from '@kubernats/clock';
import { Backoff, type Controller, createController, type ReconcileResult } from '@kubernats/controller';
import { isNotFound } from '@kubernats/errors';
import { BackendError } from '@kubernats/volumes';
import { PROVISIONER_FINALIZER, REMOVING } from '../annotations.ts';
import type { VolumeControllerContext } from '../context.ts';
import { volumeInformer } from '../informers.ts';
import { getIfThere } from '../live.ts';
import { BACKOFF, recordersByDriver } from '../storage/said-by-driver.ts';
import type { BackedVolume } from '../storage/storage.ts';
import { decide } from './decide.ts';

/** How many volumes are removed at a time. */
const CONCURRENCY = 16;
const BY_ATTACHED_VOLUME = 'attached-volume';

/** V6: removes the bytes of volumes whose claims are gone, where the policy is Delete, and then the volumes. Source: the Persistent Volumes concept, "Delete". */
export function deletionController(context: VolumeControllerContext): Controller {
  const { client, informers, storage, random, clock } = context;
  const kind = client.kind(PersistentVolumes);
  const volumes = volumeInformer(informers);
  const attachments = attachmentInformer(context);
  const events = recordersByDriver(context, (driver) => `${driver}_volume-controller`);
  const backoff = new Backoff(random, BACKOFF);
  const controller = createController({ ...context, name: 'volume-deleter', concurrency: CONCURRENCY, reconcile });
  controller.watch(volumes);
  controller.watch(attachments, ({ spec }) => (spec.source.persistentVolumeName ? [spec.source.persistentVolumeName] : []));
  return controller;

  async function reconcile(name: string): Promise<ReconcileResult | undefined> {
    const known = volumes.get(name);
    if (!known || !storage.ofVolume(known) || decide(known).do === 'nothing') {
      backoff.reset(name);
      return undefined;
    }
    // What is removed is lost: an administrator who has just asked to keep it is heard, whether or not the informer has it.
    const volume = await getIfThere(kind, name);
    const held = volume && storage.ofVolume(volume);
    if (!held) return undefined;
    switch (decide(volume).do) {
      case 'nothing':
        return undefined;
      case 'protect':
        await setFinalizers(volume, [...(volume.metadata?.finalizers ?? []), PROVISIONER_FINALIZER]);
        return undefined;
      case 'unprotect':
        await unprotect(volume);
        return undefined;
      case 'delete':
        return (await remove(volume, held)) ? undefined : { requeueAfterMs: backoff.next(name) };
    }
  }

  /** Answers false when the bytes are still there. */
  async function remove(volume: PersistentVolume, { backend, driver, ref }: BackedVolume): Promise<boolean> {
    const name = volume.metadata?.name ?? '';
    let current = volume;
    try {
      const [attached] = attachments.byIndex(BY_ATTACHED_VOLUME, name);
      if (attached) throw new BackendError(`persistentvolume ${name} is still attached to node ${attached.spec.nodeName}`);
      // Whoever goes on after a crash has to know that the bytes may be gone.
      current = await setRemoving(current, 'true');
      await storage.ask(backend, ref.handle, (side) => backend.delete(ref, side));
    } catch (error) {
      if (!(error instanceof BackendError)) throw error;
      events.of(driver).event(referenceTo(PersistentVolumes, volume), 'Warning', 'VolumeFailedDelete', error.message);
      await fail(await setRemoving(current, null), error.message);
      return false;
    }
    // First that it goes: whoever changes its policy now must not keep a volume without bytes.
    const { uid } = volume.metadata ?? {};
    await orGone(kind.delete(name, undefined, { preconditions: { uid } }));
    const left = await getIfThere(kind, name);
    if (left && left.metadata?.uid === uid) await unprotect(left);
    return true;
  }

  async function fail(volume: PersistentVolume, message: string): Promise<void> {
    const { phase, message: before, lastPhaseTransitionTime } = volume.status ?? {};
    if (phase === 'Failed' && before === message) return;
    const since = phase === 'Failed' ? lastPhaseTransitionTime : rfc3339(clock.now());
    await kind.updateStatus({ ...volume, status: { phase: 'Failed', message, lastPhaseTransitionTime: since } });
  }

  /** As it is then. Rejects with a Conflict when somebody has changed it meanwhile. */
  async function setRemoving(volume: PersistentVolume, value: 'true' | null): Promise<PersistentVolume> {
    const { name = '', resourceVersion, annotations } = volume.metadata ?? {};
    if (annotations?.[REMOVING] === (value ?? undefined)) return volume;
    return kind.patch(name, undefined, 'merge', { metadata: { resourceVersion, annotations: { [REMOVING]: value } } });
  }

  async function unprotect(volume: PersistentVolume): Promise<void> {
    const { finalizers = [] } = volume.metadata ?? {};
    const rest = finalizers.filter((each) => each !== PROVISIONER_FINALIZER);
    if (rest.length < finalizers.length) await setFinalizers(volume, rest);
  }

  async function setFinalizers({ metadata }: PersistentVolume, finalizers: string[]): Promise<void> {
    const { name = '', resourceVersion } = metadata ?? {};
    await orGone(kind.patch(name, undefined, 'merge', { metadata: { resourceVersion, finalizers } }));
  }
}

/** What is gone already is as it should be. */
async function orGone(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

function attachmentInformer({ informers }: VolumeControllerContext): Informer<VolumeAttachment> {
  const attachments = informers.of(VolumeAttachments);
  attachments.addIndex(BY_ATTACHED_VOLUME, ({ spec }) => (spec.source.persistentVolumeName ? [spec.source.persistentVolumeName] : []));
  return attachments;
}
