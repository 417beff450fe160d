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
