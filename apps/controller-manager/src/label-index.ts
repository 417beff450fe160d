import type { KubeObject } from '@kubernats/api';
import { controllerOf } from '@kubernats/apimachinery';
import { type Informer, keyOf } from '@kubernats/client';

/** Of objects by their own labels: one bucket for each label, and one for all of the namespace. */
export function labelBuckets(object: KubeObject): string[] {
  const namespace = object.metadata?.namespace ?? '';
  return [`${namespace}|`, ...Object.entries(object.metadata?.labels ?? {}).map(([key, value]) => `${namespace}|${key}=${value}`)];
}

/** Of objects by their selector: all that match an object are in one of the object's own `labelBuckets`. */
export function selectorBucket(namespace: string, matchLabels: Readonly<Record<string, string>> | undefined): string {
  const [first] = Object.keys(matchLabels ?? {}).sort();
  return first === undefined ? `${namespace}|` : `${namespace}|${first}=${matchLabels?.[first]}`;
}

/** What may match a selector: the smallest bucket of its labels, so that the work does not grow with the namespace. */
export function candidates<T extends KubeObject>(
  informer: Informer<T>,
  index: string,
  namespace: string,
  matchLabels: Readonly<Record<string, string>> | undefined,
): T[] {
  let best = `${namespace}|`;
  for (const [key, value] of Object.entries(matchLabels ?? {})) {
    const bucket = `${namespace}|${key}=${value}`;
    if (informer.countByIndex(index, bucket) < informer.countByIndex(index, best)) best = bucket;
  }
  return informer.byIndex(index, best);
}

/** What may select an object: those whose `selectorBucket` is one of its labels. The index is by `selectorBucket`. */
export function* selecting<T extends KubeObject>(informer: Informer<T>, index: string, object: KubeObject): Generator<T> {
  for (const bucket of labelBuckets(object)) yield* informer.byIndex(index, bucket);
}

/** The keys of the owner that controls an object; of an orphan, those of all that would take it. `index` of the owners is by `selectorBucket`. */
export function* ownersOf<T extends KubeObject>(
  owners: Informer<T>,
  index: string,
  kind: string,
  object: KubeObject,
  mayTake: (owner: T) => boolean = () => true,
): Generator<string> {
  const controller = controllerOf(object);
  if (controller?.kind === kind) yield `${object.metadata?.namespace}/${controller.name}`;
  if (!controller) for (const owner of selecting(owners, index, object)) if (mayTake(owner)) yield keyOf(owner);
}
