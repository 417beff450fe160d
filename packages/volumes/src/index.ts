export { attachmentName, uniqueVolumeName, type VolumeIdentity } from './attachment.ts';
export { type Backends, createBackends } from './backends.ts';
export { BACKEND_ANNOTATION, driverOfProvisioner } from './drivers.ts';
export { folderName } from './folder-name.ts';
export type * from './node-disk.ts';
export type * from './node-volumes.ts';
export * from './port.ts';
export { isSimulatedSource, sourceOf, sourceOfPodVolume, type VolumeSource } from './source.ts';
