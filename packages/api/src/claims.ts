// The claims of a Pod's volumes. Pure. Source: the Ephemeral Volumes concept, "Generic ephemeral volumes".
import { isControlledBy } from '@kubernats/apimachinery';
import type { PersistentVolumeClaim, Pod, Volume } from '../generated/types.ts';

/** The name of the claim behind a volume of the Pod: the one that it names, or the one that is made for it. Undefined: it is no claim's. */
export function claimNameOf(pod: Pod, { name, persistentVolumeClaim, ephemeral }: Volume): string | undefined {
  return persistentVolumeClaim?.claimName ?? (ephemeral && `${pod.metadata?.name}-${name}`);
}

/** The claims that a Pod uses, as keys. */
export function claimKeysOf(pod: Pod): string[] {
  return (pod.spec?.volumes ?? []).flatMap((volume) => {
    const name = claimNameOf(pod, volume);
    return name === undefined ? [] : [`${pod.metadata?.namespace}/${name}`];
  });
}

/** Why a claim that bears the name of a Pod's ephemeral volume is not its own; undefined: it is. To be told in these words. */
export function notCreatedFor({ metadata: pod }: Pod, claim: PersistentVolumeClaim): string | undefined {
  if (isControlledBy(claim, pod?.uid ?? '')) return undefined;
  const { namespace, name } = claim.metadata ?? {};
  return `PVC ${namespace}/${name} was not created for pod ${pod?.namespace}/${pod?.name} (pod is not owner)`;
}
