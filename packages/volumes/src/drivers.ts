const OWN_DOMAIN = '.kubernats.dev';

/** The driver that is a back end's own. */
export const ownDriver = (backend: string): string => `${backend}${OWN_DOMAIN}`;

/** On a CSIDriver: the back end that stands for the driver here, or `none` where the driver is a program of somebody else's. */
export const BACKEND_ANNOTATION = 'kubernats.dev/storage-backend';

/** The drivers that took over from what was once part of Kubernetes: by provisioner's name. Source: the Storage Classes concept, "Provisioner". */
const MIGRATED = new Map([
  ['kubernetes.io/aws-ebs', 'ebs.csi.aws.com'],
  ['kubernetes.io/azure-disk', 'disk.csi.azure.com'],
  ['kubernetes.io/azure-file', 'file.csi.azure.com'],
  ['kubernetes.io/cinder', 'cinder.csi.openstack.org'],
  ['kubernetes.io/gce-pd', 'pd.csi.storage.gke.io'],
  ['kubernetes.io/portworx-volume', 'pxd.portworx.com'],
  ['kubernetes.io/vsphere-volume', 'csi.vsphere.vmware.com'],
]);

/** A provisioner of Kubernetes' own: nobody else answers to such a name. */
const IN_TREE = 'kubernetes.io/';

/** Who is asked for volumes of a class with this provisioner; undefined: nobody makes any (`kubernetes.io/no-provisioner` is one such name). */
export function driverOfProvisioner(provisioner: string): string | undefined {
  return MIGRATED.get(provisioner) ?? (provisioner.startsWith(IN_TREE) ? undefined : provisioner);
}

/** What the CSI drivers' names are like; provisioners that are older than CSI have others (`rancher.io/local-path`). Source: the CSIDriver API. */
const CSI_DRIVER = /^(?=.{1,63}$)[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;

/** The driver that a PersistentVolume names, which a back end made for a provisioner: its own name where that cannot be a driver's. */
export const csiDriverFor = (provisioner: string, backend: string): string =>
  CSI_DRIVER.test(provisioner) ? provisioner : ownDriver(backend);

/** A driver as a `VolumeRef` names it. */
export const otherDriver = (driver: string): string | undefined => (driver.endsWith(OWN_DOMAIN) ? undefined : driver);
