// What the author of a storage back end gets: the package `@kubernats/storage-backend`.
export type { Clock, Timer } from '@kubernats/clock';
export { copyTree, type FileStat, type Files, FilesError, type Step } from '@kubernats/files';
export {
  BackendError,
  type BackendTraits,
  type ControllerSide,
  type CreateVolume,
  type NodeDisk,
  type NodeSide,
  type VolumeRef,
} from '../port.ts';
export { defineStorageBackend, type NewVolume, type StorageBackendDefinition, volumeFolder } from './definition.ts';
