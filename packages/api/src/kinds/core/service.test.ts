import { describe, expect, test } from 'vitest';
import { CONTEXT, cells, create, problems, rowOf, update } from '../../../test/harness.ts';
import type { Service, ServiceSpec } from '../../index.ts';

const services = rowOf('services');
const service = (spec: ServiceSpec, name = 'web'): Service => ({
  metadata: { name, namespace: 'default', creationTimestamp: '2026-11-24T11:59:55Z' },
  spec,
});
const port = { port: 80 };

describe('defaults', () => {
  test('S2: ClusterIP is the default type', () => {
    expect(create(services, service({ ports: [port] }))).toMatchObject({
      spec: {
        type: 'ClusterIP',
        sessionAffinity: 'None',
        internalTrafficPolicy: 'Cluster',
        ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
      },
      status: { loadBalancer: {} },
    });
  });

  test('who names one address means the list as well', () => {
    expect(create(services, service({ ports: [port], clusterIP: '127.96.0.7' })).spec?.clusterIPs).toEqual(['127.96.0.7']);
  });

  test('an address that is empty is none', () => {
    const alias = create(services, service({ type: 'ExternalName', externalName: 'example.com', clusterIP: '' }));
    expect(alias.spec).not.toHaveProperty('clusterIP');
  });

  test('external addresses have a policy', () => {
    expect(create(services, service({ ports: [port], externalIPs: ['192.0.2.1'] })).spec?.externalTrafficPolicy).toBe('Cluster');
  });

  test('types that open to the outside', () => {
    expect(create(services, service({ type: 'LoadBalancer', ports: [port] })).spec).toMatchObject({
      externalTrafficPolicy: 'Cluster',
      allocateLoadBalancerNodePorts: true,
    });
  });

  test('client affinity lasts three hours', () => {
    expect(create(services, service({ ports: [port], sessionAffinity: 'ClientIP' })).spec?.sessionAffinityConfig).toEqual({
      clientIP: { timeoutSeconds: 10_800 },
    });
  });
});

describe('validation', () => {
  test.each<[string, ServiceSpec, string[]]>([
    ['no ports', {}, ['spec.ports: Required value']],
    ['headless without ports', { clusterIP: 'None' }, []],
    [
      'two ports without names',
      { ports: [port, { port: 81 }] },
      ['spec.ports[0].name: Required value', 'spec.ports[1].name: Required value'],
    ],
    [
      'one port twice',
      {
        ports: [
          { name: 'a', ...port },
          { name: 'b', ...port },
        ],
      },
      ['spec.ports[1]: Duplicate value: {"port":80,"protocol":"TCP"}'],
    ],
    ['port 0', { ports: [{ port: 0, targetPort: 80 }] }, ['spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive']],
    [
      'a node port without its type',
      { ports: [{ port: 80, nodePort: 30_000 }] },
      ["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"],
    ],
    [
      'an unknown type',
      { type: 'Public', ports: [port] },
      ['spec.type: Unsupported value: "Public": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"'],
    ],
    [
      'an address that is none',
      { ports: [port], clusterIP: '1.2.3' },
      ['spec.clusterIPs[0]: Invalid value: "1.2.3": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'],
    ],
    ['ExternalName', { type: 'ExternalName', externalName: 'example.com' }, []],
    ['ExternalName without one', { type: 'ExternalName' }, ['spec.externalName: Required value']],
    [
      'external policy of an inner service',
      { ports: [port], externalTrafficPolicy: 'Elsewhere', type: 'NodePort' },
      ['spec.externalTrafficPolicy: Unsupported value: "Elsewhere": supported values: "Cluster", "Local"'],
    ],
  ])('%s', (_, spec, expected) => {
    expect(problems(services, service(spec))).toEqual(expected);
  });

  test('names are DNS-1035 labels', () => {
    expect(problems(services, service({ ports: [port] }, '1web'))[0]).toMatch(
      /^metadata\.name: Invalid value: "1web": a DNS-1035 label must consist of/,
    );
  });
});

