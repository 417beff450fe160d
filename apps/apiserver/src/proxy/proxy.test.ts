import type { EndpointSlice, Node, Pod, Service } from '@kubernats/api';
import { NetworkError } from '@kubernats/net';
import { describe, expect, test } from 'vitest';
import { failureText } from './failure-text.ts';
import { requestHeaders, responseHeaders } from './forwarded-headers.ts';
import { isPodAddress } from './pod-address.ts';
import { podPort } from './pod-target.ts';
import { cleanPath, parseTargetName } from './proxy-target.ts';
import { rewriteUrl } from './rewrite-url.ts';
import { endpointsOf } from './service-target.ts';

const show = (id: string) => {
  const parsed = parseTargetName(id);
  return parsed && `${parsed.scheme} ${parsed.name} ${parsed.port}`;
};

test.each([
  ['web', 'http web '],
  ['web:http', 'http web http'],
  ['web:', 'http web '],
  ['https:web:', 'https web '],
  ['https:web:8443', 'https web 8443'],
  ['http:web:80', 'http web 80'],
  [':web:80', 'http web 80'],
  ['https:web', 'http https web'],
  ['ftp:web:80', undefined],
  ['HTTPS:web:80', undefined],
  ['a:b:c:d', undefined],
  ['', undefined],
  [':80', undefined],
  ['https::80', undefined],
])('the name %j leads to %j', (id, expected) => {
  expect(show(id)).toBe(expected);
});

test.each([
  ['', ''],
  ['/', '/'],
  ['/a', '/a'],
  ['/a/', '/a/'],
  ['/a//b///c/', '/a/b/c/'],
  ['/../../etc/passwd', '/etc/passwd'],
  ['/a/./b/../c', '/a/c'],
  ['/..', '/'],
  ['/a/../', '/'],
  ['/ü/🦊', '/ü/🦊'],
])('the path %j is %j at the backend', (path, expected) => {
  expect(cleanPath(path)).toBe(expected);
});

describe('the endpoints of a Service', () => {
  const service: Service = {
    spec: {
      ports: [
        { name: 'http', port: 80, targetPort: 'web' },
        { name: 'admin', port: 9000 },
      ],
    },
  };
  const endpoint = (address: string, pod?: string, ready?: boolean) => ({
    addresses: [address],
    ...(ready === undefined ? {} : { conditions: { ready } }),
    ...(pod ? { targetRef: { kind: 'Pod', namespace: 'ns', name: pod } } : {}),
  });
  const slice = (ports: EndpointSlice['ports'], ...endpoints: NonNullable<EndpointSlice['endpoints']>): EndpointSlice => ({
    metadata: { name: 's', namespace: 'ns' },
    addressType: 'IPv4',
    ports,
    endpoints,
  });
  const slices = [
    slice(
      [
        { name: 'http', port: 8080 },
        { name: 'admin', port: 9001 },
      ],
      endpoint('10.0.0.1', 'a', true),
      endpoint('10.0.0.2', 'b', false),
    ),
    slice([{ name: 'http', port: 8081 }, { name: 'admin' }], endpoint('10.0.0.3', 'c'), endpoint('10.0.0.4')),
  ];
  const found = (id: string, of: EndpointSlice[] = slices, by = service) => {
    const asked = parseTargetName(id);
    if (!asked) throw new Error(id);
    return endpointsOf({ ...asked, id }, by, of).map(({ host, port, pod = '-' }) => `${host}:${port} ${pod}`);
  };

  test('are the ready ones at the port, which a name or a number of the Service means', () => {
    const http = ['10.0.0.1:8080 a', '10.0.0.3:8081 c', '10.0.0.4:8081 -'];
    expect(found('web:http')).toEqual(http);
    expect(found('web:80')).toEqual(http);
    expect(found('https:web:9000')).toEqual(['10.0.0.1:9001 a']);
  });

  test('without a port in the request: those of the port without a name', () => {
    expect(found('web')).toEqual([]);
    expect(found('web', [slice([{ port: 8080 }], endpoint('10.0.0.1', 'a'))])).toEqual(['10.0.0.1:8080 a']);
    expect(found('web', [slice([{ name: '', port: 8080 }], endpoint('10.0.0.1', 'a'))])).toEqual(['10.0.0.1:8080 a']);
  });

  test.each(['8080', '0', '99999', '-1'])('the number %s is none of its ports', (port) => {
    expect(() => found(`web:${port}`)).toThrow(
      expect.objectContaining({ code: 503, message: `no service port ${Number(port)} found for service "web"` }),
    );
  });

  test('a Pod of another namespace is none of its Pods', () => {
    const foreign = { addresses: ['10.0.0.9'], targetRef: { kind: 'Pod', namespace: 'kube-system', name: 'secret' } };
    expect(found('web:http', [slice([{ name: 'http', port: 1 }], foreign)])).toEqual(['10.0.0.9:1 -']);
  });
});

