import {
  CSIDrivers,
  Nodes,
  type PersistentVolume,
  type PersistentVolumeClaim,
  PersistentVolumeClaims,
  PersistentVolumes,
  StorageClasses,
  VolumeAttributesClasses,
} from '@kubernats/api';
import { keyOf, referenceTo } from '@kubernats/client';
import { Backoff, type Controller, createController, type ReconcileResult } from '@kubernats/controller';
import { isAlreadyExists, isInvalid } from '@kubernats/errors';
import {
  BackendError,
  type ControllerSide,
  type CreatedVolume,
  type CreateVolume,
  NodeSilentError,
  type StorageBackend,
} from '@kubernats/volumes';
import { PROVISIONER_FINALIZER, PROVISIONING_NODE, SELECTED_NODE } from '../annotations.ts';
import type { VolumeControllerContext } from '../context.ts';
import { BY_CLASS, claimInformer, volumeInformer } from '../informers.ts';
import { getIfThere } from '../live.ts';
import { BACKOFF, recordersByDriver } from '../storage/said-by-driver.ts';
import { decide, type NewVolume, type ProvisionDecision, type ProvisionWorld } from './decide.ts';
import { volumeOf } from './volume-of.ts';

/** How many volumes are made at a time: each waits for its back end, and for the API server. */
const CONCURRENCY = 64;

type Refusal = Extract<ProvisionDecision, { do: 'refuse' }>;
type Discard = Extract<ProvisionDecision, { do: 'discard' }>;

/** How often in a row a back end refuses to make a volume until it is believed that it has not made it before either: it may be out of order for a while. */
const REFUSALS = 3;

/** A volume that may have been made before, by its name; undefined: the back end refuses to make it. */
async function again(backend: StorageBackend, request: CreateVolume, side: ControllerSide): Promise<CreatedVolume | undefined> {
  try {
    return await backend.create(request, side);
  } catch (error) {
    if (error instanceof BackendError && !(error instanceof NodeSilentError)) return undefined;
    throw error;
  }
}

/**
 * V6: makes a volume for every claim whose class says so, where a back end stands for the provisioner. Before anything is made, a finalizer on the claim
 * says that it may be; it goes when the PersistentVolume has told the claim of the volume, or when nothing is left of one that is not wanted any more.
 * So whatever dies in between, somebody still knows. Source: the Dynamic Volume Provisioning concept.
 */