describe('validation of the fields that depend on each other', () => {
  const two = (a: object, b: object): ServiceSpec => ({
    type: 'NodePort',
    ports: [
      { name: 'a', ...port, ...a },
      { name: 'b', ...port, ...b },
    ],
  });
  const balancer = (more: ServiceSpec): ServiceSpec => ({ type: 'LoadBalancer', ports: [port], ...more });
  const inner = (more: ServiceSpec): ServiceSpec => ({ ports: [port], ...more });
  test.each<[string, ServiceSpec, string[]]>([
    ['one port with two protocols', two({ protocol: 'TCP' }, { protocol: 'UDP' }), []],
    ['one node port with two protocols', two({ nodePort: 30_000 }, { protocol: 'UDP', nodePort: 30_000 }), []],
    ['one node port twice', two({ nodePort: 30_000 }, { port: 81, nodePort: 30_000 }), ['spec.ports[1].nodePort: Duplicate value: 30000']],
    ['one name twice', two({}, { name: 'a', port: 81 }), ['spec.ports[1].name: Duplicate value: "a"']],
    [
      'an unknown protocol',
      inner({ ports: [{ port: 80, protocol: 'ICMP' }] }),
      ['spec.ports[0].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"'],
    ],
    [
      'a target port that is none',
      inner({ ports: [{ port: 80, targetPort: 65_536 }] }),
      ['spec.ports[0].targetPort: Invalid value: 65536: must be between 1 and 65535, inclusive'],
    ],
    [
      "the kubelet's port to the outside",
      balancer({ ports: [{ port: 10_250 }] }),
      ['spec.ports[0]: Invalid value: 10250: may not expose port 10250 externally since it is used by kubelet'],
    ],
    [
      'a headless node port',
      { type: 'NodePort', clusterIP: 'None', ports: [port] },
      [`spec.clusterIPs[0]: Invalid value: "None": may not be set to 'None' for NodePort services`],
    ],
    [
      'a list of addresses without the first',
      inner({ clusterIPs: ['127.96.0.7'] }),
      ['spec.clusterIPs: Invalid value: ["127.96.0.7"]: must be empty when `clusterIP` is not specified'],
    ],
    [
      'a list of addresses with another first',
      inner({ clusterIP: '127.96.0.8', clusterIPs: ['127.96.0.7'] }),
      ['spec.clusterIPs: Invalid value: ["127.96.0.7"]: first value must match `clusterIP`'],
    ],
    [
      'None and an address',
      inner({ clusterIP: 'None', clusterIPs: ['None', '127.96.0.7'] }),
      [`spec.clusterIPs: Invalid value: ["None","127.96.0.7"]: 'None' must be the first and only value`],
    ],
    [
      'two addresses of one family',
      inner({ clusterIP: '127.96.0.7', clusterIPs: ['127.96.0.7', '127.96.0.8'] }),
      ['spec.clusterIPs: Invalid value: ["127.96.0.7","127.96.0.8"]: may specify no more than one IP for each IP family'],
    ],
    [
      'an address of another family',
      inner({ clusterIP: '127.96.0.7', ipFamilies: ['IPv6'] }),
      ['spec.clusterIPs[0]: Invalid value: "127.96.0.7": expected an IPv6 value as indicated by `ipFamilies[0]`'],
    ],
    [
      'families that are none, or twice',
      inner({ ipFamilies: ['IPv5', 'IPv4', 'IPv4'] }),
      ['spec.ipFamilies[0]: Unsupported value: "IPv5": supported values: "IPv4", "IPv6"', 'spec.ipFamilies[2]: Duplicate value: "IPv4"'],
    ],
    [
      'an unknown family policy',
      inner({ ipFamilyPolicy: 'Both' }),
      ['spec.ipFamilyPolicy: Unsupported value: "Both": supported values: "PreferDualStack", "RequireDualStack", "SingleStack"'],
    ],
    [
      'an ExternalName with addresses',
      { type: 'ExternalName', externalName: 'example.com.', clusterIP: '127.96.0.7', ipFamilyPolicy: 'SingleStack', ipFamilies: ['IPv4'] },
      [
        'spec.clusterIPs: Forbidden: may not be set for ExternalName services',
        'spec.ipFamilies: Forbidden: may not be set for ExternalName services',
        'spec.ipFamilyPolicy: Forbidden: may not be set for ExternalName services',
      ],
    ],
    [
      'affinity for more than a day',
      inner({ sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 86_401 } } }),
      ['spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 86401: must be greater than 0 and less than 86400'],
    ],
    [
      'an unknown affinity',
      inner({ sessionAffinity: 'Cookie' }),
      ['spec.sessionAffinity: Unsupported value: "Cookie": supported values: "ClientIP", "None"'],
    ],
    [
      'external addresses that are none, or nobody’s',
      inner({ externalIPs: ['a', '169.254.1.1', '0.0.0.0', '192.0.2.1', '127.200.0.9'] }),
      [
        'spec.externalIPs[0]: Invalid value: "a": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
        'spec.externalIPs[1]: Invalid value: "169.254.1.1": may not be in the link-local range (169.254.0.0/16, fe80::/10)',
        'spec.externalIPs[2]: Invalid value: "0.0.0.0": may not be unspecified (0.0.0.0 or ::)',
      ],
    ],
    [
      'source ranges',
      balancer({ loadBalancerSourceRanges: ['10.0.0.0/8', 'x'] }),
      [
        'spec.LoadBalancerSourceRanges: Invalid value: "[10.0.0.0/8 x]": must be a list of IP ranges. For example, 10.240.0.0/24,10.250.0.0/24 ',
      ],
    ],
    [
      'what only load balancers have',
      inner({ loadBalancerSourceRanges: ['10.0.0.0/8'], loadBalancerClass: 'a/b', allocateLoadBalancerNodePorts: false }),
      ['LoadBalancerSourceRanges', 'allocateLoadBalancerNodePorts', 'loadBalancerClass'].map(
        (field) => `spec.${field}: Forbidden: may only be used when \`type\` is 'LoadBalancer'`,
      ),
    ],
    [
      'a policy for clients from outside, and an external address',
      inner({ externalIPs: ['192.0.2.1'], externalTrafficPolicy: 'Local' }),
      [],
    ],
    [
      'a policy for clients from outside, who cannot come',
      inner({ externalTrafficPolicy: 'Local' }),
      ['spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services'],
    ],
    [
      'a port for health checks that nobody makes',
      balancer({ healthCheckNodePort: 30_001 }),
      [
        "spec.healthCheckNodePort: Invalid value: 30001: may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
      ],
    ],
    ['a port for health checks', balancer({ healthCheckNodePort: 30_001, externalTrafficPolicy: 'Local' }), []],
    [
      'unknown policies',
      inner({ internalTrafficPolicy: 'Near', trafficDistribution: 'Near' }),
      [
        'spec.internalTrafficPolicy: Unsupported value: "Near": supported values: "Cluster", "Local"',
        'spec.trafficDistribution: Unsupported value: "Near": supported values: "PreferClose", "PreferSameNode", "PreferSameZone"',
      ],
    ],
    [
      'selectors are labels',
      inner({ selector: { 'a b': '1' } }),
      [expect.stringMatching(/^spec\.selector: Invalid value: "a b": name part/)],
    ],
  ])('%s', (_, spec, expected) => {
    expect(problems(services, service(spec))).toEqual(expected);
  });

  test('what is set and has no effect is warned of', () => {
    const warned = rowOf('services').strategy.warnings?.(
      create(services, service({ clusterIP: 'None', sessionAffinity: 'ClientIP', externalName: 'example.com' })),
      undefined,
    );
    expect(warned).toEqual(
      expect.arrayContaining([
        'spec.SessionAffinity is ignored for headless services',
        'spec.externalName is ignored when spec.type is not "ExternalName"',
      ]),
    );
  });
});

