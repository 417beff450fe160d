import type { CSIDriver, Node, PersistentVolume, PersistentVolumeClaim, VolumeAttachment } from '@kubernats/api';
import type { Clock } from '@kubernats/clock';
import { createMemoryFiles, type Files } from '@kubernats/files';
import {
  attachmentName,
  BackendError,
  type Backends,
  type BackendTraits,
  createBackends,
  type StorageBackend,
  uniqueVolumeName,
} from '@kubernats/volumes';
import type { FakeApi } from './fake-api.ts';

const TRAITS: BackendTraits = { attach: false, onNode: false, accessModes: ['ReadWriteOnce'], expansion: 'online' };

/** Storage outside of the nodes, and what was asked of it: a share (`share.example.com`), a disk (`disk.example.com`), and paths of nodes. */
export class StorageFixture {
  readonly clock: Clock;
  readonly files: Files;
  readonly backends: Backends;
  /** `mount node1 disk-1`, … */
  readonly calls: string[] = [];
  /** Why the next calls fail; undefined: they do not. */
  failure: string | undefined;

  constructor(clock: Clock) {
    this.clock = clock;
    this.files = createMemoryFiles(clock);
    const local = this.#backend('local', { onNode: true });
    this.backends = createBackends([
      this.#backend('shared', {}, 'share.example.com'),
      this.#backend('block', { attach: true }, 'disk.example.com', 'ebs.csi.aws.com'),
      { ...local, mount: async ({ attributes }, side) => side.path(attributes.path ?? '', attributes.type ?? '') },
    ]);
  }

  #backend(name: string, traits: Partial<BackendTraits>, ...drivers: string[]): StorageBackend {
    const refused = async (): Promise<never> => {
      throw new BackendError('not asked of a node');
    };
    const note = (call: string): void => {
      this.calls.push(call);
      if (this.failure !== undefined) throw new BackendError(this.failure);
    };
    return {
      ...{ name, drivers, traits: { ...TRAITS, ...traits } },
      ...{ create: refused, delete: refused, expand: refused, attach: refused, detach: refused },
      async mount({ handle }, { name: node, storage }) {
        note(`mount ${node} ${handle}`);
        const path = `/${encodeURIComponent(handle)}`;
        await storage.mkdir(path, { recursive: true });
        return storage.scope(path);
      },
      async unmount({ handle }, { name: node }) {
        if (name !== 'local') note(`unmount ${node} ${handle}`);
      },
    };
  }
}

export interface ClaimShape {
  handle?: string;
  driver?: string;
  claim?: string;
  capacity?: string;
  accessModes?: string[];
  spec?: Partial<NonNullable<PersistentVolume['spec']>>;
  status?: PersistentVolumeClaim['status'];
}

/** A claim `data` that is bound to a volume `pv-<claim>`. */
export function putClaim(api: FakeApi, shape: ClaimShape = {}): void {
  const { claim = 'data', handle = 'disk-1', driver = 'share.example.com', capacity = '1Gi', accessModes = ['ReadWriteOnce'] } = shape;
  const [volumeName, uid] = [`pv-${claim}`, `uid-of-${claim}`];
  api.put('persistentvolumes', {
    metadata: { name: volumeName },
    spec: {
      ...{ capacity: { storage: capacity }, accessModes, claimRef: { namespace: 'default', name: claim, uid } },
      ...(shape.spec ?? { csi: { driver, volumeHandle: handle } }),
    },
  } as PersistentVolume);
  api.put('persistentvolumeclaims', {
    metadata: { name: claim, namespace: 'default', uid },
    spec: { volumeName, accessModes },
    status: { phase: 'Bound', capacity: { storage: capacity }, ...shape.status },
  } as PersistentVolumeClaim);
}

/** What the attach-detach controller writes: the attachment first, then the Node. */
export function attach(api: FakeApi, node: string, driver = 'disk.example.com', handle = 'disk-1'): void {
  const source = { field: 'csi', driver, volume: { handle, attributes: {} }, readOnly: false };
  api.put('volumeattachments', {
    metadata: { name: attachmentName(source, node) },
    spec: { attacher: driver, nodeName: node, source: { persistentVolumeName: 'pv-data' } },
    status: { attached: true },
  } as VolumeAttachment);
  const found = api.get<Node>('nodes', node);
  const volumesAttached = [{ name: uniqueVolumeName(source), devicePath: '' }];
  api.put('nodes', { ...found, metadata: { name: node, ...found?.metadata }, status: { ...found?.status, volumesAttached } } as Node);
}

export const driverOf = (name: string, spec: Partial<CSIDriver['spec']> = {}): CSIDriver => ({ metadata: { name }, spec });