export function provisionController(context: VolumeControllerContext): Controller {
  const { client, informers, storage, random } = context;
  const [claims, volumes] = [claimInformer(informers), volumeInformer(informers)];
  const [classes, nodes, attributes] = [informers.of(StorageClasses), informers.of(Nodes), informers.of(VolumeAttributesClasses)];
  const kind = client.kind(PersistentVolumeClaims);
  const events = recordersByDriver(context, (driver) => `${driver}_volume-controller`);
  const backoff = new Backoff(random, BACKOFF);
  /** How often a back end has refused to say what it has made for a claim that is not wanted any more. */
  const refusals = new Map<string, number>();
  const world: ProvisionWorld = {
    ofDriver: (driver) => storage.ofDriver(driver),
    storageClass: (name) => classes.get(name),
    attributesClass: (name) => attributes.get(name),
    volume: (name) => volumes.get(name),
    node: (name) => nodes.get(name),
    nodes: () => nodes.values(),
  };
  const controller = createController({ ...context, name: 'provisioner', concurrency: CONCURRENCY, reconcile });
  controller.watch(claims);
  controller.watch(classes, ({ metadata }) => claims.byIndex(BY_CLASS, metadata?.name ?? '').map(keyOf));
  controller.watch(informers.of(CSIDrivers), function* ({ metadata }) {
    for (const each of classes.values()) {
      if (each.provisioner === metadata?.name) yield* claims.byIndex(BY_CLASS, each.metadata?.name ?? '').map(keyOf);
    }
  });
  return controller;

  async function reconcile(key: string): Promise<ReconcileResult | undefined> {
    const claim = claims.byKey(key);
    if (!claim) {
      refusals.delete(key);
      backoff.reset(key);
      return undefined;
    }
    const goesOn = await carryOut(decide(claim, world), claim);
    if (goesOn) backoff.reset(key);
    return goesOn ? undefined : { requeueAfterMs: backoff.next(key) };
  }

  /** Answers false when it failed in a way that only time can help. */
  async function carryOut(decision: ProvisionDecision, claim: PersistentVolumeClaim): Promise<boolean> {
    switch (decision.do) {
      case 'nothing':
        return true;
      case 'promise':
        await write(claim, { finalizers: [...(claim.metadata?.finalizers ?? []), PROVISIONER_FINALIZER] });
        return true;
      case 'place':
        await write(claim, { annotations: { [PROVISIONING_NODE]: decision.node } });
        return true;
      case 'release':
        return release(claim);
      case 'refuse':
        return refuse(claim, decision);
      case 'create':
        return createSurely(claim);
      case 'discard':
        return discard(claim, decision);
    }
  }

  /** Nothing is made for a claim that is gone already, and that this process has not seen go: nobody would know of it. */
  async function createSurely({ metadata }: PersistentVolumeClaim): Promise<boolean> {
    const claim = await getIfThere(kind, metadata?.name ?? '', metadata?.namespace);
    const decision = claim && claim.metadata?.uid === metadata?.uid ? decide(claim, world) : undefined;
    return claim && decision?.do === 'create' ? create(claim, decision) : true;
  }

  async function create(claim: PersistentVolumeClaim, plan: NewVolume): Promise<boolean> {
    const { backend, request, driver } = plan;
    const about = referenceTo(PersistentVolumeClaims, claim);
    events.of(driver).event(about, 'Normal', 'Provisioning', `External provisioner is provisioning volume for claim "${keyOf(claim)}"`);
    const failed = `failed to provision volume with StorageClass "${plan.storageClass.metadata?.name}"`;
    let made: CreatedVolume;
    try {
      made = await storage.ask(backend, request.name, (side) => backend.create(request, side));
    } catch (error) {
      if (!(error instanceof BackendError)) throw error;
      const message = `${failed}: ${error.message}`;
      // A node that does not answer may have made it all the same: another one is chosen only when that is known.
      return refuse(claim, { do: 'refuse', message, reschedule: backend.traits.onNode && !(error instanceof NodeSilentError) });
    }
    const volume = volumeOf(claim, made, made.node === undefined ? undefined : nodes.get(made.node), plan);
    try {
      if (!(await publish(volume))) return true;
    } catch (error) {
      if (!isInvalid(error)) throw error;
      return refuse(claim, { do: 'refuse', message: `${failed}: ${error.message}` });
    }
    const { own } = plan.parameters;
    const withoutEffect = [...plan.parameters.withoutEffect, ...(backend.parametersWithoutEffect?.(own) ?? [])];
    if (withoutEffect.length > 0) {
      const message = `parameters of StorageClass "${plan.storageClass.metadata?.name}" without effect here: ${withoutEffect.join(', ')}`;
      events.of(driver).event(about, 'Warning', 'ParametersIgnored', message);
    }
    events.of(driver).event(about, 'Normal', 'ProvisioningSucceeded', `Successfully provisioned volume ${request.name}`);
    return true;
  }

  /** Answers false when it had been told of before: its name is the claim's uid, so that it is this claim's. */
  async function publish(volume: PersistentVolume): Promise<boolean> {
    try {
      await client.kind(PersistentVolumes).create(volume);
      return true;
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      return false;
    }
  }

  async function refuse(claim: PersistentVolumeClaim, { message, reschedule = false }: Refusal): Promise<boolean> {
    const driver = claim.metadata?.annotations?.['volume.kubernetes.io/storage-provisioner'] ?? '';
    events.of(driver).event(referenceTo(PersistentVolumeClaims, claim), 'Warning', 'ProvisioningFailed', message);
    if (!reschedule || claim.metadata?.annotations?.[SELECTED_NODE] === undefined) return false;
    await write(claim, { annotations: { [SELECTED_NODE]: null } });
    return true;
  }

  /** What may have been made gets its name again, which finds it, and is removed by that. */
  async function discard(claim: PersistentVolumeClaim, { backend, request }: Discard): Promise<boolean> {
    if (await getIfThere(client.kind(PersistentVolumes), request.name)) return release(claim);
    try {
      const isRefused = await storage.ask(backend, request.name, async (side) => {
        const left = await again(backend, request, side);
        if (left) await backend.delete(left, side);
        return left === undefined;
      });
      if (isRefused && !isRefusedForGood(keyOf(claim))) return false;
    } catch (error) {
      if (!(error instanceof BackendError)) throw error;
      return refuse(claim, { do: 'refuse', message: `failed to remove what was made of volume ${request.name}: ${error.message}` });
    }
    return release(claim);
  }

  function isRefusedForGood(key: string): boolean {
    const count = (refusals.get(key) ?? 0) + 1;
    refusals.set(key, count);
    return count >= REFUSALS;
  }

  async function release(claim: PersistentVolumeClaim): Promise<true> {
    await write(claim, { finalizers: (claim.metadata?.finalizers ?? []).filter((each) => each !== PROVISIONER_FINALIZER) });
    return true;
  }

  /** On the version that was decided on: whoever changed it meanwhile has it decided anew. */
  async function write({ metadata }: PersistentVolumeClaim, change: object): Promise<void> {
    const { name = '', namespace, resourceVersion } = metadata ?? {};
    await kind.patch(name, namespace, 'merge', { metadata: { resourceVersion, ...change } });
  }
}
