import { apiVersionOf, type KindRef, type KubeObject } from '@kubernats/api';
import type { OwnerReference } from '@kubernats/apimachinery';
import type { Client } from '@kubernats/client';
import { isNotFound } from '@kubernats/errors';
import type { ActContext } from '../context.ts';
import { isLeaving, type OwnerState } from './decide.ts';
import type { Member, OwnershipGraph } from './ownership-graph.ts';

/** The state of each owner that an object names, by uid. What the informers do not show is asked of the API itself. */
export async function ownerStatesOf(member: Member, graph: OwnershipGraph, context: ActContext): Promise<Map<string, OwnerState>> {
  const states = new Map<string, OwnerState>();
  for (const reference of member.object.metadata?.ownerReferences ?? []) {
    states.set(reference.uid, await ownerState(member, reference, graph, context));
  }
  return states;
}

async function ownerState(member: Member, reference: OwnerReference, graph: OwnershipGraph, context: ActContext): Promise<OwnerState> {
  const { ref, object } = member;
  const known = graph.ownerOf(object, reference);
  if (known) return isLeaving(known.object) ? 'leaving' : 'present';
  const kind = graph.kindOf(reference);
  // Of a kind that nobody knows nobody can say that it is gone, unless it was seen to go.
  if (!kind) return graph.isGone(reference.uid) ? 'absent' : 'present';
  // What belongs to the cluster cannot depend on something in a namespace.
  if (kind.namespaced && !ref.namespaced) {
    tellInvalid(member, reference, context);
    return 'present';
  }
  if (graph.isGone(reference.uid)) return 'absent';
  const live = await liveOwner(context.client, kind, reference.name, kind.namespaced ? object.metadata?.namespace : undefined);
  if (live?.metadata?.uid === reference.uid) return isLeaving(live) ? 'leaving' : 'present';
  // Looked for once: from now on its uid is known to be gone from where this object says it is.
  if (kind.namespaced && graph.isAnywhere(kind, reference.uid)) tellInvalid(member, reference, context);
  else graph.markGone(reference.uid);
  return 'absent';
}

async function liveOwner(client: Client, kind: KindRef, name: string, namespace: string | undefined): Promise<KubeObject | undefined> {
  try {
    return await client.kind(kind).get(name, namespace);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function tellInvalid({ ref, object }: Member, owner: OwnerReference, { events }: ActContext): void {
  const { name, namespace = '', uid } = object.metadata ?? {};
  const text = `[${owner.apiVersion}/${owner.kind}, namespace: ${namespace}, name: ${owner.name}, uid: ${owner.uid}]`;
  const about = { apiVersion: apiVersionOf(ref), kind: ref.kind, name, namespace, uid };
  events.event(about, 'Warning', 'OwnerRefInvalidNamespace', `ownerRef ${text} does not exist in namespace "${namespace}"`);
}
