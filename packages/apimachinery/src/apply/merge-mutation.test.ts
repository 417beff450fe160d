import { expect, test } from 'vitest';
import { podSchema } from '../schema.fixture.ts';
import { mergeMutation } from './merge-mutation.ts';

const live = {
  metadata: { labels: { a: '1', b: '2' } },
  spec: { containers: [{ name: 'x', image: 'i', args: ['1'], env: [{ name: 'E', value: '1' }] }], securityContext: { runAsUser: 1 } },
};

test('R1: a mutation is merged as an applied configuration is', () => {
  const config = {
    metadata: { labels: { b: '3', c: '4' } },
    spec: { containers: [{ name: 'x', env: [{ name: 'F', value: '2' }], resources: { limits: { cpu: '1' } } }, { name: 'y' }] },
  };
  expect(mergeMutation(live, config, podSchema)).toEqual({
    object: {
      metadata: { labels: { a: '1', b: '3', c: '4' } },
      spec: {
        containers: [
          {
            name: 'x',
            image: 'i',
            args: ['1'],
            env: [
              { name: 'E', value: '1' },
              { name: 'F', value: '2' },
            ],
            resources: { limits: { cpu: '1' } },
          },
          { name: 'y' },
        ],
        securityContext: { runAsUser: 1 },
      },
    },
  });
});

test.each([
  [{ spec: { x: 1 } }, 'failed to convert patch object to typed object: .spec.x: field not declared in schema'],
  [
    { spec: { containers: [{ image: 1, name: 'x' }, {}] } },
    'failed to convert patch object to typed object: errors:\n  .spec.containers[name="x"].image: expected string, got &value.valueUnstructured{Value:1}\n  .spec.containers: element 1: associative list with keys has an element that omits key field "name" (and doesn\'t have default value)',
  ],
  [
    { spec: { containers: [{ name: 'a' }, { name: 'x', args: ['2'] }], securityContext: { sysctls: [] } } },
    'invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: .spec.containers[1].args, .spec.securityContext.sysctls',
  ],
  [
    { spec: { containers: [{ name: 'x', env: [{ name: 'E', valueFrom: { fieldRef: { fieldPath: 'a' } } }] }] } },
    'invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: .spec.containers[0].env[0].valueFrom.fieldRef',
  ],
])('R1: %j is no mutation', (config, problem) => {
  expect(mergeMutation(live, config, podSchema)).toEqual({ problem });
});
