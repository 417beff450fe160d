import { describe, expect, test } from 'vitest';
import { cells, create, problems, rowOf, update } from '../../../test/harness.ts';
import type { Ingress, IngressClass, IPAddress, NetworkPolicy, ServiceCIDR } from '../../index.ts';

const GROUP = 'networking.k8s.io';
const namespaced = { name: 'a', namespace: 'default' };

describe('Ingress', () => {
  const ingresses = rowOf('ingresses', GROUP);
  const backend = { service: { name: 'web', port: { number: 8080 } } };
  const ingress = (spec: object, metadata: object = {}): Ingress => ({ metadata: { ...namespaced, ...metadata }, spec });
  const ofPath = (path: object, host?: string): object => ({
    rules: [{ host, http: { paths: [{ pathType: 'Prefix', path: '/', backend, ...path }] } }],
  });
  const PATH = 'spec.rules[0].http.paths[0]';

  test.each<[object, string[]]>([
    [ofPath({}, '*.example.com'), []],
    [{ defaultBackend: backend }, []],
    [{}, ['spec: Invalid value: "null": either `defaultBackend` or `rules` must be specified']],
    [{ rules: [{ http: { paths: [] } }] }, ['spec.rules[0].http.paths: Required value']],
    [ofPath({ pathType: undefined }), [`${PATH}.pathType: Required value: pathType must be specified`]],
    [
      ofPath({ pathType: 'Regex' }),
      [`${PATH}.pathType: Unsupported value: "Regex": supported values: "Exact", "ImplementationSpecific", "Prefix"`],
    ],
    [ofPath({ path: 'a' }), [`${PATH}.path: Invalid value: "a": must be an absolute path`]],
    [
      ofPath({ path: '/a//b/..' }),
      [`${PATH}.path: Invalid value: "/a//b/..": must not contain '//'`, `${PATH}.path: Invalid value: "/a//b/..": cannot end with '/..'`],
    ],
    [ofPath({ pathType: 'ImplementationSpecific', path: '' }), []],
    [ofPath({ backend: {} }), [`${PATH}.backend: Invalid value: "": resource or service backend is required`]],
    [ofPath({ backend: { service: { name: 'web', port: {} } } }), [`${PATH}.backend: Required value: port name or number is required`]],
    [
      ofPath({ backend: { service: { name: '', port: { name: 'http', number: 1 } } } }),
      [`${PATH}.backend.service.name: Required value`, `${PATH}.backend: Invalid value: "": cannot set both port name & port number`],
    ],
    [
      ofPath({ backend: { ...backend, resource: { kind: 'Bucket', name: 'b' } } }),
      [`${PATH}.backend: Invalid value: "": cannot set both resource and service backends`],
    ],
    [ofPath({}, '10.0.0.1'), ['spec.rules[0].host: Invalid value: "10.0.0.1": must be a DNS name, not an IP address']],
    [
      ofPath({}, 'a.*.b'),
      [expect.stringMatching(/^spec\.rules\[0\]\.host: Invalid value: "a\.\*\.b": a wildcard DNS-1123 subdomain must start/)],
    ],
    [
      { defaultBackend: backend, tls: [{ hosts: ['A'], secretName: 'B' }], ingressClassName: 'C' },
      [
        expect.stringMatching(/^spec\.tls\[0\]\.hosts\[0\]: Invalid value: "A"/),
        expect.stringMatching(/^spec\.tls\[0\]\.secretName: Invalid value: "B"/),
        expect.stringMatching(/^spec\.ingressClassName: Invalid value: "C"/),
      ],
    ],
  ])('%j', (spec, expected) => {
    expect(problems(ingresses, ingress(spec))).toEqual(expected);
  });

  test('the older annotation may not contradict the class', () => {
    const annotations = { 'kubernetes.io/ingress.class': 'b' };
    expect(problems(ingresses, ingress({ defaultBackend: backend, ingressClassName: 'a' }, { annotations }))).toEqual([
      'annotations.kubernetes.io/ingress.class: Invalid value: "b": must match `ingressClassName` when both are specified',
    ]);
  });

  test('columns', () => {
    const hosts = ['a', 'b', 'c', 'd'].map((host) => ({ host }));
    const status = { loadBalancer: { ingress: [{ hostname: 'lb.example.com' }, { ip: '10.0.0.1' }] } };
    expect(cells(ingresses, { ...ingress({ rules: hosts, tls: [{}], ingressClassName: 'nginx' }), status } as Ingress)).toMatchObject({
      Class: 'nginx',
      Hosts: 'a,b,c + 1 more...',
      Address: '10.0.0.1,lb.example.com',
      Ports: '80, 443',
    });
    expect(cells(ingresses, ingress({ defaultBackend: backend }))).toMatchObject({ Class: '<none>', Hosts: '*', Address: '', Ports: '80' });
  });

  test('R1: that nobody serves it is said at each write', () => {
    const made = create(ingresses, ingress({ defaultBackend: backend }));
    expect(ingresses.strategy.warnings?.(made, undefined)).toEqual([
      expect.stringContaining('Ingress: stored, but nothing in kubernats acts on it'),
    ]);
  });
});

