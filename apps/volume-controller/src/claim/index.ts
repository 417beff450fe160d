import {
  defaultClass,
  isDefaultClass,
  isOfUse,
  Nodes,
  type PersistentVolume,
  type PersistentVolumeClaim,
  PersistentVolumes,
  StorageClasses,
  storageClassOf,
} from '@kubernats/api';
import { keyOf } from '@kubernats/client';
import { type Controller, createController } from '@kubernats/controller';
import { SELECTED_NODE } from '../annotations.ts';
import type { VolumeControllerContext } from '../context.ts';
import { BY_CLAIM, BY_CLASS, BY_VOLUME, claimInformer, podInformer, volumeInformer } from '../informers.ts';
import { getIfThere } from '../live.ts';
import { OwnWrites } from '../own-writes.ts';
import { REMIND_MS, Reminders } from '../reminders.ts';
import { type ActContext, apply } from './apply.ts';
import { type ClaimDecision, type ClaimWorld, decide } from './decide.ts';

/** How many claims are seen to at a time: each waits for the API server most of its time. */
const CONCURRENCY = 64;

/** V3: finds a volume for every claim. Source: the Persistent Volumes concept. */
export function claimController(context: VolumeControllerContext): Controller {
  const { informers, clock } = context;
  const claims = claimInformer(informers);
  const volumes = volumeInformer(informers);
  const classes = informers.of(StorageClasses);
  const nodes = informers.of(Nodes);
  const pods = podInformer(informers);
  const reminders = new Reminders(context.recorder('persistentvolume-controller'), clock);
  const [ownClaims, ownVolumes] = [new OwnWrites(claims), new OwnWrites(volumes)];
  const act: ActContext = { ...context, ownClaims, ownVolumes, tell: (claim, note) => reminders.tell(claim, note) };
  /** Volumes that are being set aside now, and for which claim: no other of this process chooses them meanwhile. */
  const beingTaken = new Map<string, string>();
  const controller = createController({ ...context, name: 'persistentvolumeclaim', concurrency: CONCURRENCY, reconcile });
  controller.watch(claims);
  // A volume concerns the claim that it is set aside for, when it is and when it is no longer; a free one the claims that name it, lost ones too, and
  // all of its class that have none.
  controller.watch(volumes, ({ spec }) => (spec?.claimRef ? [`${spec.claimRef.namespace}/${spec.claimRef.name}`] : []));
  volumes.addHandler({ add: offer, update: offer });
  controller.watch(classes, (each) => [
    ...claims.byIndex(BY_CLASS, each.metadata?.name ?? '').map(keyOf),
    ...(isDefaultClass(each) ? claims.byIndex(BY_CLASS, '').map(keyOf) : []),
  ]);
  return controller;

  function offer(volume: PersistentVolume): void {
    if (volume.spec?.claimRef || volume.status?.phase !== 'Available') return;
    for (const claim of claims.byIndex(BY_VOLUME, volume.metadata?.name ?? '')) controller.enqueue(keyOf(claim));
    const className = storageClassOf(volume);
    // Of the claims that could have it no more than there are free volumes: one of those gets it, unless each has another one.
    let left = volumes.countByIndex(BY_CLASS, className);
    for (const claim of claims.byIndex(BY_CLASS, className)) {
      if (!isOfUse(volume, claim) || (isDelayed(className) && !claim.metadata?.annotations?.[SELECTED_NODE])) continue;
      // One that is half bound takes no other: counted here, it would be the one that is looked at instead of one that waits.
      if (volumes.byIndex(BY_CLAIM, keyOf(claim)).length > 0) continue;
      controller.enqueue(keyOf(claim));
      if (--left === 0) return;
    }
  }

  /** Its claims wait for a node, and until then for no volume. */
  function isDelayed(className: string): boolean {
    return classes.get(className)?.volumeBindingMode === 'WaitForFirstConsumer';
  }

  function worldFor(key: string): ClaimWorld {
    return {
      volume(name) {
        const known = volumes.get(name);
        return known && ownVolumes.newest(known);
      },
      *candidates(claim) {
        for (const volume of volumes.byIndex(BY_CLAIM, key)) yield ownVolumes.newest(volume);
        for (const volume of volumes.byIndex(BY_CLASS, storageClassOf(claim))) {
          if ((beingTaken.get(volume.metadata?.name ?? '') ?? key) === key) yield ownVolumes.newest(volume);
        }
      },
      storageClass: (name) => classes.get(name),
      defaultClass: () => defaultClass(classes.values()),
      node: (name) => nodes.get(name),
      pods: () => pods.byIndex(BY_CLAIM, key),
    };
  }

  async function reconcile(key: string): Promise<{ requeueAfterMs: number } | undefined> {
    const known = claims.byKey(key);
    if (!known || known.metadata?.deletionTimestamp !== undefined) {
      reminders.forget(key);
      return undefined;
    }
    const claim = ownClaims.newest(known);
    const world = worldFor(key);
    const decision = decide(claim, world);
    if (decision.do === 'wait') {
      await apply(decision, claim, act);
      return { requeueAfterMs: REMIND_MS };
    }
    reminders.forget(key);
    if (decision.do === 'bind') await take(decision.volume, key, () => apply(decision, claim, act));
    else await apply(decision.do === 'lose' ? await decideSurely(claim, world) : decision, claim, act);
    return undefined;
  }

  /** Called in the same turn as the decision, so that nobody else decides in between. */
  async function take({ metadata }: PersistentVolume, key: string, work: () => Promise<void>): Promise<void> {
    const name = metadata?.name ?? '';
    beingTaken.set(name, key);
    try {
      await work();
    } finally {
      if (beingTaken.get(name) === key) beingTaken.delete(name);
    }
  }

  /** Nobody is told that data is lost because one informer is behind the other: the API itself is asked before that. */
  async function decideSurely(claim: PersistentVolumeClaim, world: ClaimWorld): Promise<ClaimDecision> {
    const { volumeName } = claim.spec ?? {};
    const volume = volumeName ? await getIfThere(context.client.kind(PersistentVolumes), volumeName) : undefined;
    return decide(claim, { ...world, volume: () => volume });
  }
}
