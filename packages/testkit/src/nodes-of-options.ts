import { KUBELET_DEFAULTS, shapeOf } from '@kubernats/kubelet-sim';
import { nodeFile, nodeGroup, nodesOfGroups, shapeOfGroup } from '@kubernats/kubelet-sim/shape';
import { stageTable } from '@kubernats/kubelet-sim/stages';
import type { AddressPlan } from '@kubernats/net';
import { checked } from '@kubernats/runtime/user-files';
import type { Surroundings } from './components.ts';
import type { TestClusterOptions } from './options.ts';

const FILE = 'startCluster';

/** The nodes that a test's options describe. Throws for what is wrong in them, with the name of the field. */
export function nodesOfOptions(
  options: TestClusterOptions,
  plan: AddressPlan,
): Pick<Surroundings, 'nodes' | 'nodeShape' | 'stages' | 'pruneNodes'> {
  const {
    nodes = 1,
    nodeCpu: cpu,
    nodeMemory: memory,
    nodePods: pods,
    nodeLabels: labels,
    nodeTaints,
    fidelity,
    cpuThrottle,
    stages = {},
  } = options;
  const written = typeof nodes === 'number' ? (nodes === 0 ? [] : [{ count: nodes }]) : nodes;
  const taints = nodeTaints && [...nodeTaints];
  const shape = shapeOfGroup(checked(nodeGroup, { cpu, memory, pods, labels, taints, fidelity, cpuThrottle }, FILE));
  return {
    nodes: nodesOfGroups(checked(nodeFile, { nodes: written }, FILE).nodes, plan, FILE),
    nodeShape: shapeOf(KUBELET_DEFAULTS, shape),
    stages: checked(stageTable, stages, FILE),
    pruneNodes: false,
  };
}
