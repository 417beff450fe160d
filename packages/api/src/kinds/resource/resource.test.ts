import { describe, expect, test } from 'vitest';
import { CONTEXT, cells, create, problems, rowOf, update } from '../../../test/harness.ts';
import type { DeviceClass, ResourceClaim, ResourceClaimTemplate, ResourceSlice } from '../../index.ts';

const GROUP = 'resource.k8s.io';
const namespaced = { name: 'a', namespace: 'default' };
const gpu = { name: 'gpu', exactly: { deviceClassName: 'gpu.example.com' } };
const ONE_OF = 'exactly one of `exactly` or `firstAvailable` is required';

describe('ResourceClaim', () => {
  const claims = rowOf('resourceclaims', GROUP);
  const claim = (devices: object, status?: object): ResourceClaim => ({ metadata: namespaced, spec: { devices }, status }) as ResourceClaim;
  const request = (more: object): object => ({ requests: [{ name: 'gpu', ...more }] });
  const exactly = (more: object): object => request({ exactly: { deviceClassName: 'c', ...more } });
  const R = 'spec.devices.requests[0]';

  test.each<[object, unknown[]]>([
    [{ requests: [gpu], constraints: [{ requests: ['gpu'], matchAttribute: 'example.com/model' }] }, []],
    [{ requests: [gpu, gpu] }, ['spec.devices.requests[1]: Duplicate value: "gpu"']],
    [request({}), [`${R}: Required value: ${ONE_OF}`]],
    [
      { requests: [{ ...gpu, firstAvailable: [{ name: 'x', deviceClassName: 'c' }] }] },
      [`${R}: Invalid value: "null": ${ONE_OF}, but multiple fields are set`],
    ],
    [exactly({ deviceClassName: '' }), [`${R}.exactly.deviceClassName: Required value`]],
    [
      exactly({ allocationMode: 'All', count: 1 }),
      [`${R}.exactly.count: Invalid value: 1: must not be specified when allocationMode is 'All'`],
    ],
    [
      exactly({ allocationMode: 'Some' }),
      [`${R}.exactly.allocationMode: Unsupported value: "Some": supported values: "All", "ExactCount"`],
    ],
    [exactly({ selectors: [{}] }), [`${R}.exactly.selectors[0].cel: Required value`]],
    [
      exactly({ tolerations: [{ operator: 'Exists', value: 'x', effect: 'Never' }] }),
      [
        `${R}.exactly.tolerations[0].value: Invalid value: "x": must be empty for operator \`Exists\``,
        `${R}.exactly.tolerations[0].effect: Unsupported value: "Never": supported values: "NoExecute", "NoSchedule", "None"`,
      ],
    ],
    [
      { requests: [gpu], constraints: [{ requests: ['cpu'], matchAttribute: 'model' }], config: [{}] },
      [
        `spec.devices.constraints[0].requests[0]: Invalid value: "cpu": must be the name of a request in the claim or the name of a request and a subrequest separated by '/'`,
        'spec.devices.constraints[0].matchAttribute: Invalid value: "model": must include a domain',
        'spec.devices.config[0].opaque: Required value',
      ],
    ],
    [
      { config: [{ opaque: { driver: 'd.example.com', parameters: [] } }] },
      ['spec.devices.config[0].opaque.parameters: Invalid value: "<value omitted>": must be a valid JSON object'],
    ],
    [
      { requests: Array.from({ length: 33 }, (_, i) => ({ ...gpu, name: `r${i}` })) },
      ['spec.devices.requests: Too many: 33: must have at most 32 items'],
    ],
  ])('%#', (devices, expected) => {
    expect(problems(claims, claim(devices))).toEqual(expected);
  });

  test('asks for one device, and for what it asks it asks for ever', () => {
    const made = create(claims, claim({ requests: [gpu] }));
    expect(made.spec.devices?.requests?.[0]?.exactly).toMatchObject({ allocationMode: 'ExactCount', count: 1 });
    const { problems: found } = update(claims, made, (draft) => Object.assign(draft.spec, { devices: {} }));
    expect(found[0]).toMatch(/^spec: Invalid value: .*: field is immutable$/);
  });

  test('status and state', () => {
    const results = [{ request: 'gpu', driver: 'd.example.com', pool: 'p', device: 'gpu-0' }];
    const allocated = claim(
      { requests: [gpu] },
      { allocation: { devices: { results } }, reservedFor: [{ resource: 'pods', name: 'p', uid: 'u' }] },
    );
    const old = create(claims, claim({ requests: [gpu] }));
    expect(claims.strategy.validateStatusUpdate?.(allocated, old, CONTEXT)).toEqual([]);
    const unknown = claim({ requests: [gpu] }, { devices: results });
    expect(claims.strategy.validateStatusUpdate?.(unknown, old, CONTEXT).map(({ message }) => message)).toEqual([
      'Invalid value: "d.example.com/p/gpu-0": must be an allocated device in the claim',
    ]);
    expect(cells(claims, allocated)).toMatchObject({ State: 'allocated,reserved' });
    expect(cells(claims, old)).toMatchObject({ State: 'pending' });
  });
});

