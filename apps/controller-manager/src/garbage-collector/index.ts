import type { KindRef, KubeObject } from '@kubernats/api';
import { deepEqual } from '@kubernats/apimachinery';
import type { Informer } from '@kubernats/client';
import { type Controller, createController } from '@kubernats/controller';
import type { ControllerContext } from '../context.ts';
import { apply } from './apply.ts';
import { decide, isLeaving } from './decide.ts';
import { ownerStatesOf } from './owner-states.ts';
import { OwnershipGraph } from './ownership-graph.ts';

/** Deletes what its owners leave behind, and keeps owners waiting that want to go last. Source: the concept "Garbage Collection". */
export function garbageCollector(context: ControllerContext): Controller {
  const act = { ...context, events: context.recorder('garbage-collector-controller') };
  const graph = new OwnershipGraph();
  const controller = createController({ ...context, name: 'garbage-collector', concurrency: 20, reconcile });
  context.kinds.follow({ begin, end: (ref) => graph.remove(ref) });
  return controller;

  function begin(ref: KindRef, informer: Informer<KubeObject>): void {
    graph.add(ref, informer);
    controller.watch(informer, () => []);
    informer.addHandler({
      add: (object) => isOfInterest(object) && look(ref, object),
      update(object, old) {
        if (!changesOwnership(object, old)) return;
        look(ref, object);
        lookAtWaitingOwners(old);
      },
      delete(object) {
        const { uid = '' } = object.metadata ?? {};
        graph.markGone(uid);
        for (const dependent of graph.dependentsOf(uid)) look(dependent.ref, dependent.object);
        lookAtWaitingOwners(object);
      },
    });
  }

  function look(ref: KindRef, object: KubeObject): void {
    controller.enqueue(graph.keyOf({ ref, object }));
  }

  /** An owner that waits for what depends on it may have waited for this. */
  function lookAtWaitingOwners(object: KubeObject): void {
    for (const reference of object.metadata?.ownerReferences ?? []) {
      const owner = graph.ownerOf(object, reference);
      if (owner && isLeaving(owner.object)) look(owner.ref, owner.object);
    }
  }

  async function reconcile(key: string): Promise<void> {
    const member = graph.byKey(key);
    if (!member) return;
    const { object } = member;
    const leaving = object.metadata?.deletionTimestamp !== undefined;
    const plan = decide({
      object,
      ownerStates: leaving ? new Map() : await ownerStatesOf(member, graph, act),
      dependents: graph.dependentsOf(object.metadata?.uid ?? ''),
    });
    await apply(plan, member, act, (dependent) => look(dependent.ref, dependent.object));
  }
}

function isOfInterest({ metadata }: KubeObject): boolean {
  return metadata?.ownerReferences !== undefined || metadata?.deletionTimestamp !== undefined;
}

function changesOwnership({ metadata }: KubeObject, { metadata: old }: KubeObject): boolean {
  return (
    metadata?.deletionTimestamp !== old?.deletionTimestamp ||
    !deepEqual(metadata?.ownerReferences, old?.ownerReferences) ||
    !deepEqual(metadata?.finalizers, old?.finalizers)
  );
}
