import { claimKeysOf, type PersistentVolume, type PersistentVolumeClaim, PersistentVolumeClaims, PersistentVolumes } from '@kubernats/api';
import { quantityValue } from '@kubernats/apimachinery';
import { referenceTo } from '@kubernats/client';
import { rfc3339 } from '@kubernats/clock';
import { type Controller, createController, type ReconcileResult } from '@kubernats/controller';
import { BackendError } from '@kubernats/volumes';
import { PROVISIONED_BY } from '../annotations.ts';
import type { Note } from '../claim/decide.ts';
import { writeClaimStatus } from '../claim-status.ts';
import type { VolumeControllerContext } from '../context.ts';
import { BY_CLAIM, claimInformer, podInformer, volumeInformer } from '../informers.ts';
import { Reminders } from '../reminders.ts';
import { Patience } from '../storage/patience.ts';
import { recordersByDriver } from '../storage/said-by-driver.ts';
import type { BackedVolume } from '../storage/storage.ts';
import { decide } from './decide.ts';
import { failed, finished, pendingOnNode, resizing } from './status.ts';

/** How many volumes grow at a time. */
const CONCURRENCY = 8;

const EXTERNAL: Note = {
  type: 'Normal',
  reason: 'ExternalExpanding',
  message: 'waiting for an external controller to expand this PVC',
};

/**
 * V6: lets volumes grow with their claims: first the back end, then the PersistentVolume, then the node if that has something to do, and the claim's
 * status last. Source: the Persistent Volumes concept, "Expanding Persistent Volumes Claims"; the external-resizer's events and conditions.
 */
export function expansionController(context: VolumeControllerContext): Controller {
  const { client, informers, storage, clock } = context;
  const [claims, volumes, pods] = [claimInformer(informers), volumeInformer(informers), podInformer(informers)];
  const reminders = new Reminders(context.recorder('volume_expand'), clock);
  const events = recordersByDriver(context, (driver) => `external-resizer ${driver}`);
  const patience = new Patience(context);
  const controller = createController({ ...context, name: 'volume_expand', concurrency: CONCURRENCY, reconcile });
  controller.watch(claims);
  controller.watch(volumes, ({ spec }) => (spec?.claimRef ? [`${spec.claimRef.namespace}/${spec.claimRef.name}`] : []));
  // A volume that no Pod uses any more may grow now.
  pods.addHandler({
    update: ({ status }, old) => {
      if (status?.phase !== old.status?.phase) for (const key of claimKeysOf(old)) controller.enqueue(key);
    },
    delete: (pod) => {
      for (const key of claimKeysOf(pod)) controller.enqueue(key);
    },
  });
  return controller;

  async function reconcile(key: string): Promise<ReconcileResult | undefined> {
    const claim = claims.byKey(key);
    const volume = claim?.spec?.volumeName ? volumes.get(claim.spec.volumeName) : undefined;
    const held = volume && hasDriver(volume) ? storage.ofVolume(volume) : undefined;
    const decision = claim ? decide(claim, { volume, held, inUse: isUsed(key) }) : { do: 'nothing' as const };
    if (claim && decision.do !== 'nothing') reminders.tell(claim, EXTERNAL);
    else reminders.forget(key);
    if (!claim || !volume || !held || decision.do === 'nothing' || decision.do === 'leave') {
      patience.forget(key);
      return undefined;
    }
    const what = decision.do === 'refuse' ? decision.message : decision.size;
    const waitMs = patience.left(key, what);
    if (waitMs > 0) return { requeueAfterMs: waitMs };
    try {
      const begun = await writeClaimStatus(client, claim, resizing(claim.status ?? {}, decision.size, now()));
      if (decision.do === 'refuse') throw new BackendError(decision.message);
      await expand(begun, volume, held, decision.size);
      patience.forget(key);
      return undefined;
    } catch (error) {
      if (!(error instanceof BackendError)) throw error;
      events.of(held.driver).event(about(claim), 'Warning', 'VolumeResizeFailed', error.message);
      return { requeueAfterMs: patience.failed(key, what) };
    }
  }

  async function expand(claim: PersistentVolumeClaim, volume: PersistentVolume, held: BackedVolume, size: string): Promise<void> {
    const { backend, driver, ref } = held;
    const name = volume.metadata?.name ?? '';
    const said = events.of(driver);
    said.event(about(claim), 'Normal', 'Resizing', `External resizer is resizing volume ${name}`);
    let onNode: boolean;
    try {
      ({ onNode } = await storage.ask(backend, ref.handle, (side) => backend.expand(ref, quantityValue(size), side)));
    } catch (error) {
      if (!(error instanceof BackendError)) throw error;
      await writeClaimStatus(client, claim, failed(claim.status ?? {}, error.message, now()));
      throw new BackendError(`resize volume ${JSON.stringify(name)} by resizer ${JSON.stringify(driver)} failed: ${error.message}`);
    }
    await raise(volume, size);
    if (onNode) {
      await writeClaimStatus(client, claim, pendingOnNode(claim.status ?? {}, size, now()));
      said.event(about(claim), 'Normal', 'FileSystemResizeRequired', 'Require file system resize of volume on node');
    } else {
      await writeClaimStatus(client, claim, finished(claim.status ?? {}, size, now()));
      said.event(about(claim), 'Normal', 'VolumeResizeSuccessful', 'Resize volume succeeded');
    }
  }

  async function raise({ metadata, spec }: PersistentVolume, size: string): Promise<void> {
    if (quantityValue(spec?.capacity?.storage) >= quantityValue(size)) return;
    const { name = '', resourceVersion } = metadata ?? {};
    await client
      .kind(PersistentVolumes)
      .patch(name, undefined, 'merge', { metadata: { resourceVersion }, spec: { capacity: { storage: size } } });
  }

  function isUsed(key: string): boolean {
    return pods
      .byIndex(BY_CLAIM, key)
      .some(({ spec, status }) => spec?.nodeName && status?.phase !== 'Succeeded' && status?.phase !== 'Failed');
  }

  function now(): string {
    return rfc3339(clock.now());
  }
}

const about = (claim: PersistentVolumeClaim) => referenceTo(PersistentVolumeClaims, claim);

/** What a person made of a path or a share has nobody who could let it grow. */
function hasDriver({ metadata, spec }: PersistentVolume): boolean {
  return spec?.csi !== undefined || metadata?.annotations?.[PROVISIONED_BY] !== undefined;
}