test('a ResourceClaimTemplate is checked as its claims are', () => {
  const templates = rowOf('resourceclaimtemplates', GROUP);
  const template = { metadata: namespaced, spec: { metadata: { labels: { a: '-' } }, spec: { devices: { requests: [{ name: 'x' }] } } } };
  expect(problems(templates, template as ResourceClaimTemplate)).toEqual([
    expect.stringMatching(/^spec\.metadata\.labels: Invalid value: "-"/),
    `spec.spec.devices.requests[0]: Required value: ${ONE_OF}`,
  ]);
});

test('a DeviceClass stands for an extended resource', () => {
  const classes = rowOf('deviceclasses', GROUP);
  const named = (extendedResourceName: string): DeviceClass => ({ metadata: { name: 'a' }, spec: { extendedResourceName } });
  expect(problems(classes, named('example.com/gpu'))).toEqual([]);
  expect(problems(classes, named('cpu'))).toEqual([
    'spec.extendedResourceName: Invalid value: "cpu": must be a valid extended resource name',
  ]);
});

describe('ResourceSlice', () => {
  const slices = rowOf('resourceslices', GROUP);
  const slice = (more: object = {}): ResourceSlice =>
    ({
      metadata: { name: 'a' },
      spec: { driver: 'd.example.com', pool: { name: 'p', generation: 1, resourceSliceCount: 1 }, nodeName: 'node1', ...more },
    }) as ResourceSlice;
  const device = (more: object): ResourceSlice => slice({ devices: [{ name: 'gpu-0', ...more }] });
  const WHERE = 'exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required';

  test.each<[ResourceSlice, string[]]>([
    [device({ attributes: { model: { string: 'a' }, 'example.com/driverVersion': { version: '1.2.3-rc.1' } } }), []],
    [slice({ nodeName: undefined }), [`spec: Required value: ${WHERE}`]],
    [slice({ allNodes: true }), [`spec: Invalid value: "{\`nodeName\`, \`allNodes\`}": ${WHERE}, but multiple fields are set`]],
    [
      slice({ pool: { name: '', generation: -1, resourceSliceCount: 0 } }),
      [
        'spec.pool.name: Required value',
        'spec.pool.resourceSliceCount: Invalid value: 0: must be greater than zero',
        'spec.pool.generation: Invalid value: -1: must be greater than or equal to zero',
      ],
    ],
    [
      device({ attributes: { a: {}, b: { version: '1' } } }),
      [
        'spec.devices[0].attributes[a]: Invalid value: "": exactly one value must be specified',
        'spec.devices[0].attributes[b].version: Invalid value: "1": must be a string compatible with semver.org spec 2.0.0',
      ],
    ],
    [
      device({ taints: [{ key: 'a', effect: 'Never' }] }),
      ['spec.devices[0].taints[0].effect: Unsupported value: "Never": supported values: "NoExecute", "NoSchedule", "None"'],
    ],
  ])('%#', (object, expected) => {
    expect(problems(slices, object)).toEqual(expected);
  });

  test('columns and selectors', () => {
    expect(cells(slices, slice())).toMatchObject({ Node: 'node1', Driver: 'd.example.com', Pool: 'p' });
    expect(slices.fieldSelectors['spec.nodeName']?.(slice())).toBe('node1');
  });
});
