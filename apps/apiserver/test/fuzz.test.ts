// Whatever is sent is answered, and never with an error of the server: mutated manifests, patches of all kinds, selectors, queries, paths.
import { KINDS } from '@kubernats/api';
import { anyObject } from '@kubernats/testing/any-object';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { clusterOfFile } from './support/cluster-of-file.ts';
import type { Send } from './support/https-client.ts';
import { type Manifest, manifests, pathOf } from './support/manifests.ts';
import { mutated, odd } from './support/mutations.ts';

const { door, namespace } = await clusterOfFile();
const { admin } = door;
const MANIFESTS = await manifests();
const { ns, at } = await namespace();

afterEach(async () => {
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  expect((await admin.get('/readyz')).text).toBe('ok');
});

/** Sends it, and wants an answer that is a client's error at most. Of what goes on for long only the beginning is waited for. */
async function answered(method: string, path: string, { body, headers }: Send = {}): Promise<void> {
  const bytes = typeof body === 'object' && !(body instanceof Uint8Array) ? JSON.stringify(body) : body;
  const length = bytes === undefined ? {} : { 'content-length': String(Buffer.byteLength(bytes)) };
  const incoming = await admin.open(method, path, { 'content-type': 'application/json', ...length, ...headers }, bytes);
  const code = incoming.statusCode ?? 0;
  if (code < 400) return void incoming.destroy();
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  expect({ method, path, body, code, text: code < 500 ? '' : text }).toEqual({ method, path, body, code, text: '' });
}

const check = <T>(cases: fc.Arbitrary<T>, numRuns: number, one: (value: T) => Promise<void>) =>
  fc.assert(fc.asyncProperty(cases, one), { numRuns });

/** One manifest of each kind that the examples have. */
const ofEachKind = [...Map.groupBy(MANIFESTS, ({ row }) => row).values()].flatMap(([first]) => first ?? []);
const withBody = fc.constantFrom(...ofEachKind).chain((manifest) => fc.tuple(fc.constant(manifest), mutated(manifest.object)));
const pathTo = ({ row, object }: Manifest): string => `${pathOf(row, ns)}/${object.metadata?.name}`;

test('a manifest with something odd in it is taken or refused', async () => {
  for (const { row, object } of ofEachKind)
    await admin.post(pathOf(row, ns), { ...object, metadata: { ...object.metadata, namespace: undefined } });
  const validation = fc.constantFrom('', '?fieldValidation=Strict', '?fieldValidation=Ignore', '?dryRun=All');
  await check(fc.tuple(withBody, validation), 200, async ([[manifest, body], query]) => {
    await answered('POST', `${pathOf(manifest.row, ns)}${query}`, { body });
    await answered('PUT', `${pathTo(manifest)}${query}`, { body });
  });
});

const CREATED = KINDS.filter(({ verbs }) => verbs.includes('create'));
/** Kubernetes itself answers a create with a resourceVersion with 500. */
const unwritten = { namespace: undefined, ownerReferences: undefined, resourceVersion: undefined };
const anything = fc.constantFrom(...CREATED).chain((row) =>
  fc.tuple(anyObject(row), fc.boolean()).map(([body, isNamed]) => ({
    path: pathOf(row, ns),
    // Most are to come as far as admission.
    body: { ...body, metadata: { ...body.metadata, ...unwritten, ...(isNamed ? { name: 'any' } : {}) } },
  })),
);

test('any object of any kind is taken or refused', async () => {
  await check(anything, 150, ({ path, body }) => answered('POST', `${path}?dryRun=All`, { body }));
  await check(anything, 150, ({ path, body }) => answered('PUT', `${path}/any`, { body }));
});

const PATCHES = ['json', 'merge', 'strategic-merge'] as const;
const pointer = fc.array(
  fc.constantFrom('metadata', 'spec', 'labels', 'template', 'containers', '0', '-', '-1', '~', '~01', '', '__proto__', 'constructor'),
);
const operation = fc.record(
  {
    op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test', 'none'),
    path: pointer.map((parts) => parts.map((part) => `/${part}`).join('')),
    from: pointer.map((parts) => parts.map((part) => `/${part}`).join('')),
    value: odd,
  },
  { requiredKeys: ['op'] },
);
const directive = fc.dictionary(
  fc.constantFrom(
    '$patch',
    '$retainKeys',
    '$setElementOrder/containers',
    '$deleteFromPrimitiveList/finalizers',
    'spec',
    'metadata',
    'containers',
    'finalizers',
  ),
  fc.oneof(
    odd,
    fc.constantFrom('replace', 'merge', 'delete', [{ $patch: 'delete', name: 'a' }], [{ $patch: 'replace' }], [{ name: 'a' }], ['a']),
  ),
);

test('a patch of any kind with something odd in it is taken or refused', async () => {
  const bodies = fc.oneof(
    fc.array(operation),
    directive,
    directive.map((metadata) => ({ metadata })),
    directive.map((spec) => ({ spec })),
    odd,
  );
  const cases = fc.tuple(
    fc.constantFrom(...ofEachKind),
    fc.constantFrom(...PATCHES),
    fc.oneof(
      bodies,
      withBody.map(([, body]) => body),
    ),
  );
  await check(cases, 200, ([manifest, kind, body]) =>
    answered('PATCH', `${pathTo(manifest)}?dryRun=All`, {
      body: JSON.stringify(body) ?? '',
      headers: { 'content-type': `application/${kind}-patch+json` },
    }),
  );
});

/** Texts made of what selectors and paths of fields are made of, among others. */
const selector = fc
  .array(
    fc.constantFrom(
      'a',
      'app',
      'metadata.name',
      'spec.nodeName',
      '=',
      '==',
      '!=',
      '!',
      ' in ',
      ' notin ',
      '(',
      ')',
      ',',
      ' ',
      '>',
      '<',
      '\\',
      '1',
      '%',
      '"',
      'é',
      '/',
      '.',
      '-',
    ),
  )
  .map((parts) => parts.join(''));
