import type { PersistentVolumeSpec, Volume } from '@kubernats/api';
import { otherDriver } from './drivers.ts';
import { namesOn } from './folder-name.ts';

/** Who speaks of a source: some sources mean their own name or namespace when they say none. */
export interface SourceOwner {
  /** The PersistentVolume's, or the volume's in its Pod. */
  readonly name: string;
  readonly namespace: string;
}

/** What a field says, as far as it tells volumes apart. */
interface InTreeVolume {
  readonly handle: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly readOnly?: boolean | undefined;
}

/** A source that was once part of Kubernetes: who has it now, and how its volume is called there. */
interface InTreeSource {
  readonly field: string;
  readonly driver: string;
  read(sources: Sources, owner: SourceOwner): InTreeVolume | undefined;
}

type Field = keyof PersistentVolumeSpec | keyof Volume;
type FieldOf<T, F> = F extends keyof T ? T[F] : undefined;
/** A field is the same in both, but for where its Secret is. */
type Sources = { readonly [F in Field]?: FieldOf<PersistentVolumeSpec, F> | FieldOf<Volume, F> };

const DISK = 'block.kubernats.dev';
const SHARE = 'shared.kubernats.dev';

/**
 * The sources of PersistentVolumes and Pods that are neither CSI nor a node's own. Where a CSI driver took over, the handles are those that Kubernetes' own
 * translation gives it, so that a volume has one handle whichever way it is written. Source: KEP-625, "In-tree storage plugin to CSI migration".
 */
export const IN_TREE_SOURCES: readonly InTreeSource[] = [
  row('nfs', SHARE, ({ server, path, readOnly }) => ({ ...share(server, path), readOnly })),
  row('awsElasticBlockStore', 'ebs.csi.aws.com', ({ volumeID, partition, readOnly }) => ({
    handle: partitionOf(volumeID.replace(/^aws:\/\/[^/]*\//, ''), partition),
    readOnly,
  })),
  row('gcePersistentDisk', 'pd.csi.storage.gke.io', ({ pdName, partition, readOnly }) => ({
    handle: partitionOf(`projects/UNSPECIFIED/zones/UNSPECIFIED/disks/${pdName}`, partition),
    readOnly,
  })),
  row('azureDisk', 'disk.csi.azure.com', ({ diskURI, readOnly }) => ({ handle: diskURI, readOnly })),
  row('azureFile', 'file.csi.azure.com', (source, { namespace }) => {
    const of = ('secretNamespace' in source && source.secretNamespace) || namespace;
    // The Secret names the account. Which one it is, nobody can tell without it; Secrets of two namespaces may name two.
    return { ...share(`${source.secretName}.${of}`, source.shareName), readOnly: source.readOnly };
  }),
  row('cinder', 'cinder.csi.openstack.org', ({ volumeID, readOnly }) => ({ handle: volumeID, readOnly })),
  row('vsphereVolume', 'csi.vsphere.vmware.com', ({ volumePath }) => ({ handle: volumePath })),
  row('portworxVolume', 'pxd.portworx.com', ({ volumeID, readOnly }) => ({ handle: volumeID, readOnly })),
  row('iscsi', DISK, ({ targetPortal, iqn, lun, readOnly }) => ({ handle: handleOf(targetPortal, iqn, `lun-${lun}`), readOnly })),
  row('fc', DISK, ({ wwids = [], targetWWNs = [], lun, readOnly }) => ({
    handle: wwids.length > 0 ? handleOf('wwid', ...wwids) : handleOf('wwn', ...targetWWNs, `lun-${lun}`),
    readOnly,
  })),
  row('rbd', DISK, ({ monitors, pool, image, readOnly }) => ({ handle: handleOf(monitors.join(','), pool || 'rbd', image), readOnly })),
  row('cephfs', SHARE, ({ monitors, path, readOnly }) => ({ ...share(monitors.join(','), path || '/'), readOnly })),
  row('glusterfs', SHARE, (source, { namespace }) => {
    const of = ('endpointsNamespace' in source && source.endpointsNamespace) || namespace;
    return { ...share(`${source.endpoints}.${of}`, source.path), readOnly: source.readOnly };
  }),
  row('quobyte', SHARE, ({ registry, tenant, volume, readOnly }) => ({
    ...share(registry, handleOf(...(tenant ? [tenant] : []), volume)),
    readOnly,
  })),
  row('flexVolume', SHARE, ({ driver, options = {}, readOnly }) => ({
    handle: handleOf(
      driver,
      ...Object.keys(options)
        .sort()
        .map((key) => `${key}=${options[key]}`),
    ),
    readOnly,
  })),
  row('scaleIO', DISK, ({ gateway, system, volumeName = '', readOnly }) => ({ handle: handleOf(gateway, system, volumeName), readOnly })),
  row('storageos', DISK, ({ volumeName, volumeNamespace, readOnly }, { name, namespace }) => ({
    handle: handleOf(volumeNamespace || namespace, volumeName || name),
    readOnly,
  })),
  row('flocker', DISK, ({ datasetUUID, datasetName = '' }) => ({ handle: datasetUUID || handleOf('name', datasetName) })),
  row('photonPersistentDisk', DISK, ({ pdID }) => ({ handle: pdID })),
];

function row<F extends Field>(
  field: F,
  driver: string,
  read: (source: NonNullable<Sources[F]>, owner: SourceOwner) => InTreeVolume,
): InTreeSource {
  return {
    field,
    driver,
    read(sources, owner) {
      const source = sources[field];
      const volume = source && read(source, owner);
      // What has no driver of its own keeps to itself in the back end's: a Pod's author writes what he likes there.
      const isOwn = otherDriver(driver) === undefined && !volume?.attributes;
      return volume && isOwn ? { ...volume, handle: `${field}/${volume.handle}` } : volume;
    },
  };
}

/** A folder of a server: two that say the same place, however they spell it, mean the same volume. */
function share(server: string, path: string): InTreeVolume {
  const names = namesOn(path);
  return { handle: [server, ...names].map(part).join('/'), attributes: { server, share: `/${names.join('/')}` } };
}

/** A partition of a disk is a volume of its own. */
const partitionOf = (disk: string, partition: number | undefined): string => (partition ? `${disk}/partition-${partition}` : disk);

const handleOf = (...parts: readonly string[]): string => parts.map(part).join('/');

/** So that no two lists of parts are joined to the same text. */
const part = (text: string): string => text.replace(/[%/]/g, encodeURIComponent);
