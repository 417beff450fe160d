import type { PersistentVolume, PersistentVolumeClaim } from '@kubernats/api';

export function volume(name: string, storage: string, spec: PersistentVolume['spec'] = {}): PersistentVolume {
  // Only a driver's volumes have attributes.
  const source = spec.volumeAttributesClassName
    ? { csi: { driver: 'disks.example.com', volumeHandle: name } }
    : { hostPath: { path: `/srv/${name}` } };
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name },
    spec: { capacity: { storage }, accessModes: ['ReadWriteOnce'], ...source, ...spec },
  };
}

export function claim(name: string, storage: string, spec: PersistentVolumeClaim['spec'] = {}): PersistentVolumeClaim {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, namespace: 'default' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } }, ...spec },
  };
}