const number = fc.oneof(
  fc.integer().map(String),
  fc.constantFrom('', '0', '-1', '1e9', '99999999999999999999', 'x', '0x1', ' 1', '1.5', 'NaN'),
);
const QUERY: Readonly<Record<string, fc.Arbitrary<string>>> = {
  labelSelector: selector,
  fieldSelector: selector,
  limit: number,
  continue: fc.oneof(
    fc.string(),
    fc.base64String(),
    odd.map((value) => Buffer.from(JSON.stringify(value) ?? '').toString('base64')),
  ),
  // Of one that lies in the future a server waits to hear, and says in the end that it has not.
  resourceVersion: fc.constantFrom('', '0', '-1', 'x', '1e9', '0x1', '1.5'),
  resourceVersionMatch: fc.constantFrom('', 'Exact', 'NotOlderThan', 'x'),
  watch: fc.constantFrom('', '0', '1', 'true', 'false', 'x'),
  allowWatchBookmarks: fc.constantFrom('true', 'x'),
  sendInitialEvents: fc.constantFrom('true', 'false', 'x'),
  timeoutSeconds: number,
  pretty: fc.constantFrom('', 'true', 'x'),
  dryRun: fc.constantFrom('', 'All', 'x'),
  fieldManager: fc.string({ maxLength: 200 }),
  fieldValidation: fc.string({ maxLength: 10 }),
  force: fc.constantFrom('true', 'x'),
  gracePeriodSeconds: number,
  propagationPolicy: fc.constantFrom('', 'Orphan', 'Foreground', 'x'),
  container: fc.string({ maxLength: 10 }),
  tailLines: number,
  sinceTime: fc.string({ maxLength: 10 }),
  command: fc.string({ maxLength: 10 }),
  __proto__x: fc.string({ maxLength: 10 }),
};
const query = fc
  .subarray(Object.keys(QUERY), { maxLength: 6 })
  .chain((names) => fc.tuple(...names.map((name) => (QUERY[name] ?? fc.constant('')).map((value) => [name, value] as [string, string]))))
  .map((pairs) => new URLSearchParams(pairs).toString());

test('a selector, a path of a field or a parameter of any form is taken or refused', async () => {
  const places = fc.constantFrom(
    `${at}/pods`,
    '/api/v1/pods',
    '/apis/apps/v1/deployments',
    `${at}/events`,
    '/api/v1/nodes',
    '/apis/metrics.k8s.io/v1beta1/pods',
  );
  await check(fc.tuple(places, query), 200, ([path, text]) => answered('GET', `${path}?${text}`));
  await check(fc.tuple(places, query), 60, ([path, text]) => answered('DELETE', `${path}?dryRun=All&${text}`));
});

const SEGMENTS = [
  ...[
    'api',
    'apis',
    'v1',
    'v2',
    'apps',
    'batch',
    'rbac.authorization.k8s.io',
    'metrics.k8s.io',
    'v1beta1',
    'watch',
    'namespaces',
    ns,
    'default',
    'a',
    '',
  ],
  ...[
    'pods',
    'services',
    'nodes',
    'deployments',
    'events',
    'status',
    'scale',
    'exec',
    'attach',
    'log',
    'portforward',
    'proxy',
    'binding',
    'eviction',
    'token',
  ],
  ...[
    'finalize',
    'explain',
    'whatif',
    'trace',
    'ephemeralcontainers',
    'openapi',
    'v3',
    'livez',
    'readyz',
    'metrics',
    'version',
    '.well-known',
    '..',
    '%2e%2e',
    '%00',
  ],
  ...['%zz', '__proto__', 'constructor', 'é', 'A', '*', 'x:80', 'https:x:80', ':', '%2f', 'x'.repeat(300)],
];
const url = fc.array(fc.constantFrom(...SEGMENTS), { maxLength: 9 }).map((parts) => `/${parts.map((part) => encodedOnce(part)).join('/')}`);
const encodedOnce = (part: string): string => (part.startsWith('%') ? part : encodeURIComponent(part));

test('a path of any form, by any method, with any body and any wish for an answer, is served or refused', async () => {
  const cases = fc.record({
    method: fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'),
    path: url,
    text: query,
    body: fc.oneof(
      fc.constant(undefined),
      fc.string(),
      fc.uint8Array({ maxLength: 64 }),
      odd.map((value) => JSON.stringify(value) ?? ''),
    ),
    type: fc.constantFrom(
      ...[
        'application/json',
        'application/yaml',
        'application/vnd.kubernetes.protobuf',
        'application/apply-patch+yaml',
        'application/apply-patch+cbor',
      ],
      ...[
        'application/merge-patch+json',
        'application/json-patch+json',
        'application/strategic-merge-patch+json',
        'text/plain',
        '',
        ';',
        'application/json;charset=x',
      ],
    ),
    accept: fc.constantFrom(
      ...[
        '',
        '*/*',
        'application/json',
        'application/yaml',
        'application/json;as=Table;v=v1;g=meta.k8s.io',
        'application/vnd.kubernetes.protobuf',
      ],
      ...[
        'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
        'application/json;as=Nothing;v=v9;g=x',
        'text/html',
        ';;;',
        'q=0',
      ],
    ),
  });
  await check(cases, 300, ({ method, path, text, body, type, accept }) =>
    // A node that is not there is waited for: nothing to be learnt here.
    answered(method, `${path}?${text}`, {
      ...(method === 'GET' || method === 'HEAD' ? {} : { body }),
      headers: { 'content-type': type, accept },
    }),
  );
});
