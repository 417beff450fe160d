import {
  claimKeysOf,
  claimNameOf,
  notCreatedFor,
  type PersistentVolumeClaim,
  PersistentVolumeClaims,
  type Pod,
  Pods,
  type Volume,
} from '@kubernats/api';
import { keyOf, referenceTo } from '@kubernats/client';
import { type Controller, createController } from '@kubernats/controller';
import { isAlreadyExists } from '@kubernats/errors';
import type { ControllerContext } from '../context.ts';
import { podInformer } from '../informers.ts';
import { claimFor } from './claim-for.ts';

/** Pods by the claims of their ephemeral volumes. */
const BY_CLAIM = 'claim';

/**
 * Makes the claims of Pods' ephemeral volumes. They go with their Pod, by the garbage collector. Source: the Ephemeral Volumes concept, "Generic
 * ephemeral volumes".
 */
export function ephemeralVolumeController(context: ControllerContext): Controller {
  const { client, informers } = context;
  const events = context.recorder('ephemeral_volume');
  const pods = podInformer(informers);
  const claims = informers.of(PersistentVolumeClaims);
  // Of a Pod's volumes only those are kept here: see kept-pod.ts.
  pods.addIndex(BY_CLAIM, claimKeysOf);
  const controller = createController({ ...context, name: 'ephemeral_volume', concurrency: 10, reconcile });
  controller.watch(pods, (pod) => (hasEphemeral(pod) ? [keyOf(pod)] : []));
  // A claim that somebody deleted is made again.
  controller.watch(claims, (claim) => pods.byIndex(BY_CLAIM, keyOf(claim)).map(keyOf));
  return controller;

  async function reconcile(key: string): Promise<void> {
    const pod = pods.byKey(key);
    if (!pod || pod.metadata?.deletionTimestamp !== undefined) return;
    for (const volume of pod.spec?.volumes ?? []) {
      const problem = await provide(pod, volume);
      if (problem === undefined) continue;
      const message = `ephemeral volume ${volume.name}: ${problem}`;
      events.event(referenceTo(Pods, pod), 'Warning', 'FailedBinding', message);
      throw new Error(`pod ${key}, ${message}`);
    }
  }

  /** Sees to it that the volume has its claim. Answers why it has not. */
  async function provide(pod: Pod, volume: Volume): Promise<string | undefined> {
    const name = claimNameOf(pod, volume);
    if (!volume.ephemeral || name === undefined) return undefined;
    const namespace = pod.metadata?.namespace;
    const known = claims.get(name, namespace);
    if (known) return notCreatedFor(pod, known);
    try {
      await client.kind(PersistentVolumeClaims).create(claimFor(pod, name, volume.ephemeral));
      return undefined;
    } catch (error) {
      if (isAlreadyExists(error)) return notCreatedFor(pod, await live(name, namespace));
      return `create PVC ${name}: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  /** A claim that the informer does not show yet: another replica made it, or somebody else. */
  function live(name: string, namespace: string | undefined): Promise<PersistentVolumeClaim> {
    return client.kind(PersistentVolumeClaims).get(name, namespace);
  }
}

const hasEphemeral = ({ spec }: Pod): boolean => (spec?.volumes ?? []).some(({ ephemeral }) => ephemeral !== undefined);
