export { type Backends, createBackends, OWN_DOMAIN } from './backends.ts';
export { BACKEND_ANNOTATION, driverOfProvisioner } from './drivers.ts';
export { folderName } from './folder-name.ts';
export { VolumeSpaces } from './mounts/volume-spaces.ts';
export { askNodeDisk, createNodeDisk, type NodeDiskAnswer, type NodeDiskQuestion, serveNodeDisk, volumePath } from './node-disk.ts';
export { createNodeVolumes, type MountedVolume, type MountRequest, type NodeVolumes, type NodeVolumesDeps } from './node-volumes.ts';
export * from './port.ts';
export { isSimulatedSource, sourceOf, sourceOfPodVolume, type VolumeSource } from './source.ts';
export { storageOf } from './storage-of.ts';
