import { Nodes, type PersistentVolumeClaim, PersistentVolumes, StorageClasses, storageClassOf } from '@kubernats/api';
import { keyOf } from '@kubernats/client';
import { type Controller, createController } from '@kubernats/controller';
import type { VolumeControllerContext } from '../context.ts';
import { BY_CLAIM, BY_CLASS, claimInformer, podInformer, volumeInformer } from '../informers.ts';
import { getIfThere } from '../live.ts';
import { apply } from './apply.ts';
import { type ClaimDecision, type ClaimWorld, decide } from './decide.ts';

/** How long until a claim that waits is told so again. As in kube-controller-manager. */
const REMIND_MS = 15_000;

/** V3: finds a volume for every claim. Source: the Persistent Volumes concept. */
export function claimController(context: VolumeControllerContext): Controller {
  const { informers } = context;
  const act = { ...context, events: context.recorder('persistentvolume-controller') };
  const claims = claimInformer(informers);
  const volumes = volumeInformer(informers);
  const classes = informers.of(StorageClasses);
  const nodes = informers.of(Nodes);
  const pods = podInformer(informers);
  const world: ClaimWorld = {
    volume: (name) => volumes.get(name),
    *candidates(claim) {
      yield* volumes.byIndex(BY_CLAIM, keyOf(claim));
      yield* volumes.byIndex(BY_CLASS, storageClassOf(claim));
    },
    storageClass: (name) => classes.get(name),
    node: (name) => nodes.get(name),
    pods: (claim) => pods.byIndex(BY_CLAIM, keyOf(claim)),
  };
  const controller = createController({ ...context, name: 'persistentvolumeclaim', reconcile });
  controller.watch(claims);
  // A volume concerns the claim that it is set aside for; a free one the claims of its class that have none yet.
  controller.watch(volumes, function* (volume) {
    const { claimRef } = volume.spec ?? {};
    if (claimRef) yield `${claimRef.namespace}/${claimRef.name}`;
    else for (const claim of claims.byIndex(BY_CLASS, storageClassOf(volume))) yield keyOf(claim);
  });
  controller.watch(classes, ({ metadata }) => claims.byIndex(BY_CLASS, metadata?.name ?? '').map(keyOf));
  return controller;

  async function reconcile(key: string): Promise<{ requeueAfterMs: number } | undefined> {
    const claim = claims.byKey(key);
    if (!claim || claim.metadata?.deletionTimestamp !== undefined) return undefined;
    const decision = await decideSurely(claim);
    await apply(decision, claim, act);
    return decision.do === 'wait' ? { requeueAfterMs: REMIND_MS } : undefined;
  }

  /** Nobody is told that data is lost because one informer is behind the other: the API itself is asked before that. */
  async function decideSurely(claim: PersistentVolumeClaim): Promise<ClaimDecision> {
    const decision = decide(claim, world);
    const { volumeName } = claim.spec ?? {};
    if (decision.do !== 'lose' || claim.status?.phase === 'Lost' || !volumeName) return decision;
    const volume = await getIfThere(context.client.kind(PersistentVolumes), volumeName);
    return decide(claim, { ...world, volume: () => volume });
  }
}
