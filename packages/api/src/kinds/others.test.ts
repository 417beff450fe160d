import { describe, expect, test } from 'vitest';
import { CONTEXT, cells, create, problems, rowOf, update } from '../../test/harness.ts';
import type {
  ClusterRoleBinding,
  CoreEvent,
  EndpointSlice,
  EventsEvent,
  Lease,
  PersistentVolume,
  PersistentVolumeClaim,
  Role,
  RoleBinding,
  StorageClass,
} from '../index.ts';
import { fromCoreEvent, toCoreEvent } from './events/conversion.ts';
import { defaultClass } from './storage/storage-class.ts';

const namespaced = { name: 'a', namespace: 'default' };

describe('PersistentVolume', () => {
  const volumes = rowOf('persistentvolumes');
  const volume = (more: object = {}): PersistentVolume => ({
    metadata: { name: 'a' },
    spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/data' }, ...more },
  });

  test('V6: defaults', () => {
    expect(create(volumes, volume())).toMatchObject({
      spec: { persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem' },
      status: { phase: 'Pending' },
    });
  });

  test.each<[object, string[]]>([
    [{}, []],
    [{ accessModes: undefined }, ['spec.accessModes: Required value']],
    [{ capacity: undefined }, ['spec.capacity: Required value']],
    [{ hostPath: undefined }, ['spec: Required value: must specify a volume type']],
    [
      { local: { path: '/x' } },
      [
        'spec.local: Forbidden: may not specify more than 1 volume type',
        'spec.nodeAffinity: Required value: Local volume requires node affinity',
      ],
    ],
    [
      { persistentVolumeReclaimPolicy: 'Burn' },
      ['spec.persistentVolumeReclaimPolicy: Unsupported value: "Burn": supported values: "Delete", "Recycle", "Retain"'],
    ],
    [{ capacity: { storage: '0' } }, ['spec.capacity[storage]: Invalid value: "0": must be greater than zero']],
  ])('%o', (more, expected) => {
    expect(problems(volumes, volume(more))).toEqual(expected);
  });

  test('its source never changes', () => {
    const [problem] = update(volumes, create(volumes, volume()), (draft) =>
      Object.assign(draft.spec ?? {}, { hostPath: { path: '/other' } }),
    ).problems;
    expect(problem).toContain('spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation');
  });

  test('columns', () => {
    expect(
      cells(volumes, {
        ...volume({ claimRef: { namespace: 'b', name: 'c' }, storageClassName: 'fast' }),
        status: { phase: 'Bound' },
      } as PersistentVolume),
    ).toMatchObject({
      Capacity: '1Gi',
      'Access Modes': 'RWO',
      Status: 'Bound',
      Claim: 'b/c',
      StorageClass: 'fast',
      VolumeAttributesClass: '<unset>',
    });
  });
});

describe('PersistentVolumeClaim', () => {
  const claims = rowOf('persistentvolumeclaims');
  const claim = (more: object = {}): PersistentVolumeClaim => ({
    metadata: namespaced,
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...more },
  });

  test.each<[object, string[]]>([
    [{}, []],
    [{ accessModes: [] }, ['spec.accessModes: Required value: at least 1 access mode is required']],
    [{ resources: {} }, ['spec.resources[storage]: Required value']],
  ])('%o', (more, expected) => {
    expect(problems(claims, claim(more))).toEqual(expected);
  });

  test('the binder gives it a volume, once', () => {
    const old = create(claims, claim());
    const bound = update(claims, old, (draft) => Object.assign(draft.spec ?? {}, { volumeName: 'v' }));
    expect(bound.problems).toEqual([]);
    const [problem] = update(claims, bound.next, (draft) => Object.assign(draft.spec ?? {}, { volumeName: 'w' })).problems;
    expect(problem).toContain(
      'spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
    );
  });

  test.each<[string, string | undefined, string | undefined, string | undefined, string | undefined, number]>([
    ['is given one when it has none', undefined, undefined, 'x', undefined, 0],
    ['keeps the one it has', 'x', undefined, 'y', undefined, 1],
    ['keeps to having none', '', undefined, 'x', undefined, 1],
    ['keeps the annotation', undefined, 'x', undefined, 'y', 1],
    ['does not lose the annotation', undefined, 'x', undefined, undefined, 1],
    ['says in the field what the annotation said', undefined, 'x', 'x', undefined, 0],
    ['says nothing else in the field', undefined, 'x', 'y', undefined, 2],
  ])('its class: %s', (_name, field, annotation, nextField, nextAnnotation, causes) => {
    const KEY = 'volume.beta.kubernetes.io/storage-class';
    const said = (value?: string): Record<string, string> => (value === undefined ? {} : { [KEY]: value });
    const old = create(claims, { ...claim({ storageClassName: field }), metadata: { ...namespaced, annotations: said(annotation) } });
    const { problems: found } = update(claims, old, (draft) => {
      draft.metadata = { ...draft.metadata, annotations: said(nextAnnotation) };
      Object.assign(draft.spec ?? {}, { storageClassName: nextField });
    });
    expect(found).toHaveLength(causes);
  });

  test('columns show its volume once it has one', () => {
    const status = { phase: 'Bound', capacity: { storage: '2Gi' }, accessModes: ['ReadWriteOnce'] };
    expect(cells(claims, { ...claim({ volumeName: 'v' }), status } as PersistentVolumeClaim)).toMatchObject({
      Status: 'Bound',
      Volume: 'v',
      Capacity: '2Gi',
      'Access Modes': 'RWO',
    });
    expect(cells(claims, { ...claim(), status: { phase: 'Pending' } } as PersistentVolumeClaim)).toMatchObject({
      Volume: '',
      Capacity: '',
      'Access Modes': '',
    });
  });
});

