import type { Clock } from '@kubernats/clock';
import type { Amounts, ClusterEventView, NodeView, ClusterView as PluginsCluster } from '@kubernats/scheduler-plugin';
import type { ClusterEvent } from '../framework/cluster-event.ts';
import type { ClusterView } from '../framework/plugin.ts';
import type { WaitingPods } from '../framework/waiting-pods.ts';
import type { NodeInfo } from '../snapshot/node-info.ts';
import type { Resources } from '../snapshot/resources.ts';

const views = new WeakMap<NodeInfo, NodeView>();

/** A node as plug-ins of users see it. The same for the same node, and always as the node is. */
export function nodeView(info: NodeInfo): NodeView {
  const known = views.get(info);
  if (known) return known;
  const view: NodeView = {
    name: info.name,
    get labels() {
      return info.node?.metadata?.labels ?? {};
    },
    get annotations() {
      return info.node?.metadata?.annotations ?? {};
    },
    get object() {
      return info.node ?? {};
    },
    get pods() {
      return Array.from(info.pods, ({ pod }) => pod);
    },
    get allocatable() {
      return { ...amounts(info.allocatable), pods: info.allocatablePods };
    },
    get requested() {
      return { ...amounts(info.requested), pods: info.podCount };
    },
  };
  views.set(info, view);
  return view;
}

const amounts = ({ cpuMilli, memoryBytes, ephemeralStorageBytes, other }: Resources): Amounts => ({
  ...Object.fromEntries(other),
  ...{ cpu: cpuMilli, memory: memoryBytes, 'ephemeral-storage': ephemeralStorageBytes },
});

/** The cluster as this plug-in sees it. */
export function clusterFor(
  plugin: string,
  { cluster, waiting }: { cluster: Pick<ClusterView, 'nodes' | 'node'>; waiting: WaitingPods },
  clock: Clock,
): PluginsCluster {
  return {
    get nodes() {
      return cluster.nodes.map(nodeView);
    },
    node(name) {
      const info = cluster.node(name);
      return info && nodeView(info);
    },
    get waitingPods() {
      return waiting.all.map((each) => ({
        pod: each.info.pod,
        node: each.nodeName,
        heldBy: each.heldBy,
        allow: () => each.allow(plugin),
        reject: (message: string) => each.reject(plugin, message),
      }));
    },
    now: () => clock.now(),
  };
}

export function eventView(event: ClusterEvent): ClusterEventView {
  if (event.resource !== 'Pod') return event;
  const { resource, action, object, old, nodeName } = event;
  return { resource, action, pod: object.pod, old: old?.pod, node: nodeName };
}
