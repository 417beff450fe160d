import { folderName, namesOn } from '../folder-name.ts';
import { BackendError, type VolumeRef } from '../port.ts';

/** Volumes that name no server: by their handles alone. No server is called so, as its name would be escaped. */
const BY_HANDLE = '@volumes';
/** Where volumes lie that are made for a class which names no server: there is none that a Pod could name to see them all. */
const NO_SERVER = '@default';

/** Where a volume lies in the storage: `<server>/<path>`. Throws `BackendError` where it names no server: its top would be everybody's. */
export function placeOf({ handle, driver, attributes }: VolumeRef): string[] {
  const { server, share = '/', source, subdir } = attributes;
  const sub = subdir === undefined ? [] : [folderName(subdir)];
  if (server !== undefined) return [folderName(server), ...namesOn(share).map(folderName), ...sub];
  if (source !== undefined) {
    const names = namesOn(source);
    if (names.length === 0)
      throw new BackendError(`attribute "source": ${JSON.stringify(source)} names no server: write it as //server/share`);
    return [...names.map(folderName), ...sub];
  }
  if (subdir !== undefined) return [NO_SERVER, ...namesOn(share).map(folderName), ...sub];
  return [BY_HANDLE, ...(driver === undefined ? [] : [`@${folderName(driver)}`]), folderName(handle)];
}

/**
 * The share that a class's parameters name, as the driver has it: a server's (NFS), a file system's (EFS), or `//server/share` (SMB). A class may leave
 * the server out.
 */
export function shareOf(parameters: ReadonlyMap<string, string>): { server: string | undefined; share: string } {
  const [sourceServer, ...sourceShare] = namesOn(parameters.get('source') ?? '');
  const server = parameters.get('server') ?? parameters.get('fileSystemId') ?? sourceServer;
  const share = parameters.get('share') ?? parameters.get('basePath') ?? sourceShare.join('/');
  return { server, share: `/${namesOn(share).join('/')}` };
}
