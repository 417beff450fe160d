import { folderName, namesOn } from '../folder-name.ts';
import { honouredParameters, withoutEffect, wordOf } from '../parameters.ts';
import { plainFolder, removePlainFolder } from '../plain-folder.ts';
import { BackendError, type StorageBackend } from '../port.ts';
import { SHARED_DRIVERS, SHARED_PARAMETERS } from './drivers.ts';
import { placeOf, shareOf } from './place.ts';

/**
 * A network share that every node reads and writes at once. `server` and `share` among the attributes say which one; a volume that was made is a folder
 * in it (`subdir`). Source: Kubernetes, "Volumes", "nfs"; csi-driver-nfs, "Driver parameters".
 */
export const sharedBackend: StorageBackend = {
  name: 'shared',
  drivers: SHARED_DRIVERS,
  traits: {
    attach: false,
    onNode: false,
    accessModes: ['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod'],
    expansion: 'online',
  },
  parametersWithoutEffect: (parameters) => withoutEffect(parameters, SHARED_PARAMETERS),

  async create({ name, capacityBytes, parameters }, side) {
    const honoured = honouredParameters('shared', parameters, SHARED_PARAMETERS);
    const onDelete = wordOf('onDelete', honoured.get('onDelete'), ['delete', 'retain']);
    const { server, share } = shareOf(honoured);
    const attributes = { ...(server !== undefined && { server }), share, subdir: name, ...(onDelete === 'retain' && { onDelete }) };
    const way = [...(server === undefined ? [] : [server]), ...namesOn(share), name];
    const volume = { handle: way.map(folderName).join('/'), attributes };
    const folder = await plainFolder(side.storage, placeOf(volume));
    await folder.chmod('/', modeOf(honoured.get('mountPermissions') ?? honoured.get('directoryPerms')));
    return { ...volume, capacityBytes };
  },
  async delete(volume, side) {
    const { server, source, subdir, onDelete } = volume.attributes;
    if ((server ?? source) !== undefined && subdir === undefined) {
      throw new BackendError(`volume "${volume.handle}" is a whole share, which was not made here: it must be removed by hand`);
    }
    if (onDelete !== 'retain') await removePlainFolder(side.storage, placeOf(volume));
  },
  // The size is the border that the nodes hold.
  expand: async () => ({ onNode: true }),
  async attach() {},
  async detach() {},
  async mount(volume, { storage }) {
    const names = placeOf(volume);
    const isMade = volume.attributes.subdir !== undefined;
    if (isMade && !storage.lookup(`/${names.join('/')}`)) throw new BackendError(`volume "${volume.handle}" is not there any more`);
    return plainFolder(storage, names);
  },
  async unmount() {},
};

/** As `chmod` has it, in octal digits. */
function modeOf(text = '0777'): number {
  if (!/^[0-7]{1,4}$/.test(text)) throw new BackendError(`${JSON.stringify(text)} are no permissions: write them as in 0755`);
  return Number.parseInt(text, 8);
}