test('the default class is the newest that says so, of equals the first by name', () => {
  const sc = (name: string, creationTimestamp: string, value = 'true'): StorageClass => ({
    metadata: { name, creationTimestamp, annotations: { 'storageclass.kubernetes.io/is-default-class': value } },
    provisioner: 'x',
  });
  const [old, b, a] = [sc('old', '2026-01-01T00:00:00Z'), sc('b', '2026-02-01T00:00:00Z'), sc('a', '2026-02-01T00:00:00Z')];
  expect(defaultClass([b, old, a, sc('newest', '2026-03-01T00:00:00Z', 'false')])?.metadata?.name).toBe('a');
  expect(defaultClass([])).toBeUndefined();
});

describe('StorageClass', () => {
  const classes = rowOf('storageclasses', 'storage.k8s.io');
  const fast: StorageClass = {
    metadata: { name: 'fast', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
    provisioner: 'kubernats.dev/folder',
  };

  test('defaults and columns', () => {
    expect(cells(classes, create(classes, fast))).toMatchObject({
      Name: 'fast (default)',
      ReclaimPolicy: 'Delete',
      VolumeBindingMode: 'Immediate',
      AllowVolumeExpansion: 'false',
    });
  });

  test('what it does never changes', () => {
    const { problems: found } = update(classes, create(classes, fast), (draft) =>
      Object.assign(draft, { provisioner: 'x/y', parameters: { a: 'b' } }),
    );
    expect(found).toEqual([
      'parameters: Forbidden: updates to parameters are forbidden.',
      'provisioner: Forbidden: updates to provisioner are forbidden.',
    ]);
  });
});

describe('EndpointSlice', () => {
  const slices = rowOf('endpointslices', 'discovery.k8s.io');
  const slice = (more: Partial<EndpointSlice> = {}): EndpointSlice => ({
    metadata: namespaced,
    addressType: 'IPv4',
    endpoints: [{ addresses: ['127.128.0.2'] }],
    ports: [{ name: 'http', port: 80, protocol: 'TCP' }],
    ...more,
  });

  test.each<[Partial<EndpointSlice>, string[]]>([
    [{}, []],
    [{ addressType: 'IPX' }, ['addressType: Unsupported value: "IPX": supported values: "FQDN", "IPv4", "IPv6"']],
    [{ endpoints: [{ addresses: [] }] }, ['endpoints[0].addresses: Required value: must contain at least 1 address']],
    [
      { endpoints: [{ addresses: ['a'] }] },
      ['endpoints[0].addresses[0]: Invalid value: "a": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'],
    ],
    [{ endpoints: [{ addresses: ['fd00::1'] }] }, ['endpoints[0].addresses[0]: Invalid value: "fd00::1": must be an IPv4 address']],
    [
      { endpoints: [{ addresses: ['0.0.0.0'] }, { addresses: ['169.254.1.1'] }] },
      [
        'endpoints[0].addresses[0]: Invalid value: "0.0.0.0": may not be unspecified (0.0.0.0 or ::)',
        'endpoints[1].addresses[0]: Invalid value: "169.254.1.1": may not be in the link-local range (169.254.0.0/16, fe80::/10)',
      ],
    ],
    [
      { addressType: 'FQDN', endpoints: [{ addresses: ['a'] }, { addresses: ['a.b.'] }] },
      ['endpoints[0].addresses[0]: Invalid value: "a": should be a domain with at least two segments separated by dots'],
    ],
    [
      { endpoints: Array.from({ length: 1001 }, () => ({ addresses: ['192.0.2.1'] })) },
      ['endpoints: Too many: 1001: must have at most 1000 items'],
    ],
    [
      { endpoints: [{ addresses: Array.from({ length: 101 }, (_, i) => `192.0.2.${i}`) }] },
      ['endpoints[0].addresses: Too many: 101: must have at most 100 items'],
    ],
    [
      { ports: Array.from({ length: 20_001 }, (_, i) => ({ name: `p${i}`, port: 1 })) },
      ['ports: Too many: 20001: must have at most 20000 items'],
    ],
    [
      { ports: [{ port: 1, protocol: 'ICMP', appProtocol: '-' }] },
      [
        'ports[0].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"',
        expect.stringMatching(/^ports\[0\]\.appProtocol: Invalid value: "-": name part must consist of/),
      ],
    ],
    [
      { endpoints: [{ addresses: ['192.0.2.1'], hints: { forZones: [{ name: 'a' }, { name: 'a' }], forNodes: [{ name: 'N' }] } }] },
      [
        'endpoints[0].hints.forZones[1].name: Duplicate value: "a"',
        expect.stringMatching(/^endpoints\[0\]\.hints\.forNodes\[0\]\.name: Invalid value: "N": a lowercase RFC 1123 subdomain/),
      ],
    ],
    [
      { endpoints: [{ addresses: ['192.0.2.1'], hints: { forZones: Array.from({ length: 9 }, (_, i) => ({ name: `${i}` })) } }] },
      ['endpoints[0].hints.forZones: Too many: 9: must have at most 8 items'],
    ],
    [
      { endpoints: [{ addresses: ['192.0.2.1'], nodeName: 'N', hostname: 'a.b' }] },
      [
        expect.stringMatching(/^endpoints\[0\]\.nodeName: Invalid value: "N"/),
        expect.stringMatching(/^endpoints\[0\]\.hostname: Invalid value: "a\.b"/),
      ],
    ],
    [{ ports: [{ port: 1 }, { port: 2 }] }, ['ports[1].name: Duplicate value: ""']],
  ])('%o', (more, expected) => {
    expect(problems(slices, slice(more))).toEqual(expected);
  });

  test('the type of its addresses never changes', () => {
    const { problems: found } = update(slices, create(slices, slice()), (draft) =>
      Object.assign(draft, { addressType: 'IPv6', endpoints: [] }),
    );
    expect(found).toEqual(['addressType: Invalid value: "IPv6": field is immutable']);
  });

  test('columns', () => {
    expect(cells(slices, slice())).toMatchObject({ AddressType: 'IPv4', Ports: '80', Endpoints: '127.128.0.2' });
    expect(cells(slices, slice({ ports: [], endpoints: [] }))).toMatchObject({ Ports: '<unset>', Endpoints: '<unset>' });
  });
});

describe('Lease', () => {
  const leases = rowOf('leases', 'coordination.k8s.io');
  test('lasts some time, and shows its holder', () => {
    expect(problems(leases, { metadata: namespaced, spec: { leaseDurationSeconds: 0 } } as Lease)).toEqual([
      'spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0',
    ]);
    expect(cells(leases, { spec: { holderIdentity: 'node1' } } as Lease)).toMatchObject({ Holder: 'node1' });
  });
});

describe('Event', () => {
  const events = rowOf('events');
  const modern = rowOf('events', 'events.k8s.io');
  const event: CoreEvent = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: namespaced,
    involvedObject: { kind: 'Pod', name: 'web', namespace: 'default', fieldPath: 'spec.containers{a}' },
    reason: 'Started',
    message: 'Container started\n',
    type: 'Normal',
    source: { component: 'kubelet', host: 'node1' },
    firstTimestamp: '2026-11-24T11:00:00Z',
    lastTimestamp: '2026-11-24T11:55:00Z',
    count: 3,
  };

  test('columns', () => {
    expect(Object.entries(cells(events, event))).toEqual([
      ['Last Seen', '5m'],
      ['Type', 'Normal'],
      ['Reason', 'Started'],
      ['Object', 'pod/web'],
      ['Subobject', 'spec.containers{a}'],
      ['Source', 'kubelet, node1'],
      ['Message', 'Container started'],
      ['First Seen', '60m'],
      ['Count', '3'],
      ['Name', 'a'],
    ]);
  });

  test('both groups show the same events', () => {
    const shown = fromCoreEvent(event);
    expect(shown).toMatchObject({
      apiVersion: 'events.k8s.io/v1',
      regarding: event.involvedObject,
      note: event.message,
      deprecatedCount: 3,
      deprecatedSource: event.source,
    });
    expect(toCoreEvent(shown)).toEqual({ ...event, eventTime: undefined });
    expect(cells(modern, shown)).toEqual(cells(events, event));
  });

  test('an event is in the namespace of what it is about', () => {
    expect(problems(events, { ...event, metadata: { name: 'a', namespace: 'other' } } as CoreEvent)).toEqual([
      'involvedObject.namespace: Invalid value: "default": does not match event.namespace',
    ]);
    expect(problems(events, { ...event, involvedObject: { kind: 'Node', name: 'node1' } } as CoreEvent)).toEqual([]);
  });

  test('events.k8s.io asks for more', () => {
    expect(problems(modern, { metadata: namespaced, regarding: {}, type: 'Normal' } as EventsEvent)).toEqual([
      'eventTime: Required value',
      'reportingController: Required value',
      'reportingInstance: Required value',
      'action: Required value',
      'reason: Required value',
    ]);
  });
});