describe('IngressClass', () => {
  const classes = rowOf('ingressclasses', GROUP);
  const ofClass = (spec: object): IngressClass => ({ metadata: { name: 'a' }, spec });

  test.each<[object, string[]]>([
    [{ controller: 'example.com/ingress' }, []],
    [{}, ['spec.controller: Required value']],
    [{ controller: 'ingress' }, ['spec.controller: Invalid value: "ingress": must be a domain-prefixed path (such as "acme.io/foo")']],
    [
      { controller: 'a.b/c', parameters: { kind: 'K', name: 'n', scope: 'Namespace' } },
      ["spec.parameters.namespace: Required value: `parameters.scope` is set to 'Namespace'"],
    ],
    [
      { controller: 'a.b/c', parameters: { kind: 'K', name: 'n', namespace: 'x' } },
      ["spec.parameters.namespace: Forbidden: `parameters.scope` is set to 'Cluster'"],
    ],
  ])('%j', (spec, expected) => {
    expect(problems(classes, ofClass(spec))).toEqual(expected);
  });

  test('its controller never changes', () => {
    const old = create(classes, ofClass({ controller: 'a.b/c' }));
    const { problems: found } = update(classes, old, (draft) => Object.assign(draft.spec ?? {}, { controller: 'a.b/d' }));
    expect(found).toEqual(['spec.controller: Invalid value: "a.b/d": field is immutable']);
  });

  test('columns', () => {
    const parameters = { apiGroup: 'k8s.example.com', kind: 'Params', name: 'p' };
    expect(cells(classes, ofClass({ controller: 'a.b/c', parameters }))).toMatchObject({
      Controller: 'a.b/c',
      Parameters: 'Params.k8s.example.com/p',
    });
  });
});

describe('NetworkPolicy', () => {
  const policies = rowOf('networkpolicies', GROUP);
  const policy = (spec: object): NetworkPolicy => ({ metadata: namespaced, spec }) as NetworkPolicy;
  const to = (...peers: object[]): object => ({ egress: [{ to: peers }] });
  const PEER = 'spec.egress[0].to[0]';

  test('the directions that it is about follow from its rules', () => {
    expect(create(policies, policy({ podSelector: {} })).spec?.policyTypes).toEqual(['Ingress']);
    const made = create(policies, policy({ podSelector: {}, egress: [{ ports: [{ port: 53 }] }] }));
    expect(made.spec).toMatchObject({ policyTypes: ['Ingress', 'Egress'], egress: [{ ports: [{ port: 53, protocol: 'TCP' }] }] });
  });

  test.each<[object, string[]]>([
    [to({ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }), []],
    [to({ podSelector: {}, namespaceSelector: {} }), []],
    [to({}), [`${PEER}: Required value: must specify a peer`]],
    [
      to({ ipBlock: { cidr: 'x' }, podSelector: {} }),
      [
        `${PEER}.ipBlock.cidr: Invalid value: "x": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)`,
        `${PEER}: Forbidden: may not specify both ipBlock and another peer`,
      ],
    ],
    [
      to({ ipBlock: { cidr: '10.0.0.0/8', except: ['11.0.0.0/16', '10.0.0.0/8'] } }),
      [
        `${PEER}.ipBlock.except[0]: Invalid value: "11.0.0.0/16": must be a strict subset of \`cidr\``,
        `${PEER}.ipBlock.except[1]: Invalid value: "10.0.0.0/8": must be a strict subset of \`cidr\``,
      ],
    ],
    [to({ ipBlock: { cidr: '2001:db8::/32', except: ['2001:db8:1::/48'] } }), []],
    [
      {
        ingress: [{ ports: [{ protocol: 'ICMP' }, { port: 0 }, { port: 80, endPort: 79 }, { port: 'http', endPort: 90 }, { endPort: 1 }] }],
      },
      [
        'spec.ingress[0].ports[0].protocol: Unsupported value: "ICMP": supported values: "TCP", "UDP", "SCTP"',
        'spec.ingress[0].ports[1].port: Invalid value: 0: must be between 1 and 65535, inclusive',
        'spec.ingress[0].ports[2].endPort: Invalid value: 79: must be greater than or equal to `port`',
        'spec.ingress[0].ports[3].endPort: Invalid value: 90: may not be specified when `port` is non-numeric',
        'spec.ingress[0].ports[4].endPort: Invalid value: 1: may not be specified when `port` is not specified',
      ],
    ],
    [{ policyTypes: ['Up'] }, ['spec.policyTypes[0]: Unsupported value: "Up": supported values: "Ingress", "Egress"']],
  ])('%j', (spec, expected) => {
    expect(problems(policies, policy(spec))).toEqual(expected);
  });

  test('columns', () => {
    expect(cells(policies, policy({ podSelector: { matchLabels: { app: 'web' } } }))).toMatchObject({ 'Pod-Selector': 'app=web' });
    expect(cells(policies, policy({ podSelector: {} }))).toMatchObject({ 'Pod-Selector': '<none>' });
  });
});

