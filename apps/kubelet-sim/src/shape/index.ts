// What the cli and testkit need to know of nodes without loading a kubelet.
export { cpuThrottle, fidelity, labels, podCount, quantity, taint } from './fields.ts';
export { labelsFlag, taintsFlag } from './flags.ts';
export { type NodeGroup, type NodeGroupInput, nodeFile, nodeGroup } from './node-group.ts';
export { namesOfGroups, nodesOfGroups, shapeOfGroup } from './nodes-of-groups.ts';
export { readNodeFile } from './read-node-file.ts';
