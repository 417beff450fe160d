import {
  BackendError,
  type BackendTraits,
  type ControllerSide,
  type CreatedVolume,
  type StorageBackend,
  type VolumeRef,
} from '@kubernats/volumes';

export interface SimpleBackendOptions extends Partial<BackendTraits> {
  /** Called before anything is done; what it throws is thrown. */
  before?(call: 'create' | 'delete' | 'expand' | 'modify', volume: string): void;
  /** Whether the node has something to do when a volume grows. */
  growsOnNode?: boolean;
  /** It cannot change what it has made. */
  fixed?: boolean;
}

/** The smallest storage back end: a folder a volume in its storage, or on a node's disk. Knows the parameter `type`. For tests of who uses back ends. */
export function simpleBackend({ before = () => {}, growsOnNode = false, fixed, ...traits }: SimpleBackendOptions = {}): StorageBackend {
  const { attach = false, onNode = false, accessModes = ['ReadWriteOnce'], expansion = 'online' } = traits;
  const nodeOf = ({ attributes }: VolumeRef, side: ControllerSide) => side.node(attributes.node ?? '');
  const checkParameters = (parameters: Readonly<Record<string, string>>): void => {
    const unknown = Object.keys(parameters).find((key) => key !== 'type');
    if (unknown !== undefined) throw new BackendError(`parameter ${JSON.stringify(unknown)} is unknown`);
  };
  const path = (handle: string, file = ''): string => `/${handle}${file}`;
  const write = (side: ControllerSide, handle: string, file: string, text: string): Promise<void> =>
    side.storage.write(path(handle, file), new TextEncoder().encode(text));
  const backend: StorageBackend = {
    name: 'block',
    drivers: ['disks.example.com'],
    traits: { attach, onNode, accessModes, expansion },
    async create({ name, capacityBytes, parameters, node }, side): Promise<CreatedVolume> {
      before('create', name);
      checkParameters(parameters);
      if (onNode) {
        await side.node(node ?? '').make(name);
        return { handle: name, attributes: { node: node ?? '' }, capacityBytes, node };
      }
      await side.storage.mkdir(path(name), { recursive: true });
      await write(side, name, '/size', String(capacityBytes));
      return { handle: name, attributes: {}, capacityBytes };
    },
    async delete(volume, side) {
      before('delete', volume.handle);
      if (onNode) await nodeOf(volume, side).remove(volume.handle);
      else await side.storage.remove(path(volume.handle));
    },
    async expand({ handle }, capacityBytes, side) {
      before('expand', handle);
      if (!onNode) await write(side, handle, '/size', String(capacityBytes));
      return { onNode: growsOnNode };
    },
    async attach() {},
    async detach() {},
    mount: async ({ handle }, side) => side.storage.scope(path(handle)),
    async unmount() {},
  };
  if (fixed) return backend;
  return {
    ...backend,
    async modify({ handle }, parameters, side) {
      before('modify', handle);
      checkParameters(parameters);
      await write(side, handle, '/type', parameters.type ?? '');
    },
  };
}