test.each([
  ['p', 8080],
  ['p:9', 9],
  ['p:metrics', 9100],
  ['https:p:', 8080],
  ['p:0', 0],
])('the request %s is for port %i of the Pod', (id, port) => {
  const pod: Pod = {
    spec: {
      containers: [
        { name: 'a' },
        {
          name: 'b',
          ports: [{ containerPort: 8080 }, { name: 'metrics', containerPort: 9100 }],
        },
      ],
    },
  };
  const asked = parseTargetName(id);
  expect(asked && podPort({ ...asked, id }, pod)).toBe(port);
});

test('a Pod without ports has those of the schemes; what is no port is refused', () => {
  const port = (id: string) => {
    const asked = parseTargetName(id);
    return asked && podPort({ ...asked, id }, { spec: { containers: [{ name: 'a' }] } });
  };
  expect([port('p'), port('https:p:')]).toEqual([80, 443]);
  expect(() => port('p:http')).toThrow(expect.objectContaining({ code: 400, message: 'invalid pod request "p:http"' }));
  expect(() => port('p:99999')).toThrow(
    expect.objectContaining({ code: 503, message: 'error trying to reach service: dial tcp: address 99999: invalid port' }),
  );
  expect(() => port('p:-1')).toThrow(expect.objectContaining({ code: 503 }));
});

test.each([
  ['10.244.1.5', true],
  ['127.128.0.5', true],
  ['127.10.0.1', true],
  ['127.128.1.5', false],
  ['127.0.0.1', false],
  ['169.254.169.254', false],
  ['0.0.0.0', false],
  ['224.0.0.1', false],
  ['255.255.255.255', false],
  ['', false],
  ['localhost', false],
  ['::1', false],
])('may %j be the address of a Pod of this node? %j', (ip, expected) => {
  const node: Node = { spec: { podCIDRs: ['127.128.0.0/24'] }, status: { addresses: [{ type: 'InternalIP', address: '127.10.0.1' }] } };
  expect(isPodAddress(ip, node)).toBe(expected);
});

test('without a node nothing of the machine itself is the address of a Pod', () => {
  expect(isPodAddress('127.128.0.5', undefined)).toBe(false);
  expect(isPodAddress('10.0.0.1', undefined)).toBe(true);
});

const PREFIX = '/api/v1/namespaces/ns/services/web/proxy';

test.each([
  ['/login?next=/#top', `${PREFIX}/login?next=/#top`],
  ['/', `${PREFIX}/`],
  ['/a/', `${PREFIX}/a/`],
  ['/a/../b', `${PREFIX}/b`],
  ['http://10.0.0.1:8080/a', `${PREFIX}/a`],
  ['https://localhost:8001/a', `${PREFIX}/a`],
  ['//10.0.0.1:8080/a', `${PREFIX}/a`],
  [`${PREFIX}/a`, `${PREFIX}/a`],
  [`${PREFIX}`, `${PREFIX}`],
  [`${PREFIX}s/a`, `${PREFIX}${PREFIX}s/a`],
  [`http://10.0.0.1:8080${PREFIX}/a?b`, `${PREFIX}/a?b`],
  ['a/b', 'a/b'],
  ['?q', '?q'],
  ['#f', '#f'],
  ['', ''],
  ['mailto:a@b', 'mailto:a@b'],
  ['javascript:/x/', 'javascript:/x/'],
  ['http://example.com/a', 'http://example.com/a'],
  ['http://10.0.0.1:8080', 'http://10.0.0.1:8080'],
])('the link %j is %j for the client', (url, expected) => {
  expect(rewriteUrl(url, { prefix: PREFIX, hosts: ['10.0.0.1:8080', 'localhost:8001'] })).toBe(expected);
});

