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
        'spec.devices.constraints[0].matchAttribute: Invalid value: "model": a fully qualified name must be a domain and a name separated by a slash',
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

describe('what only a few devices have', () => {
  const slices = rowOf('resourceslices', GROUP);
  const D = 'spec.devices[0]';
  const slice = (spec: object): ResourceSlice =>
    ({
      metadata: { name: 'a' },
      spec: { driver: 'd.example.com', pool: { name: 'p', generation: 1, resourceSliceCount: 1 }, nodeName: 'node1', ...spec },
    }) as ResourceSlice;
  const device = (more: object, spec: object = {}): ResourceSlice => slice({ devices: [{ name: 'gpu-0', ...more }], ...spec });
  const shared = (requestPolicy: object): ResourceSlice =>
    device({ allowMultipleAllocations: true, capacity: { memory: { value: '10Gi', requestPolicy } } });
  const POLICY = `${D}.capacity[memory].requestPolicy`;
  const perDevice = { perDeviceNodeSelection: true, nodeName: undefined };

  test.each<[string, ResourceSlice, string[]]>([
    ['values', shared({ default: '1Gi', validValues: ['1Gi', '2Gi'] }), []],
    [
      'a capacity of nothing',
      device({ allowMultipleAllocations: true, capacity: { memory: { requestPolicy: { default: '1', validRange: { min: '1' } } } } }),
      [`${POLICY}.validRange.min: Invalid value: "1": min is larger than capacity value: 0`],
    ],
    ['a range', shared({ default: '2Gi', validRange: { min: '1Gi', max: '10Gi', step: '1Gi' } }), []],
    [
      'both',
      shared({ default: '1Gi', validValues: ['1Gi'], validRange: { min: '1Gi' } }),
      [`${POLICY}: Forbidden: exactly one policy can be specified, cannot specify "validValues" and "validRange" at the same time`],
    ],
    ['no default', shared({ validRange: { min: '1Gi' } }), [`${POLICY}.default: Required value: required when validRange is defined`]],
    [
      'values that are none',
      shared({ default: '3Gi', validValues: ['2Gi', '1Gi', '20Gi'] }),
      [
        `${POLICY}.validValues[1]: Invalid value: "1Gi": values must be sorted in ascending order`,
        `${POLICY}.validValues[2]: Invalid value: "20Gi": option is larger than capacity value: 10Gi`,
        `${POLICY}.validValues: Invalid value: "3Gi": default value is not valid according to the requestPolicy`,
      ],
    ],
    [
      'a range that is none',
      shared({ default: '1536Mi', validRange: { min: '1Gi', max: '20Gi', step: '1Gi' } }),
      [
        `${POLICY}.validRange.max: Invalid value: "20Gi": max is larger than capacity value: 10Gi`,
        `${POLICY}.validRange.step: Invalid value: "1536Mi": value is not a multiple of a given step (1Gi) from (1Gi)`,
      ],
    ],
    [
      'a policy of what is for one only',
      device({ capacity: { memory: { value: '1', requestPolicy: {} } } }),
      [`${POLICY}: Forbidden: allowMultipleAllocations must be true`],
    ],
    [
      'names',
      device({ attributes: { 'a-b': { int: 1 }, '/a': { bool: true }, 'example.com/': { int: 1 }, [`${'x'.repeat(33)}`]: { int: 1 } } }),
      [
        expect.stringMatching(/^spec\.devices\[0\]\.attributes\[a-b\]: Invalid value: "a-b": a valid C identifier/),
        `${D}.attributes[/a]: Invalid value: "": the domain must not be empty`,
        `${D}.attributes[example.com/]: Invalid value: "": the name must not be empty`,
        `${D}.attributes[${'x'.repeat(33)}]: Too long: may not be more than 32 bytes`,
      ],
    ],
    ['versions', device({ attributes: { a: { version: '1.2.3-01' } } }), [expect.stringContaining('semver.org')]],
    [
      'counters',
      device({
        consumesCounters: [
          { counterSet: 's', counters: {} },
          { counterSet: '', counters: { X: { value: '1' } } },
        ],
      }),
      [
        `${D}.consumesCounters[0].counters: Required value`,
        `${D}.consumesCounters[1].counterSet: Required value`,
        expect.stringMatching(/^spec\.devices\[0\]\.consumesCounters\[1\]\.counters\[X\]: Invalid value: "X"/),
      ],
    ],
    [
      'counters of a pool',
      slice({
        sharedCounters: [{ name: 's', counters: Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`c${i}`, { value: '1' }])) }],
      }),
      ['spec.sharedCounters[0].counters: Too many: 33: must have at most 32 items'],
    ],
    ['nodes', device({ nodeName: 'a' }, perDevice), []],
    ['no nodes', device({}, perDevice), [expect.stringMatching(/^spec\.devices\[0\]: Required value: exactly one of `nodeName`/)]],
    [
      'too many nodes',
      device({ nodeName: 'a', allNodes: true }, perDevice),
      [expect.stringMatching(/^spec\.devices\[0\]: Invalid value: "\{`nodeName`, `allNodes`\}": exactly one of/)],
    ],
    [
      'nodes without leave',
      device({ allNodes: true }),
      [expect.stringContaining('can only be set if `perDeviceNodeSelection` is set to true')],
    ],
    [
      'conditions',
      device({ bindingConditions: ['a', 'a'], bindingFailureConditions: ['a'] }),
      [
        `${D}.bindingConditions[1]: Duplicate value: "a"`,
        `${D}.bindingFailureConditions[0]: Invalid value: "a": bindingFailureConditions must not overlap with bindingConditions`,
      ],
    ],
    [
      'conditions without the others',
      device({ bindingConditions: ['a'] }),
      [`${D}.bindingFailureConditions: Invalid value: []: bindingFailureConditions are required to use bindingConditions`],
    ],
  ])('R1: %s', (_, object, expected) => {
    expect(problems(slices, object)).toEqual(expected);
  });
});

