import { apiVersionOf, type Deployments, type Pod, type ReplicaSets } from '@kubernats/api';
import { controllerOf, type OwnerReference } from '@kubernats/apimachinery';
import type { Client } from '@kubernats/client';
import type { FindScaledKind } from '../scaled-kind.ts';

/** Scaled objects that a controller follows: what they want is looked up and not asked. */
export interface KnownScales {
  /** Undefined: it is not known. */
  owner(reference: OwnerReference, namespace: string): { replicas: number; owner: OwnerReference | undefined } | undefined;
}

/**
 * How many Pods the controllers of these Pods want in all; a Pod without a controller adds none. Throws where a controller has no scale.
 * Source: "Arbitrary workloads and arbitrary selectors" of "Specifying a Disruption Budget for your Application".
 */
export async function expectedScale(pods: readonly Pod[], known: KnownScales, find: FindScaledKind, client: Client): Promise<number> {
  const seen = new Map<string, number>();
  for (const pod of pods) {
    const namespace = pod.metadata?.namespace ?? '';
    let owner = controllerOf(pod);
    if (!owner || seen.has(owner.uid)) continue;
    const direct = known.owner(owner, namespace);
    // The Pods of a Deployment count once, whichever of its ReplicaSets they are of.
    if (direct?.owner?.kind === 'Deployment') {
      seen.set(owner.uid, 0);
      owner = direct.owner;
      if (!seen.has(owner.uid)) seen.set(owner.uid, known.owner(owner, namespace)?.replicas ?? 0);
    } else seen.set(owner.uid, direct?.replicas ?? (await askedScale(owner, namespace, find, client)));
  }
  return [...seen.values()].reduce((sum, replicas) => sum + replicas, 0);
}

async function askedScale(
  { apiVersion, kind, name }: OwnerReference,
  namespace: string,
  find: FindScaledKind,
  client: Client,
): Promise<number> {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  const found = find(group, kind);
  if (!found?.hasScale)
    throw new Error(`${found?.ref.plural ?? kind}.${found?.ref.group ?? apiVersion} does not implement the scale subresource`);
  const scale = await client.kind(found.ref).getScale(name, namespace);
  return scale.spec?.replicas ?? 0;
}

export const isKnown = ({ apiVersion, kind }: OwnerReference, ref: typeof Deployments | typeof ReplicaSets): boolean =>
  kind === ref.kind && apiVersion === apiVersionOf(ref);