describe('the head that is passed on', () => {
  const head = (headers: string[], more: Partial<Parameters<typeof requestHeaders>[0]> = {}) =>
    requestHeaders({ method: 'GET', headers, clientAddress: '192.0.2.1', hasUnknownLength: false, ...more });

  test('is without what belongs to the connection, and what shows who the client is', () => {
    const raw = [
      ...['Host', 'api:6443', 'Authorization', 'Bearer secret', 'X-Test', '1', 'x-test', '2', 'Connection', 'close, X-Hop'],
      ...['X-Hop', 'y', 'Keep-Alive', '5', 'TE', 'trailers', 'Expect', '100-continue', 'Proxy-Authorization', 'z', 'Upgrade', 'h2c'],
      ...['Impersonate-User', 'eve', 'Impersonate-Extra-A', 'b', 'X-Remote-User', 'root', 'X-Remote-Group', 'g', 'X-Remote-Extra-A', 'b'],
    ];
    expect(head(raw)).toEqual([
      'Host',
      'api:6443',
      'X-Test',
      '1',
      'x-test',
      '2',
      'X-Forwarded-For',
      '192.0.2.1',
      'Connection',
      'keep-alive',
    ]);
  });

  test('says whom the request is from, and for which path', () => {
    const raw = ['X-Forwarded-For', '198.51.100.7', 'X-Forwarded-Uri', '/lie', ':authority', 'api', ':path', '/'];
    expect(head(raw, { forwardedUri: '/x' })).toEqual([
      ...['Host', 'api', 'X-Forwarded-For', '198.51.100.7, 192.0.2.1', 'X-Forwarded-Uri', '/x', 'Connection', 'keep-alive'],
    ]);
  });

  test('has one way to say how long the body is', () => {
    const both = ['Content-Length', '5', 'Transfer-Encoding', 'chunked'];
    const forwarded = ['X-Forwarded-For', '192.0.2.1', 'Connection', 'keep-alive'];
    expect(head(both, { hasUnknownLength: true })).toEqual([...forwarded, 'Transfer-Encoding', 'chunked']);
    expect(head(['Content-Length', '5'], { method: 'POST' })).toEqual(['Content-Length', '5', ...forwarded]);
    expect(head([], { method: 'POST' })).toEqual([...forwarded, 'Content-Length', '0']);
  });

  test('of an upgrade has what belongs to the connection as well', () => {
    const raw = ['Connection', 'Upgrade', 'Upgrade', 'websocket', 'Sec-WebSocket-Key', 'k', 'Authorization', 'x'];
    expect(head(raw, { upgrade: true })).toEqual([...raw.slice(0, 6), 'X-Forwarded-For', '192.0.2.1']);
  });

  test('of an answer keeps values apart, and leaves out what lets other sites read it', () => {
    const raw = [
      ...['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'Cache-Control', 'max-age=5', 'Connection', 'X-Hop', 'X-Hop', '1'],
      ...['Transfer-Encoding', 'chunked', 'Access-Control-Allow-Origin', '*', '__proto__', 'x', 'Content-Length', '5'],
    ];
    const kept = responseHeaders(raw, ['content-length']);
    expect(Object.entries(kept)).toEqual([
      ['cache-control', ['no-cache, private', 'max-age=5']],
      ['set-cookie', ['a=1', 'b=2']],
      ['__proto__', ['x']],
    ]);
  });
});

test.each([
  [new NetworkError('ECONNREFUSED', 'x'), 'dial tcp 10.0.0.1:80: connect: connection refused'],
  [new NetworkError('ETIMEDOUT', 'x'), 'dial tcp 10.0.0.1:80: i/o timeout'],
  [new NetworkError('EHOSTUNREACH', 'x'), 'dial tcp 10.0.0.1:80: connect: no route to host'],
  [Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }), 'EOF'],
  [Object.assign(new Error('SSL: wrong version number: x'), { code: 'EPROTO' }), 'http: server gave HTTP response to HTTPS client'],
])('%s is said as: %s', (error, text) => {
  expect(failureText(error, { host: '10.0.0.1', port: 80 })).toBe(text);
});
