import type { KnownParameters } from '../parameters.ts';
import { PERFORMANCE_PARAMETERS } from './performance.ts';

/** Drivers of disks that are attached to one node at a time, by their projects' own names. */
export const BLOCK_DRIVERS: readonly string[] = [
  'ebs.csi.aws.com',
  'ebs.csi.eks.amazonaws.com',
  'pd.csi.storage.gke.io',
  'disk.csi.azure.com',
  'cinder.csi.openstack.org',
  'csi.vsphere.vmware.com',
  'pxd.portworx.com',
  'rbd.csi.ceph.com',
  'rook-ceph.rbd.csi.ceph.com',
  'dobs.csi.digitalocean.com',
  'csi.hetzner.cloud',
  'linodebs.csi.linode.com',
  'block.csi.vultr.com',
  'csi.scaleway.com',
  'csi.exoscale.com',
  'csi.civo.com',
  'storage.csi.upcloud.com',
  'blockvolume.csi.oraclecloud.com',
  'vpc.block.csi.ibm.io',
  'diskplugin.csi.alibabacloud.com',
  'disk.csi.everest.io',
  'com.nutanix.csi',
  'csi.proxmox.sinextra.dev',
  'driver.longhorn.io',
  'io.openebs.csi-mayastor',
  'cstor.csi.openebs.io',
  'linstor.csi.linbit.com',
  'csi.trident.netapp.io',
  'csi-vxflexos.dellemc.com',
  'csi.storageos.com',
  'flocker.kubernetes.io',
];

/** What names the disk's type, by driver: the first one counts. */
export const TYPE_PARAMETERS = ['type', 'skuName', 'storageAccountType'];

/** Parameters of the drivers above, as their documentation has them. */
export const BLOCK_PARAMETERS: KnownParameters = {
  honoured: [...TYPE_PARAMETERS, ...PERFORMANCE_PARAMETERS],
  withoutEffect: [
    'fsType',
    // ebs.csi.aws.com, and the in-tree kubernetes.io/aws-ebs
    'iops',
    'iopsPerGB',
    'allowAutoIOPSPerGBIncrease',
    'throughput',
    'encrypted',
    'kmsKeyId',
    'blockExpress',
    'blockSize',
    'zone',
    'zones',
    // pd.csi.storage.gke.io
    'replication-type',
    'disk-encryption-kms-key',
    'labels',
    'provisioned-iops-on-create',
    'provisioned-throughput-on-create',
    'storage-pools',
    'enable-confidential-storage',
    // disk.csi.azure.com
    'kind',
    'cachingMode',
    'location',
    'resourceGroup',
    'DiskIOPSReadWrite',
    'DiskMBpsReadWrite',
    'LogicalSectorSize',
    'tags',
    'diskEncryptionSetID',
    'diskEncryptionType',
    'enableBursting',
    'maxShares',
    'networkAccessPolicy',
    'perfProfile',
    // cinder.csi.openstack.org
    'availability',
    // csi.vsphere.vmware.com
    'storagePolicyName',
    'datastore',
    'datastoreURL',
    'diskformat',
    // pxd.portworx.com, driver.longhorn.io
    'repl',
    'io_profile',
    'priority_io',
    'numberOfReplicas',
    'staleReplicaTimeout',
    'fromBackup',
    'dataLocality',
    'migratable',
    'dataEngine',
    // rbd.csi.ceph.com
    'clusterID',
    'pool',
    'dataPool',
    'imageFormat',
    'imageFeatures',
    'mounter',
    'thickProvision',
    'volumeNamePrefix',
  ],
};

/** What a VolumeAttributesClass may say: all but what is over once the disk is made. */
export const CHANGEABLE_PARAMETERS: KnownParameters = {
  honoured: BLOCK_PARAMETERS.honoured.filter((name) => name !== 'createTime'),
  withoutEffect: BLOCK_PARAMETERS.withoutEffect,
};
