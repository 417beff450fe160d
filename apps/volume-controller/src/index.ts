export {
  createVolumeController,
  type VolumeController,
  type VolumeControllerConfig,
  type VolumeControllerDeps,
} from './create-volume-controller.ts';
