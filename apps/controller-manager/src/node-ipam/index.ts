import { type Node, Nodes } from '@kubernats/api';
import { referenceTo } from '@kubernats/client';
import { createController } from '@kubernats/controller';
import type { ControllerContext, Loop } from '../context.ts';
import { PodRanges } from './pod-ranges.ts';

/** Gives every Node a range for the addresses of its Pods. Source: kube-controller-manager's `--allocate-node-cidrs`. */
export function nodeIpamController(context: ControllerContext): Loop {
  const { client, informers, config } = context;
  if (config.clusterCidr === undefined) return { run: async () => {} };
  const ranges = new PodRanges(config.clusterCidr, config.nodeCidrMaskSize);
  const events = context.recorder('cidrAllocator');
  const nodes = informers.of(Nodes);
  const controller = createController({ ...context, name: 'node-ipam', reconcile });
  // Before the first range is given, all that are held are known.
  nodes.addHandler({ add: note, update: note, delete: ({ metadata }) => ranges.release(metadata?.name ?? '') });
  controller.watch(nodes);
  return controller;

  function note({ metadata, spec }: Node): void {
    if (spec?.podCIDR) ranges.occupy(metadata?.name ?? '', spec.podCIDR);
  }

  async function reconcile(name: string): Promise<void> {
    const node = nodes.get(name);
    if (!node || node.spec?.podCIDR) return;
    const podCIDR = ranges.take(name);
    if (podCIDR === undefined) {
      events.event(referenceTo(Nodes, node), 'Normal', 'CIDRNotAvailable', `Node ${name} status is now: CIDRNotAvailable`);
      throw new Error(`no range of ${config.clusterCidr} is left for node ${name}`);
    }
    const patch = { metadata: { uid: node.metadata?.uid }, spec: { podCIDR, podCIDRs: [podCIDR] } };
    await client.kind(Nodes).patch(name, undefined, 'merge', patch);
  }
}
