import type { KindRef, KubeObject } from '@kubernats/api';
import { type LabelSelector, labelSelectorOf } from '@kubernats/apimachinery';
import type { Client, Informer } from '@kubernats/client';
import { type Claim, claim } from './claim.ts';
import { BY_CONTROLLER, ORPHANS_BY_LABEL } from './informers.ts';
import { candidates } from './label-index.ts';
import { adopt, release } from './ownership.ts';

/** What a kind of owner takes over. */
export interface Kinds<O extends KubeObject, T extends KubeObject> {
  owners: KindRef<O>;
  kind: KindRef<T>;
  /** Of the kind, with the indexes `BY_CONTROLLER` and `ORPHANS_BY_LABEL`. */
  informer: Informer<T>;
  /** Which orphans the owner may take at all. Default: all that its selector matches. */
  mayTake?: (object: T) => boolean;
  /** What is taken over gets these. */
  finalizers?: readonly string[];
}

/** Makes an owner the controller of the orphans that it selects, and gives up what it selects no more. Answers what it did, and what is its own by now. */
export async function takeOver<O extends KubeObject, T extends KubeObject>(
  client: Client,
  owner: O,
  selector: LabelSelector | undefined,
  { owners, kind, informer, mayTake, finalizers }: Kinds<O, T>,
): Promise<Claim<T>> {
  const { namespace = '', uid = '' } = owner.metadata ?? {};
  const orphans = candidates(informer, ORPHANS_BY_LABEL, namespace, selector?.matchLabels);
  const takable = mayTake ? orphans.filter(mayTake) : orphans;
  const claimed = claim(owner, labelSelectorOf(selector), [...informer.byIndex(BY_CONTROLLER, uid), ...takable]);
  for (const object of claimed.adopt) await adopt(client.kind(owners), owner, client.kind(kind), object, finalizers);
  for (const object of claimed.release) await release(client.kind(kind), object, uid);
  return claimed;
}
