export { type Backends, createBackends } from './backends.ts';
export { BACKEND_ANNOTATION, driverOfProvisioner } from './drivers.ts';
export { machineGit } from './git/adapters/machine-git.ts';
export type { Git } from './git/git.ts';
export { createGitBackend } from './git/git-backend.ts';
export type * from './node-disk.ts';
export type * from './node-volumes.ts';
export * from './port.ts';
export { sourceOf, type VolumeSource } from './source.ts';
