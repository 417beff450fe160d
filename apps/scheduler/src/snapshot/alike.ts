import type { Node, Pod } from '@kubernats/api';
import { deepEqual } from '@kubernats/apimachinery';

/** Whether all that plug-ins look at of a node is the same: its conditions, with the times of its heartbeats, are not. */
export function alikeNodes(a: Node, b: Node): boolean {
  return (
    deepEqual(a.spec, b.spec) &&
    deepEqual(a.metadata?.labels, b.metadata?.labels) &&
    deepEqual(a.metadata?.annotations, b.metadata?.annotations) &&
    deepEqual({ ...a.status, conditions: undefined }, { ...b.status, conditions: undefined })
  );
}

/** Whether a Pod is the same to other Pods: binding it changes no more than where it is. */
export function alikePods({ metadata: a, spec: own }: Pod, { metadata: b, spec: other }: Pod): boolean {
  return (
    a?.uid === b?.uid &&
    a?.deletionTimestamp === b?.deletionTimestamp &&
    deepEqual(a?.labels, b?.labels) &&
    deepEqual(a?.annotations, b?.annotations) &&
    (own === other || deepEqual({ ...own, nodeName: undefined }, { ...other, nodeName: undefined }))
  );
}
