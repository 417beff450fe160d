import type { Files } from '@kubernats/files';
import type { MountRequest, NodeVolumes, StorageBackend, VolumeRef } from '@kubernats/volumes';
import type { Faults } from './faults.ts';
import { World } from './world.ts';

export interface StorageBackendSubject {
  backend: StorageBackend;
  /** What storage and the nodes' disks are to lie in. Empty. */
  root: Files;
  /**
   * For a back end that makes no volumes: one as an administrator writes it, with at least one file in it. The name is any text, and the handle. Volumes of
   * two names have different files.
   */
  written?(name: string): Promise<VolumeRef>;
  close(): Promise<void>;
}

/** One volume in its life, as the controller and the kubelets drive it. */
export class VolumeLife {
  readonly subject: StorageBackendSubject;
  readonly name: string;

  constructor(subject: StorageBackendSubject, name: string) {
    this.subject = subject;
    this.name = name;
  }

  world(faults?: Faults): World {
    return new World(this.subject.root, this.subject.backend, faults);
  }

  async create(faults?: Faults): Promise<VolumeRef> {
    const { backend, written } = this.subject;
    if (written) return written(this.name);
    const { handle, attributes } = await backend.create(
      { name: this.name, capacityBytes: CAPACITY_BYTES, parameters: {}, node: 'node1' },
      await this.world(faults).controller(),
    );
    return { handle, attributes };
  }

  async attach(volume: VolumeRef, node: string, faults?: Faults): Promise<void> {
    if (this.subject.backend.traits.attach) await this.subject.backend.attach(volume, node, await this.world(faults).controller());
  }

  async detach(volume: VolumeRef, node: string, faults?: Faults): Promise<void> {
    if (this.subject.backend.traits.attach) await this.subject.backend.detach(volume, node, await this.world(faults).controller());
  }

  async delete(volume: VolumeRef, faults?: Faults): Promise<void> {
    await this.subject.backend.delete(volume, await this.world(faults).controller());
  }

  request(volume: VolumeRef, more: Partial<MountRequest> = {}): MountRequest {
    return { backend: this.subject.backend, volume, capacityBytes: CAPACITY_BYTES, readOnly: false, pod: 'pod1', ...more };
  }

  /** Attached and mounted. */
  async use(node = 'node1'): Promise<{ volume: VolumeRef; files: Files; volumes: NodeVolumes }> {
    const volume = await this.create();
    await this.attach(volume, node);
    const volumes = await this.world().node(node);
    return { volume, files: await volumes.mount(this.request(volume)), volumes };
  }
}

export const CAPACITY_BYTES = 1000;