describe('IPAddress', () => {
  const addresses = rowOf('ipaddresses', GROUP);
  const parentRef = { resource: 'services', namespace: 'default', name: 'web' };
  const address = (name: string, parent: object = parentRef): IPAddress =>
    ({ metadata: { name }, spec: { parentRef: parent } }) as IPAddress;

  test.each<[string, string[]]>([
    ['10.0.0.1', []],
    ['2001:db8::1', []],
    ['::', []],
    ['::ffff:1.2.3.4', [expect.stringContaining('must be in canonical form ("::ffff:102:304")')]],
    ['2001:DB8:0:0::1', ['metadata.name: Invalid value: "2001:DB8:0:0::1": must be in canonical form ("2001:db8::1")']],
    ['a', ['metadata.name: Invalid value: "a": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)']],
  ])('%s', (name, expected) => {
    expect(problems(addresses, address(name))).toEqual(expected);
  });

  test('belongs to one object for life', () => {
    expect(problems(addresses, address('10.0.0.1', {}))).toEqual([
      'spec.parentRef.resource: Required value',
      'spec.parentRef.name: Required value',
    ]);
    expect(cells(addresses, address('10.0.0.1'))).toMatchObject({ ParentRef: 'services/default/web' });
    const { problems: found } = update(addresses, create(addresses, address('10.0.0.1')), (draft) => {
      draft.spec = { parentRef: { ...parentRef, name: 'other' } };
    });
    expect(found[0]).toMatch(/^spec\.parentRef: Invalid value: .*: field is immutable$/);
  });
});

describe('ServiceCIDR', () => {
  const ranges = rowOf('servicecidrs', GROUP);
  const range = (...cidrs: string[]): ServiceCIDR => ({ metadata: { name: 'a' }, spec: { cidrs } });

  test.each<[string[], string[]]>([
    [['10.0.0.0/16'], []],
    [['10.0.0.0/16', '2001:db8::/64'], []],
    [[], ['spec.cidrs: Required value: at least one CIDR required']],
    [['10.0.0.1/16'], ['spec.cidrs[0]: Invalid value: "10.0.0.1/16": must not have bits set beyond the prefix length']],
    [
      ['10.0.0.0/16', '11.0.0.0/16'],
      [
        'spec.cidrs: Invalid value: ["10.0.0.0/16","11.0.0.0/16"]: may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64',
      ],
    ],
  ])('%j', (cidrs, expected) => {
    expect(problems(ranges, range(...cidrs))).toEqual(expected);
  });

  test('a second range may join, and nothing else changes', () => {
    const old = create(ranges, range('10.0.0.0/16'));
    const to = (...cidrs: string[]): string[] => update(ranges, old, (draft) => Object.assign(draft, { spec: { cidrs } })).problems;
    expect(to('10.0.0.0/16', '2001:db8::/64')).toEqual([]);
    expect(to('11.0.0.0/16')).toEqual(['spec.cidrs[0]: Invalid value: "11.0.0.0/16": field is immutable']);
  });

  test('R1: only the one that the server itself describes has an effect', () => {
    const warnings = (name: string) =>
      ranges.strategy.warnings?.({ ...range('10.0.0.0/16'), metadata: { name } } as ServiceCIDR, undefined);
    expect(warnings('kubernetes')).toEqual([]);
    expect(warnings('more')).toHaveLength(1);
  });
});
