import {
  type PersistentVolume,
  type PersistentVolumeClaim,
  PersistentVolumeClaims,
  PersistentVolumes,
  VolumeAttributesClasses,
} from '@kubernats/api';
import { keyOf, referenceTo } from '@kubernats/client';
import { rfc3339 } from '@kubernats/clock';
import { type Controller, createController, type ReconcileResult } from '@kubernats/controller';
import { BackendError } from '@kubernats/volumes';
import { writeClaimStatus } from '../claim-status.ts';
import type { VolumeControllerContext } from '../context.ts';
import { BY_ATTRIBUTES_CLASS, claimInformer, volumeInformer } from '../informers.ts';
import { Patience } from '../storage/patience.ts';
import { recordersByDriver } from '../storage/said-by-driver.ts';
import type { BackedVolume } from '../storage/storage.ts';
import { type AttributesDecision, decide } from './decide.ts';
import { infeasible, inProgress, modified, pending } from './status.ts';

type Change = Extract<AttributesDecision, { do: 'modify' }>;

/** V6: gives volumes the attributes that their claims ask for by a VolumeAttributesClass. The events and conditions are the external-resizer's. */
export function attributesController(context: VolumeControllerContext): Controller {
  const { client, informers, storage, clock } = context;
  const [claims, volumes] = [claimInformer(informers), volumeInformer(informers)];
  const classes = informers.of(VolumeAttributesClasses);
  const events = recordersByDriver(context, (driver) => `external-resizer ${driver}`);
  const patience = new Patience(context);
  const controller = createController({ ...context, name: 'volume-modifier', reconcile });
  controller.watch(claims);
  controller.watch(classes, ({ metadata }) => claims.byIndex(BY_ATTRIBUTES_CLASS, metadata?.name ?? '').map(keyOf));
  return controller;

  async function reconcile(key: string): Promise<ReconcileResult | undefined> {
    const claim = claims.byKey(key);
    const volume = claim?.spec?.volumeName ? volumes.get(claim.spec.volumeName) : undefined;
    const held = volume && storage.ofVolume(volume);
    if (!claim || !volume || !held) return undefined;
    const { driver, backend } = held;
    const decision = decide(claim, { attributesClass: (name) => classes.get(name), driver, canModify: backend.modify !== undefined });
    const status = claim.status ?? {};
    const waitMs = 'target' in decision ? patience.left(key, decision.target) : 0;
    if (waitMs > 0) return { requeueAfterMs: waitMs };
    switch (decision.do) {
      case 'nothing':
        patience.forget(key);
        return undefined;
      case 'wait':
        await writeClaimStatus(client, claim, pending(status, decision.target));
        return undefined;
      case 'refuse':
        return fail(claim, driver, decision.target, decision.message);
      case 'modify':
        return modify(claim, volume, held, decision);
    }
  }

  async function modify(
    claim: PersistentVolumeClaim,
    volume: PersistentVolume,
    { backend, driver, ref }: BackedVolume,
    { target, parameters }: Change,
  ): Promise<ReconcileResult | undefined> {
    const begun = await writeClaimStatus(client, claim, inProgress(claim.status ?? {}, target, now()));
    const { name = '', resourceVersion } = volume.metadata ?? {};
    const said = events.of(driver);
    said.event(about(claim), 'Normal', 'VolumeModify', `external resizer is modifying volume ${claim.metadata?.name} with vac ${target}`);
    try {
      await storage.ask(backend, ref.handle, async (side) => backend.modify?.(ref, parameters, side));
    } catch (error) {
      if (!(error instanceof BackendError)) throw error;
      return fail(begun, driver, target, error.message);
    }
    const patch = { metadata: { resourceVersion }, spec: { volumeAttributesClassName: target } };
    if (volume.spec?.volumeAttributesClassName !== target) await client.kind(PersistentVolumes).patch(name, undefined, 'merge', patch);
    await writeClaimStatus(client, begun, modified(begun.status ?? {}, target, now()));
    const text = `external resizer modified volume ${claim.metadata?.name} with vac ${target} successfully`;
    said.event(about(claim), 'Normal', 'VolumeModifySuccessful', text);
    patience.forget(keyOf(claim));
    return undefined;
  }

  async function fail(claim: PersistentVolumeClaim, driver: string, target: string, why: string): Promise<ReconcileResult> {
    await writeClaimStatus(client, claim, infeasible(claim.status ?? {}, target, why, now()));
    events.of(driver).event(about(claim), 'Warning', 'VolumeModifyFailed', why);
    return { requeueAfterMs: patience.failed(keyOf(claim), target) };
  }

  function now(): string {
    return rfc3339(clock.now());
  }
}

const about = (claim: PersistentVolumeClaim) => referenceTo(PersistentVolumeClaims, claim);
