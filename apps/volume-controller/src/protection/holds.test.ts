import type { PersistentVolumeClaim, Pod } from '@kubernats/api';
import { expect, test } from 'vitest';
import { holds } from './holds.ts';

type PodSpec = NonNullable<Pod['spec']>;

const pod = (spec: Partial<PodSpec>, status?: Pod['status'], metadata: Pod['metadata'] = {}): Pod => ({
  metadata: { name: 'web', namespace: 'default', uid: 'p1', ...metadata },
  spec: { containers: [], nodeName: 'node1', ...spec },
  status,
});
const uses = { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'web-data' } }] };
const ephemeral = { volumes: [{ name: 'data', ephemeral: {} }] };
const owner = (uid: string) => ({ ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'web', uid, controller: true }] });
const claim = (metadata: PersistentVolumeClaim['metadata'] = {}): PersistentVolumeClaim => ({
  metadata: { name: 'web-data', namespace: 'default', ...metadata },
});
const going = (deletionGracePeriodSeconds: number) => ({ deletionTimestamp: '2026-01-01T00:00:00Z', deletionGracePeriodSeconds });

test.each<[string, Pod, PersistentVolumeClaim, boolean]>([
  ['is on a node', pod(uses), claim(), true],
  ['is on no node yet', pod({ ...uses, nodeName: undefined }), claim(), false],
  ['has ended, and is still there', pod(uses, { phase: 'Succeeded' }), claim(), true],
  ['is shut down, and is still there', pod(uses, undefined, going(0)), claim(), true],
  ['uses another claim', pod(uses), claim({ name: 'other' }), false],
  ['uses one of that name elsewhere', pod(uses), claim({ namespace: 'other' }), false],
  ['has the claim to itself', pod(ephemeral), claim(owner('p1')), true],
  ['would have the claim to itself if it were its own', pod(ephemeral), claim(owner('p0')), false],
  ['has the claim to itself, and is going', pod(ephemeral, undefined, going(30)), claim(owner('p1')), true],
  ['has the claim to itself, and is shut down', pod(ephemeral, undefined, going(0)), claim(owner('p1')), false],
])('V6: whether a claim is held by a Pod that %s', (_name, which, of, expected) => {
  expect(holds(which, of)).toBe(expected);
});
