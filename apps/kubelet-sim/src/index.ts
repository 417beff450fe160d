export { DEFAULTS as KUBELET_DEFAULTS, type KubeletSimConfig, type NodeConfig, type NodeShape, POOL_LABEL, shapeOf } from './config.ts';
export { createKubeletSim, type KubeletSim, type KubeletSimDeps } from './kubelet-sim.ts';
export type { ControlAnswer, ControlRequest } from './node/control.ts';
export { nodesOf } from './options.ts';
