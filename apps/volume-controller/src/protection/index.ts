import { claimKeysOf, type PersistentVolumeClaim, PersistentVolumeClaims, PersistentVolumes, Pods } from '@kubernats/api';
import { type Controller, createController } from '@kubernats/controller';
import type { VolumeControllerContext } from '../context.ts';
import { BY_CLAIM, BY_VOLUME, claimInformer, podInformer, volumeInformer } from '../informers.ts';
import { getIfThere } from '../live.ts';
import { protect } from './finalizer.ts';
import { holds } from './holds.ts';

/** A claim that a Pod uses goes only after the Pod. */
export function claimProtection(context: VolumeControllerContext): Controller {
  const { client, informers } = context;
  const claims = claimInformer(informers);
  const pods = podInformer(informers);
  const controller = createController({ ...context, name: 'pvc-protection', reconcile });
  controller.watch(claims);
  controller.watch(pods, claimKeysOf);
  return controller;

  async function reconcile(key: string): Promise<void> {
    const claim = claims.byKey(key);
    if (!claim) return;
    await protect(client.kind(PersistentVolumeClaims), claim, 'kubernetes.io/pvc-protection', async () => {
      if (pods.byIndex(BY_CLAIM, key).some((pod) => holds(pod, claim))) return true;
      // The informer may be behind, and a claim that is gone is gone: so the API itself is asked before that.
      const { items } = await client.kind(Pods).list({ namespace: claim.metadata?.namespace });
      return items.some((pod) => holds(pod, claim));
    });
  }
}

/** A volume that is bound goes only after its claim. */
export function volumeProtection(context: VolumeControllerContext): Controller {
  const { client, informers } = context;
  const volumes = volumeInformer(informers);
  const claims = claimInformer(informers);
  const controller = createController({ ...context, name: 'pv-protection', reconcile });
  controller.watch(volumes);
  controller.watch(claims, ({ spec }) => (spec?.volumeName ? [spec.volumeName] : []));
  return controller;

  async function reconcile(name: string): Promise<void> {
    const volume = volumes.get(name);
    if (!volume) return;
    const { claimRef } = volume.spec ?? {};
    const isBound = (claim: PersistentVolumeClaim | undefined) => claim?.spec?.volumeName === name && claim.metadata?.uid === claimRef?.uid;
    await protect(client.kind(PersistentVolumes), volume, 'kubernetes.io/pv-protection', async () => {
      if (!claimRef?.uid) return false;
      if (claims.byIndex(BY_VOLUME, name).some(isBound)) return true;
      return isBound(await getIfThere(client.kind(PersistentVolumeClaims), claimRef.name ?? '', claimRef.namespace));
    });
  }
}