describe('updates', () => {
  const old = { ...create(services, service({ type: 'NodePort', ports: [{ port: 80, nodePort: 30_080 }], clusterIP: '127.96.0.7' })) };

  test('S1: the cluster IP never changes', () => {
    expect(
      update(services, old, (draft) => Object.assign(draft.spec ?? {}, { clusterIP: '127.96.0.8', clusterIPs: ['127.96.0.8'] })).problems,
    ).toEqual(['spec.clusterIPs[0]: Invalid value: ["127.96.0.8"]: may not change once set']);
  });

  test('S1: who leaves the address and node ports out keeps them', () => {
    const { next, problems: found } = update(services, old, (draft) => (draft.spec = { type: 'NodePort', ports: [port] }));
    expect(found).toEqual([]);
    expect(next.spec).toMatchObject({ clusterIP: '127.96.0.7', clusterIPs: ['127.96.0.7'], ports: [{ nodePort: 30_080 }] });
  });

  test('S4: changing the type back closes the port', () => {
    const { next, problems: found } = update(services, old, (draft) => Object.assign(draft.spec ?? {}, { type: 'ClusterIP' }));
    expect(found).toEqual([]);
    expect(next.spec?.ports).toEqual([{ port: 80, protocol: 'TCP', targetPort: 80 }]);
    expect(next.spec).not.toHaveProperty('externalTrafficPolicy');
  });
});