describe('RBAC', () => {
  const roles = rowOf('roles', 'rbac.authorization.k8s.io');
  const bindings = rowOf('rolebindings', 'rbac.authorization.k8s.io');
  const clusterBindings = rowOf('clusterrolebindings', 'rbac.authorization.k8s.io');

  test('names are path segments: colons are fine', () => {
    expect(problems(roles, { metadata: { name: 'system:node', namespace: 'default' } })).toEqual([]);
  });

  test('rules', () => {
    expect(problems(roles, { metadata: namespaced, rules: [{ verbs: [] }, { verbs: ['get'], nonResourceURLs: ['/x'] }] } as Role)).toEqual([
      'rules[0].verbs: Required value: verbs must contain at least one value',
      'rules[0].apiGroups: Required value: resource rules must supply at least one api group',
      'rules[0].resources: Required value: resource rules must supply at least one resource',
      'rules[1].nonResourceURLs: Invalid value: ["/x"]: namespaced rules cannot apply to non-resource URLs',
    ]);
  });

  test('bindings', () => {
    const made = create(bindings, {
      metadata: namespaced,
      roleRef: { kind: 'Role', name: 'r' },
      subjects: [{ kind: 'User', name: 'u' }],
    } as RoleBinding);
    expect(made).toMatchObject({
      roleRef: { apiGroup: 'rbac.authorization.k8s.io' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io' }],
    });
    expect(update(bindings, made, (draft) => Object.assign(draft.roleRef, { name: 's' })).problems[0]).toMatch(
      /^roleRef: Invalid value: .*: cannot change roleRef$/,
    );
    expect(
      problems(clusterBindings, {
        metadata: { name: 'a' },
        roleRef: { kind: 'Role', name: 'r' },
        subjects: [{ kind: 'ServiceAccount', name: 's' }],
      } as ClusterRoleBinding),
    ).toEqual(['roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"', 'subjects[0].namespace: Required value']);
    expect(cells(bindings, made)).toMatchObject({ Role: 'Role/r', Users: 'u' });
  });
});

describe('reviews', () => {
  test('a review asks one question about someone', () => {
    const row = rowOf('subjectaccessreviews', 'authorization.k8s.io');
    expect(row.strategy.validate?.({ spec: {} } as object, CONTEXT)?.map(({ field }) => field)).toEqual([
      'spec.resourceAttributes',
      'spec.user',
    ]);
  });
});
