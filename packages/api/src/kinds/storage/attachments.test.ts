import { expect, test } from 'vitest';
import { cells, create, problems, rowOf, update } from '../../../test/harness.ts';
import type { CSINode, VolumeAttachment } from '../../index.ts';

const attachments = rowOf('volumeattachments', 'storage.k8s.io');
const nodes = rowOf('csinodes', 'storage.k8s.io');
const DRIVER = 'ebs.csi.aws.com';
const ONE_SOURCE = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName';

const attachment = (more: object = {}, status: object = {}): VolumeAttachment => ({
  metadata: { name: 'csi-1' },
  spec: { attacher: DRIVER, nodeName: 'node1', source: { persistentVolumeName: 'pv1' }, ...more },
  status: { attached: false, ...status },
});
const csi = { driver: DRIVER, volumeHandle: 'vol-1' };
const inline = (more: object = {}) => ({ source: { inlineVolumeSpec: { accessModes: ['ReadWriteOnce'], csi, ...more } } });

test.each<[object, string[]]>([
  [{}, []],
  [inline(), []],
  [{ attacher: '' }, ['spec.attacher: Required value']],
  [{ attacher: 'EBS.csi.aws.com' }, []],
  [{ attacher: 'a'.repeat(64) }, ['spec.attacher: Too long: may not be more than 63 bytes']],
  [{ source: {} }, [`spec.source: Required value: ${ONE_SOURCE}`]],
  [{ source: { persistentVolumeName: 'pv1', ...inline().source } }, [`spec.source: Forbidden: ${ONE_SOURCE}`]],
  [
    { source: { persistentVolumeName: '' } },
    ['spec.source.persistentVolumeName: Required value: must specify non empty persistentVolumeName'],
  ],
  [
    inline({ capacity: { storage: '1Gi' }, csi: undefined }),
    [
      'spec.source.inlineVolumeSpec.capacity: Forbidden: may not be specified in the context of inline volumes',
      'spec.source.inlineVolumeSpec.csi: Required value: has to be specified in the context of inline volumes',
    ],
  ],
  [inline({ csi: { driver: DRIVER, volumeHandle: '' } }), ['spec.source.inlineVolumeSpec.csi.volumeHandle: Required value']],
])('V6: a VolumeAttachment with %o', (more, expected) => {
  expect(problems(attachments, attachment(more))).toEqual(expected);
});

test('V6: a VolumeAttachment never means another volume or node, and begins without a status', () => {
  const created = create(attachments, attachment({}, { attached: true }));
  expect(created.status).toBeUndefined();
  const { problems: found } = update(attachments, created, (draft) => Object.assign(draft.spec, { nodeName: 'node2' }));
  expect(found).toEqual([expect.stringMatching(/^spec: Invalid value: .*: field is immutable$/)]);
});

test('V6: how a VolumeAttachment is listed', () => {
  const { Age: _age, ...row } = cells(attachments, attachment({}, { attached: true }));
  expect(row).toEqual({ Name: 'csi-1', Attacher: DRIVER, PV: 'pv1', Node: 'node1', Attached: 'true' });
});

const csiNode = (...drivers: object[]): CSINode => ({
  metadata: { name: 'node1' },
  spec: { drivers: drivers.map((driver) => ({ name: DRIVER, nodeID: 'node1', topologyKeys: ['zone'], ...driver })) },
});

test.each<[object[], string[]]>([
  [[{}], []],
  [[{ allocatable: { count: -1 } }], ['spec.drivers[0].allocatable.count: Invalid value: -1: must be greater than or equal to 0']],
  [[{ nodeID: '' }], ['spec.drivers[0].nodeID: Required value']],
  [[{ nodeID: 'x'.repeat(257) }], [`spec.drivers[0].nodeID: Invalid value: "${'x'.repeat(257)}": must be 256 characters or less`]],
  [[{}, {}], [`spec.drivers[1].name: Duplicate value: "${DRIVER}"`]],
  [[{ topologyKeys: ['zone', 'zone'] }], ['spec.drivers[0]: Duplicate value: "zone"']],
])('V6: a CSINode with drivers %o', (drivers, expected) => {
  expect(problems(nodes, csiNode(...drivers))).toEqual(expected);
});

test('V6: a driver of a CSINode stays as it registered, but for how many volumes the node takes', () => {
  const old = create(nodes, csiNode({ allocatable: { count: 3 } }));
  const change = (more: object) => update(nodes, old, ({ spec }) => Object.assign(spec.drivers[0] ?? {}, more)).problems;
  expect(change({ allocatable: { count: 4 } })).toEqual([]);
  expect(change({ nodeID: 'other' })).toEqual([expect.stringMatching(/^CSINodeDriver: Invalid value: .*: field is immutable$/)]);
  expect(cells(nodes, old)).toMatchObject({ Name: 'node1', Drivers: 1 });
});
