import type { KubeObject } from '@kubernats/api';
import { controllerOf, type Selector } from '@kubernats/apimachinery';

export interface Claim<T> {
  /** What the owner controls from now on: its own that match, and the adopted. */
  owned: T[];
  /** Matching objects that nobody controls. */
  adopt: T[];
  /** Its own that no longer match the selector. */
  release: T[];
}

/**
 * Which candidates belong to `owner`, by controller reference first and by selector second. An owner that is being deleted
 * adopts and releases nothing; nor does an object on its way out change hands. Source: the API concept "Owners and Dependents".
 */
export function claim<T extends KubeObject>(owner: KubeObject, selector: Selector, candidates: Iterable<T>): Claim<T> {
  const result: Claim<T> = { owned: [], adopt: [], release: [] };
  const frozen = owner.metadata?.deletionTimestamp !== undefined;
  for (const candidate of candidates) {
    const controller = controllerOf(candidate);
    if (controller !== undefined && controller.uid !== owner.metadata?.uid) continue;
    const matches = selector.matches(candidate.metadata?.labels);
    const movable = !frozen && candidate.metadata?.deletionTimestamp === undefined;
    if (controller) {
      if (matches) result.owned.push(candidate);
      else if (movable) result.release.push(candidate);
    } else if (matches && movable && !selector.empty) {
      result.adopt.push(candidate);
      result.owned.push(candidate);
    }
  }
  return result;
}