describe('changes of type', () => {
  const given = { clusterIP: '127.96.0.7', clusterIPs: ['127.96.0.7'], ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' };
  const ports = [{ port: 80, protocol: 'TCP', targetPort: 80, nodePort: 30_080 }];
  const SHAPES: Record<string, ServiceSpec> = {
    ClusterIP: { ...given, ports: [{ port: 80 }] },
    NodePort: { ...given, ports, externalTrafficPolicy: 'Cluster' },
    LoadBalancer: { ...given, ports, externalTrafficPolicy: 'Local', healthCheckNodePort: 30_090, loadBalancerClass: 'a/b' },
    ExternalName: { externalName: 'example.com', ports: [{ port: 80 }] },
  };
  const HAS: Record<string, string[]> = {
    ClusterIP: ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy'],
    NodePort: ['clusterIP', 'clusterIPs', 'externalTrafficPolicy', 'ipFamilies', 'ipFamilyPolicy', 'nodePort'],
    LoadBalancer: [
      ...['allocateLoadBalancerNodePorts', 'clusterIP', 'clusterIPs', 'externalTrafficPolicy', 'healthCheckNodePort'],
      ...['ipFamilies', 'ipFamilyPolicy', 'loadBalancerClass', 'nodePort'],
    ],
    ExternalName: [],
  };
  const fieldsOf = (spec: ServiceSpec = {}): string[] => [
    ...(spec.ports?.some(({ nodePort }) => nodePort) ? ['nodePort'] : []),
    ...Object.keys(spec).filter((field) => HAS.LoadBalancer?.includes(field)),
  ];
  const pairs = Object.keys(SHAPES).flatMap((from) => Object.keys(SHAPES).map((to): [string, string] => [from, to]));

  test.each(pairs)('%s → %s keeps what both have, and nothing else', (from, to) => {
    const old = create(services, service({ type: from, ...SHAPES[from] }));
    const { next, problems: found } = update(services, old, (draft) => {
      Object.assign(draft.spec ?? {}, { type: to, ...(to === 'ExternalName' && { externalName: 'example.com' }) });
    });
    expect(found).toEqual([]);
    const both = (HAS[from] ?? []).filter((field) => HAS[to]?.includes(field));
    expect(fieldsOf(next.spec)).toEqual(expect.arrayContaining(both.filter((field) => field !== 'healthCheckNodePort' || from === to)));
    for (const field of fieldsOf(next.spec)) expect(HAS[to]).toContain(field);
  });

  test('an update that leaves everything out keeps it', () => {
    const old = create(services, service({ type: 'LoadBalancer', ...SHAPES.LoadBalancer }));
    const { next, problems: found } = update(services, old, (draft) => {
      draft.spec = { type: 'LoadBalancer', ports: [{ port: 81 }], externalTrafficPolicy: 'Local', loadBalancerClass: 'a/b' };
    });
    expect(found).toEqual([]);
    expect(next.spec).toMatchObject({ ...given, healthCheckNodePort: 30_090, ports: [{ port: 81, nodePort: 30_080 }] });
  });

  test('a node port follows its name, and none is given twice', () => {
    const named = [
      { name: 'a', port: 80, nodePort: 30_080 },
      { name: 'b', port: 81, nodePort: 30_081 },
    ];
    const old = create(services, service({ type: 'NodePort', ...given, ports: named }));
    const { next } = update(services, old, (draft) => {
      const spec = draft.spec ?? {};
      spec.ports = [
        { name: 'b', port: 80 },
        { name: 'a', port: 81, nodePort: 30_081 },
        { name: 'c', port: 82 },
      ];
    });
    expect(next.spec?.ports?.map(({ nodePort }) => nodePort)).toEqual([undefined, 30_081, undefined]);
  });

  test.each<[string, string, ServiceSpec, string[]]>([
    [
      'a new node port without its type',
      'NodePort',
      { type: 'ClusterIP', ports: [{ port: 80, nodePort: 30_099 }] },
      ["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"],
    ],
    ['headless at last', 'ClusterIP', { clusterIP: 'None' }, ['spec.clusterIPs[0]: Invalid value: ["None"]: may not change once set']],
    [
      'another class',
      'LoadBalancer',
      { loadBalancerClass: 'a/c' },
      ['spec.loadBalancerClass: Invalid value: "a/c": may not change once set'],
    ],
    [
      'another port for health checks',
      'LoadBalancer',
      { healthCheckNodePort: 30_091 },
      ['spec.healthCheckNodePort: Forbidden: field is immutable'],
    ],
    [
      'another family',
      'ClusterIP',
      { ipFamilies: ['IPv6'] },
      [
        'spec.ipFamilies[0]: Invalid value: ["IPv6"]: may not change once set',
        'spec.clusterIPs[0]: Invalid value: "127.96.0.7": expected an IPv6 value as indicated by `ipFamilies[0]`',
      ],
    ],
  ])('refused: %s', (_, from, change, expected) => {
    const old = create(services, service({ type: from, ...SHAPES[from] }));
    const { problems: found } = update(services, old, (draft) => Object.assign(draft.spec ?? {}, change));
    expect(found.toSorted()).toEqual(expected.toSorted());
  });

  test('a status is of load balancers only, and goes with the type', () => {
    const status = { loadBalancer: { ingress: [{ ip: '192.0.2.1', ipMode: 'VIP' }, { hostname: '192.0.2.2' }] } };
    const old: Service = { ...create(services, service({ type: 'LoadBalancer', ...SHAPES.LoadBalancer })), status };
    const check = rowOf('services').strategy.validateStatusUpdate;
    expect(check?.(old, old, CONTEXT)).toMatchObject([
      { field: 'status.loadBalancer.ingress[1].hostname', message: 'Invalid value: "192.0.2.2": must be a DNS name, not an IP address' },
    ]);
    const inside: Service = { ...service({ type: 'ClusterIP', ...SHAPES.ClusterIP }), status };
    expect(check?.(inside, inside, CONTEXT)).toMatchObject([
      { field: 'status.loadBalancer.ingress', message: "Forbidden: may only be used when `spec.type` is 'LoadBalancer'" },
    ]);
    const { next } = update(services, old, (draft) => Object.assign(draft.spec ?? {}, { type: 'NodePort' }));
    expect(next.status).toEqual({ loadBalancer: {} });
  });
});

describe('columns', () => {
  test.each<[Service, object]>([
    [
      service({ type: 'ClusterIP', clusterIP: '127.96.0.7', ports: [{ port: 80, protocol: 'TCP' }], selector: { b: '2', a: '1' } }),
      {
        Name: 'web',
        Type: 'ClusterIP',
        'Cluster-IP': '127.96.0.7',
        'External-IP': '<none>',
        'Port(s)': '80/TCP',
        Age: '5s',
        Selector: 'a=1,b=2',
      },
    ],
    [
      service({ type: 'LoadBalancer', clusterIP: '127.96.0.7', ports: [{ port: 80, nodePort: 30_080, protocol: 'TCP' }] }),
      { 'External-IP': '<pending>', 'Port(s)': '80:30080/TCP', Selector: '<none>' },
    ],
    [
      service({ type: 'ExternalName', externalName: 'example.com' }),
      { 'Cluster-IP': '<none>', 'External-IP': 'example.com', 'Port(s)': '<none>' },
    ],
  ])('%o', (object, expected) => {
    expect(cells(services, object)).toMatchObject(expected);
  });
});
