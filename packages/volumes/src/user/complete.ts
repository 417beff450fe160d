import { honouredParameters, withoutEffect } from '../parameters.ts';
import { BackendError, type BackendTraits, type StorageBackend } from '../port.ts';
import { createdVolume, expandedVolume, mountedFiles } from './check-results.ts';
import { pathOfVolume, type StorageBackendDefinition, volumeFolder } from './definition.ts';

const ONE_NODE = ['ReadWriteOnce', 'ReadWriteOncePod'];
const MANY_NODES = ['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod'];

/** What is in a class for others than the back end. */
export const ofOthers = (parameters: Readonly<Record<string, string>>): string[] =>
  withoutEffect(parameters, { honoured: [], withoutEffect: [] });

export function traitsOf({ traits = {}, attach }: StorageBackendDefinition): BackendTraits {
  const attaches = traits.attach ?? attach !== undefined;
  return { attach: attaches, onNode: false, accessModes: attaches ? ONE_NODE : MANY_NODES, expansion: 'online', ...traits };
}

/** A back end out of what its author wrote: with the defaults for what is left out, and each answer looked at. */
export function completeBackend(definition: StorageBackendDefinition): StorageBackend {
  const traits = traitsOf(definition);
  return {
    name: definition.name,
    drivers: definition.drivers ?? [],
    traits,
    parametersWithoutEffect: ofOthers,
    async create(request, side) {
      const { name, parameters: known } = definition;
      if (known) honouredParameters(name, request.parameters, { honoured: known, withoutEffect: [] });
      const result = definition.create ? await definition.create(request, side) : await makeFolder(request.name, side);
      return createdVolume(result, request, traits.onNode);
    },
    async delete(volume, side) {
      if (definition.delete) await definition.delete(volume, side);
      else await side.storage.remove(pathOfVolume(volume));
    },
    async expand(volume, capacityBytes, side) {
      if (traits.expansion === 'none') throw new BackendError('its volumes cannot grow');
      return expandedVolume(await definition.expand?.(volume, capacityBytes, side));
    },
    ...(definition.modify && {
      async modify(volume, parameters, side) {
        await definition.modify?.(volume, parameters, side);
      },
    }),
    async attach(volume, node, side) {
      await definition.attach?.(volume, node, side);
    },
    async detach(volume, node, side) {
      await definition.detach?.(volume, node, side);
    },
    mount: async (volume, side) => mountedFiles(await (definition.mount ? definition.mount(volume, side) : volumeFolder(volume, side))),
    async unmount(volume, side) {
      await definition.unmount?.(volume, side);
    },
  };
}

async function makeFolder(handle: string, side: Parameters<StorageBackend['create']>[1]): Promise<void> {
  await volumeFolder({ handle }, side);
}
