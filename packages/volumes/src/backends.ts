import type { CSIDriver } from '@kubernats/api';
import { BACKEND_ANNOTATION, ownDriver } from './drivers.ts';
import type { StorageBackend } from './port.ts';

/** The back ends that a process has. */
export interface Backends {
  readonly all: readonly StorageBackend[];
  get(name: string): StorageBackend | undefined;
  /**
   * The back end that stands for a CSI driver (or provisioner) of this name. A driver that no back end names needs a CSIDriver object, as somebody
   * installed it: without the annotation, one that attaches is a cloud's disk, and one that does not a network share.
   */
  ofDriver(driver: string, installed: CSIDriver | undefined): StorageBackend | undefined;
}

/** A later back end takes the names of an earlier one: a user's own win. */
export function createBackends(backends: readonly StorageBackend[]): Backends {
  const byName = new Map<string, StorageBackend>();
  const byDriver = new Map<string, StorageBackend>();
  for (const backend of backends) {
    byName.set(backend.name, backend);
    for (const driver of [ownDriver(backend.name), ...backend.drivers]) byDriver.set(driver, backend);
  }
  return {
    all: [...byName.values()],
    get: (name) => byName.get(name),
    ofDriver(driver, installed) {
      const named = installed?.metadata?.annotations?.[BACKEND_ANNOTATION];
      if (named !== undefined) return byName.get(named);
      const known = byDriver.get(driver);
      if (known || !installed) return known;
      return byName.get(installed.spec.attachRequired === false ? 'shared' : 'block');
    },
  };
}
