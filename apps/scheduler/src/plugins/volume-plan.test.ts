import type { Node, PersistentVolume, PersistentVolumeClaim, StorageClass } from '@kubernats/api';
import { describe, expect, test } from 'vitest';
import { podInfoOf } from '../snapshot/pod-info.ts';
import { type DelayedClaim, volumeNeedsOf } from './volume-needs.ts';
import { planVolumes, SELECTED_NODE } from './volume-plan.ts';

const node: Node = { metadata: { name: 'node1', labels: { zone: 'a', hostname: 'node1' } } };
const late: StorageClass = { provisioner: 'disks.example.com', volumeBindingMode: 'WaitForFirstConsumer' };
const byHand: StorageClass = { ...late, provisioner: 'kubernetes.io/no-provisioner' };
const NOTHING_FREE = "node(s) didn't find available persistent volumes to bind";

const on = (host: string) => ({
  required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'hostname', operator: 'In', values: [host] }] }] },
});
const volume = (name: string, storage: string, host = 'node1'): PersistentVolume => ({
  metadata: { name },
  spec: { storageClassName: 'late', accessModes: ['ReadWriteOnce'], capacity: { storage }, nodeAffinity: on(host) },
  status: { phase: 'Available' },
});
const claim = (name: string, storage: string, selected?: string): PersistentVolumeClaim => ({
  metadata: { name, namespace: 'default', ...(selected && { annotations: { [SELECTED_NODE]: selected } }) },
  spec: { storageClassName: 'late', accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
});

interface Row {
  claims: PersistentVolumeClaim[];
  volumes?: PersistentVolume[];
  storageClass?: StorageClass;
}

/** What the plan says of each claim, by its name. */
function planOf({ claims, volumes = [], storageClass = byHand }: Row): Record<string, string> | string[] {
  const delayed: DelayedClaim[] = claims.map((each) => ({ claim: each, volumes, storageClass }));
  const { bindings, provisions, conflicts } = planVolumes({ bound: [], delayed }, node);
  if (conflicts.length > 0) return conflicts;
  return Object.fromEntries([
    ...bindings.map((binding) => [binding.claim.metadata?.name, binding.volume.metadata?.name]),
    ...provisions.map(({ metadata }) => [metadata?.name, 'to be made']),
  ]);
}

const within = (...values: string[]) => [{ matchLabelExpressions: [{ key: 'zone', values }] }];

test.each<[string, Row, Record<string, string> | string[]]>([
  [
    'the smallest that fits',
    { claims: [claim('a', '2Gi')], volumes: [volume('l', '9Gi'), volume('s', '1Gi'), volume('m', '3Gi')] },
    { a: 'm' },
  ],
  ['none of another node', { claims: [claim('a', '1Gi')], volumes: [volume('far', '1Gi', 'node2')] }, [NOTHING_FREE]],
  ['not one volume for two claims', { claims: [claim('a', '1Gi'), claim('b', '1Gi')], volumes: [volume('v', '1Gi')] }, [NOTHING_FREE]],
  [
    'a volume that is there before one that is to be made',
    { claims: [claim('a', '1Gi'), claim('b', '5Gi')], volumes: [volume('v', '2Gi')], storageClass: late },
    { a: 'v', b: 'to be made' },
  ],
  [
    'one that is to be made on this node',
    { claims: [claim('a', '1Gi', 'node1')], volumes: [volume('v', '1Gi')], storageClass: late },
    { a: 'to be made' },
  ],
  ['none that is to be made on another', { claims: [claim('a', '1Gi', 'node2')], storageClass: late }, [NOTHING_FREE]],
  [
    'one in a zone that the class allows',
    { claims: [claim('a', '1Gi')], storageClass: { ...late, allowedTopologies: within('b', 'a') } },
    { a: 'to be made' },
  ],
  [
    'none in a zone that it does not',
    { claims: [claim('a', '1Gi')], storageClass: { ...late, allowedTopologies: within('b') } },
    [NOTHING_FREE],
  ],
  ['none where a term says nothing', { claims: [claim('a', '1Gi')], storageClass: { ...late, allowedTopologies: [{}] } }, [NOTHING_FREE]],
])('V3: a Pod on the node gets %s', (_what, row, expected) => {
  expect(planOf(row)).toEqual(expected);
});

describe('V3: a Pod with several claims', () => {
  test('is told all that is wrong with a node', () => {
    const needs = {
      bound: [volume('far', '1Gi', 'node2')],
      delayed: [{ claim: claim('a', '1Gi'), volumes: [], storageClass: byHand }],
      exclusiveInUse: false,
    };
    expect(planVolumes(needs, node).conflicts).toEqual(["node(s) didn't match PersistentVolume's node affinity", NOTHING_FREE]);
  });

  test('gives the smallest claim its volume first, so that the larger one finds the larger volume', () => {
    const claims = [claim('large', '2Gi'), claim('small', '1Gi')];
    const volumes = [volume('one', '1Gi'), volume('two', '2Gi')];
    const named = (name: string) => claims.find(({ metadata }) => metadata?.name === name);
    const pod = {
      metadata: { name: 'web', namespace: 'default' },
      spec: {
        containers: [],
        volumes: ['large', 'small', 'large'].map((claimName, i) => ({ name: `v${i}`, persistentVolumeClaim: { claimName } })),
      },
    };
    const needs = volumeNeedsOf(podInfoOf(pod), {
      claim: (_namespace, name) => named(name),
      volume: () => undefined,
      storageClass: () => byHand,
      candidates: () => volumes,
      isInUse: () => false,
    });
    const { bindings } = planVolumes(needs, node);
    expect(bindings.map((each) => [each.claim.metadata?.name, each.volume.metadata?.name])).toEqual([
      ['small', 'one'],
      ['large', 'two'],
    ]);
  });
});
