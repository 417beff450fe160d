import { type CustomResourceDefinition, CustomResourceDefinitions } from '@kubernats/api';
import type { InformerSet } from '@kubernats/client';
import { expect, test } from 'vitest';
import { scaledKinds } from './scaled-kind.ts';

const versions = [
  { name: 'v1', served: true, storage: true },
  {
    name: 'v1beta1',
    served: true,
    storage: false,
    subresources: { scale: { specReplicasPath: '.spec.n', statusReplicasPath: '.status.n' } },
  },
  { name: 'v1alpha1', served: false, storage: false },
];
const definition = (group: string, status: 'True' | 'False', from = versions): CustomResourceDefinition => ({
  metadata: { name: `farms.${group}` },
  spec: { group, scope: 'Namespaced', names: { kind: 'Farm', plural: 'farms' }, versions: from },
  status: { acceptedNames: { kind: 'Farm', plural: 'farms' }, conditions: [{ type: 'Established', status }] },
});
const find = scaledKinds({
  of(ref: unknown) {
    expect(ref).toBe(CustomResourceDefinitions);
    return {
      list: () => [
        definition('early.example.com', 'False'),
        definition('example.com', 'True'),
        definition('flat.example.com', 'True', versions.slice(0, 1)),
      ],
    };
  },
} as unknown as InformerSet);

test('R1: a kind that scales is found, built-in or not, in a version that scales', () => {
  expect(find('apps', 'Deployment')).toMatchObject({ ref: { plural: 'deployments', version: 'v1' }, hasScale: true });
  expect(find('apps', 'DaemonSet')).toMatchObject({ hasScale: false });
  const farm = { group: 'example.com', version: 'v1beta1', kind: 'Farm', plural: 'farms', namespaced: true };
  expect(find('example.com', 'Farm')).toEqual({ ref: farm, hasScale: true });
  expect(find('flat.example.com', 'Farm')).toMatchObject({ ref: { version: 'v1' }, hasScale: false });
  expect(find('early.example.com', 'Farm')).toBeUndefined();
  expect(find('example.com', 'Barn')).toBeUndefined();
});
