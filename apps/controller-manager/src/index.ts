export { COLLECTED_KINDS } from './collected-kinds.ts';
export type { ControllerManagerConfig } from './config.ts';
export {
  type ControllerManager,
  type ControllerManagerDeps,
  type ControllerManagerOptions,
  createControllerManager,
} from './create-controller-manager.ts';
export { AUTOSCALING_DEFAULTS } from './horizontal-pod-autoscaling/settings.ts';
