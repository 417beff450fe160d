import { type Backends, createBackends } from './backends.ts';
import { blockBackend } from './block/block.ts';
import { localBackend } from './local/local.ts';
import type { StorageBackend } from './port.ts';
import { sharedBackend } from './shared/shared.ts';

/**
 * The back ends that every process has.
 * @param more those that need something of the machine (git), and the user's own, which take the names of these
 */
export const defaultBackends = (more: readonly StorageBackend[] = []): Backends =>
  createBackends([localBackend, sharedBackend, blockBackend, ...more]);