test('R1: a selector of devices is an expression', () => {
  const classes = rowOf('deviceclasses', GROUP);
  const selecting = (expression: string): DeviceClass => ({ metadata: { name: 'a' }, spec: { selectors: [{ cel: { expression } }] } });
  const at = 'spec.selectors[0].cel.expression';
  expect(problems(classes, selecting('device.driver == "d.example.com"'))).toEqual([]);
  expect(problems(classes, selecting('1'))).toEqual([`${at}: Invalid value: "1": must evaluate to bool or the unknown type, not int`]);
  const deep =
    'device.attributes.all(a, device.attributes.all(b, device.attributes.all(c, device.attributes.all(d, a + b + c + d != ""))))';
  expect(problems(classes, selecting(deep))).toEqual([`${at}: Forbidden: too complex, exceeds cost limit`]);
});

test('R1: the status of a claim says only what can be', () => {
  const claims = rowOf('resourceclaims', GROUP);
  const result = { request: 'gpu', driver: 'd.example.com', pool: 'p', device: 'gpu-0' };
  const claim = (status: object): ResourceClaim =>
    ({
      metadata: { ...namespaced, deletionTimestamp: '2026-01-01T00:00:00Z' },
      spec: { devices: { requests: [gpu] } },
      status,
    }) as ResourceClaim;
  const found = (status: object): string[] =>
    (claims.strategy.validateStatusUpdate?.(claim(status), claim({}), CONTEXT) ?? []).map(({ field, message }) => `${field}: ${message}`);
  const allocation = { devices: { results: [result] } };
  expect(found({ allocation, reservedFor: [{ resource: 'pods', name: 'p', uid: 'u' }] })).toEqual([
    'status.reservedFor: Forbidden: new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set',
  ]);
  expect(found({ allocation: { devices: { results: [{ ...result, shareID: 'X' }] }, nodeSelector: { nodeSelectorTerms: [] } } })).toEqual([
    expect.stringMatching(/^status\.allocation\.devices\.results\[0\]\.shareID: Invalid value: "X": uid must be in RFC 4122/),
    'status.allocation.nodeSelector.nodeSelectorTerms: Required value: must have at least one node selector term',
  ]);
  const { request: _, ...device } = result;
  const networkData = { interfaceName: 'x'.repeat(257), ips: ['10.0.0.1', '10.0.0.1/24'] };
  expect(found({ allocation, devices: [{ ...device, data: [], networkData }] })).toEqual([
    'status.devices[0].data: Invalid value: "<value omitted>": must be a valid JSON object',
    'status.devices[0].networkData.interfaceName: Too long: may not be more than 256 bytes',
    expect.stringMatching(
      /^status\.devices\[0\]\.networkData\.ips\[0\]: Invalid value: "10\.0\.0\.1": must be a valid address in CIDR form/,
    ),
  ]);
});
