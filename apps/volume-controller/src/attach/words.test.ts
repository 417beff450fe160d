import type { Pod, VolumeAttachment } from '@kubernats/api';
import { expect, test } from 'vitest';
import { attacherFinalizer, nextOf } from './attacher/next.ts';
import { attached, failed, silentAttacher, taken } from './messages.ts';
import { wantsVolumes } from './wants.ts';

const pod = (name: string, namespace = 'default'): Pod => ({ metadata: { name, namespace } });

test('V6: what Pods are told of their volumes is what Kubernetes tells', () => {
  expect(attached('pvc-1')).toBe('AttachVolume.Attach succeeded for volume "pvc-1" ');
  expect(failed('pvc-1', 'no such disk')).toBe('AttachVolume.Attach failed for volume "pvc-1" : no such disk');
  expect(silentAttacher('d', 'h')).toBe('timed out waiting for external-attacher of d CSI driver to attach volume h');
});

test.each<[Pod[], string]>([
  [[], "Volume is already exclusively attached to one node and can't be attached to another"],
  [[pod('a'), pod('b')], 'Volume is already used by pod(s) a, b'],
  [[pod('a'), pod('b', 'other')], 'Volume is already used by pod(s) a and 1 pod(s) in different namespaces'],
  [[pod('b', 'other')], 'Volume is already used by 1 pod(s) in different namespaces'],
])('V6: a Pod whose volume is elsewhere, with %o', (holders, expected) => {
  expect(taken('pvc-1', pod('web'), holders)).toBe(`Multi-Attach error for volume "pvc-1" ${expected}`);
});

const going = { deletionTimestamp: '2026-01-01T00:00:00Z' };
const containers = (state: object): Pod['status'] => ({
  containerStatuses: [{ name: 'main', image: 'busybox', imageID: '', ready: false, restartCount: 0, state }],
});

test.each<[string, Pod, boolean]>([
  ['is on no node', { spec: { containers: [] } }, false],
  ['is on a node', {}, true],
  ['is on a node and waits', { status: containers({ waiting: {} }) }, true],
  ['has succeeded', { status: { phase: 'Succeeded' } }, false],
  ['has failed', { status: { phase: 'Failed' } }, false],
  ['is to go and runs', { metadata: going, status: containers({ running: {} }) }, true],
  ['is to go and has ended', { metadata: going, status: containers({ terminated: { exitCode: 0 } }) }, false],
  ['is to go and never began', { metadata: going }, false],
])('V6: whether a Pod that %s has its volumes attached', (_name, which, expected) => {
  expect(wantsVolumes({ spec: { containers: [], nodeName: 'node1' }, ...which })).toBe(expected);
});

const OWN = 'external-attacher/ebs-csi-aws-com';
const attachment = (metadata: object, isAttached = false): VolumeAttachment => ({
  metadata: { name: 'csi-1', ...metadata },
  spec: { attacher: 'ebs.csi.aws.com', nodeName: 'node1', source: {} },
  status: { attached: isAttached },
});

test('V6: an attacher marks what it holds by its name', () => {
  expect(attacherFinalizer('ebs.csi.aws.com')).toBe(OWN);
  expect(attacherFinalizer('odd_')).toBe('external-attacher/odd-X');
});

test.each<[string, VolumeAttachment, string]>([
  ['is new', attachment({}), 'attach'],
  ['was begun before a crash', attachment({ finalizers: [OWN] }), 'attach'],
  ['is attached', attachment({ finalizers: [OWN] }, true), 'nothing'],
  ['is to go', attachment({ ...going, finalizers: [OWN] }, true), 'detach'],
  ['is to go, and was perhaps begun', attachment({ ...going, finalizers: [OWN] }), 'detach'],
  ['is to go, and is held by somebody else', attachment({ ...going, finalizers: ['other'] }), 'nothing'],
])('V6: what an attachment needs that %s', (_name, which, expected) => {
  expect(nextOf(which)).toBe(expected);
});
