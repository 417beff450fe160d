import type { PersistentVolumeSpec, Pod, Volume } from '@kubernats/api';
import { describe, expect, it } from 'vitest';
import { isSimulatedSource, sourceOf, sourceOfPodVolume } from './source.ts';

const ofVolume = (spec: PersistentVolumeSpec) => sourceOf({ metadata: { name: 'pv' }, spec: { ...spec, claimRef: { namespace: 'shop' } } });
const pod: Pod = { metadata: { uid: 'u1', namespace: 'shop' } };
const ofPod = (volume: Omit<Volume, 'name'>) => sourceOfPodVolume({ name: 'data', ...volume }, pod);

const TABLE: readonly [PersistentVolumeSpec & Omit<Volume, 'name'>, string, string, Record<string, string>?][] = [
  [{ nfs: { server: 'nas', path: '/a//b/../c/' } }, 'shared.kubernats.dev', 'nas/a/c', { server: 'nas', share: '/a/c' }],
  [{ awsElasticBlockStore: { volumeID: 'aws://eu-1a/vol-1' } }, 'ebs.csi.aws.com', 'vol-1'],
  [{ awsElasticBlockStore: { volumeID: 'vol-1', partition: 2 } }, 'ebs.csi.aws.com', 'vol-1/partition-2'],
  [{ gcePersistentDisk: { pdName: 'disk' } }, 'pd.csi.storage.gke.io', 'projects/UNSPECIFIED/zones/UNSPECIFIED/disks/disk'],
  [{ azureDisk: { diskName: 'd', diskURI: '/subscriptions/s/d' } }, 'disk.csi.azure.com', '/subscriptions/s/d'],
  [
    { azureFile: { secretName: 'account', shareName: 'files' } },
    'file.csi.azure.com',
    'account.shop/files',
    { server: 'account.shop', share: '/files' },
  ],
  [{ cinder: { volumeID: 'c1' } }, 'cinder.csi.openstack.org', 'c1'],
  [{ vsphereVolume: { volumePath: '[store] a/b.vmdk' } }, 'csi.vsphere.vmware.com', '[store] a/b.vmdk'],
  [{ portworxVolume: { volumeID: 'p1' } }, 'pxd.portworx.com', 'p1'],
  [{ iscsi: { targetPortal: '10.0.0.1:3260', iqn: 'iqn.a', lun: 0 } }, 'block.kubernats.dev', 'iscsi/10.0.0.1:3260/iqn.a/lun-0'],
  [{ fc: { targetWWNs: ['5a', '5b'], lun: 1 } }, 'block.kubernats.dev', 'fc/wwn/5a/5b/lun-1'],
  [{ fc: { wwids: ['3600'] } }, 'block.kubernats.dev', 'fc/wwid/3600'],
  [{ rbd: { monitors: ['m1', 'm2'], image: 'i/j' } }, 'block.kubernats.dev', 'rbd/m1,m2/rbd/i%2Fj'],
  [{ cephfs: { monitors: ['m1'] } }, 'shared.kubernats.dev', 'm1', { server: 'm1', share: '/' }],
  [{ glusterfs: { endpoints: 'ends', path: 'vol' } }, 'shared.kubernats.dev', 'ends.shop/vol', { server: 'ends.shop', share: '/vol' }],
  [{ quobyte: { registry: 'r:1', volume: 'v' } }, 'shared.kubernats.dev', 'r:1/v', { server: 'r:1', share: '/v' }],
  [{ flexVolume: { driver: 'a/b', options: { z: '1', a: '2' } } }, 'shared.kubernats.dev', 'flexVolume/a%2Fb/a=2/z=1'],
  [{ scaleIO: { gateway: 'g', system: 's', volumeName: 'v', secretRef: {} } }, 'block.kubernats.dev', 'scaleIO/g/s/v'],
  [{ storageos: { volumeName: 'v' } }, 'block.kubernats.dev', 'storageos/shop/v'],
  [{ flocker: { datasetName: 'd' } }, 'block.kubernats.dev', 'flocker/name/d'],
  [{ photonPersistentDisk: { pdID: 'p' } }, 'block.kubernats.dev', 'photonPersistentDisk/p'],
];

it.each(TABLE)(
  'V5: %j is a volume of the driver that has such storage now, in a PersistentVolume and in a Pod',
  (spec, driver, handle, attributes = {}) => {
    const field = Object.keys(spec)[0] ?? '';
    const isOwn = driver.endsWith('.kubernats.dev');
    const expected = { field, driver, volume: { handle, driver: isOwn ? undefined : driver, attributes }, readOnly: false };
    expect(ofVolume(spec)).toEqual(expected);
    expect(ofPod(spec)).toEqual(expected);
    expect(isSimulatedSource(field)).toBe(true);
  },
);

it('a read-only source says so', () => {
  for (const spec of [{ nfs: { server: 'nas', path: '/', readOnly: true } }, { cinder: { volumeID: 'c', readOnly: true } }]) {
    expect(ofVolume(spec)?.readOnly).toBe(true);
    expect(ofPod(spec)?.readOnly).toBe(true);
  }
});

describe('what lies on a node', () => {
  it('is no simulation, and says where and of which type it is', () => {
    expect(ofVolume({ hostPath: { path: '/srv', type: '' } })?.volume).toEqual({
      handle: '/srv',
      attributes: { path: '/srv', type: 'DirectoryOrCreate' },
    });
    expect(ofPod({ hostPath: { path: '/srv', type: 'File' } })?.volume.attributes).toEqual({ path: '/srv', type: 'File' });
    expect(ofVolume({ local: { path: '/mnt/disk' } })).toMatchObject({
      driver: 'local.kubernats.dev',
      volume: { attributes: { type: 'Directory' } },
    });
    for (const field of ['csi', 'local', 'hostPath']) expect(isSimulatedSource(field)).toBe(false);
  });
});

it('a volume that only its Pod names is its own: by the Pod and the volume', () => {
  const inline = ofPod({ csi: { driver: 'd', volumeAttributes: { a: 'b' } } });
  expect(inline).toMatchObject({ driver: 'd', volume: { handle: expect.stringMatching(/^csi-[0-9a-f]{64}$/), attributes: { a: 'b' } } });
  const git = ofPod({ gitRepo: { repository: 'https://r', revision: 'main' } });
  expect(git).toMatchObject({
    driver: 'git.kubernats.dev',
    volume: { attributes: { repository: 'https://r', revision: 'main', directory: '' } },
  });
  const other = sourceOfPodVolume({ name: 'data', gitRepo: { repository: 'https://r' } }, { metadata: { uid: 'u2' } });
  expect(other?.volume.handle).not.toBe(git?.volume.handle);
});

it('a CSI volume is as it is written; what is no volume of a back end has no source', () => {
  const csi = { driver: 'x.example', volumeHandle: 'h', volumeAttributes: { k: 'v' }, readOnly: true };
  expect(ofVolume({ csi })).toEqual({
    field: 'csi',
    driver: 'x.example',
    volume: { handle: 'h', driver: 'x.example', attributes: { k: 'v' } },
    readOnly: true,
  });
  expect(ofVolume({})).toBeUndefined();
  for (const volume of [{ emptyDir: {} }, { configMap: { name: 'x' } }, { persistentVolumeClaim: { claimName: 'x' } }]) {
    expect(ofPod(volume)).toBeUndefined();
  }
});
