import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clusterOfFile, deployment, pod } from './support/cluster-of-file.ts';
import { mutated } from './support/mutations.ts';

const { door, namespace } = await clusterOfFile();
const { admin } = door;

const apply = (path: string, body: string | object, query = 'fieldManager=fuzz&force=true') =>
  admin.send('PATCH', `${path}?${query}`, { body, headers: { 'content-type': 'application/apply-patch+yaml' } });

async function never5xx(path: string, body: string | object, query?: string): Promise<void> {
  const answer = await apply(path, body, query);
  expect({ body, code: answer.code, text: answer.code >= 500 ? answer.text : '' }).toEqual({ body, code: answer.code, text: '' });
  expect(answer.code).toBeLessThan(500);
}

test('whatever a configuration holds is applied or refused, never an error of the server', async () => {
  const { ns, at } = await namespace();
  const web = { ...deployment('web'), metadata: { name: 'web', labels: { a: 'b' }, finalizers: ['a/b'] } };
  const spec = {
    containers: [
      { name: 'c', image: 'i', ports: [{ containerPort: 80 }], env: [{ name: 'A', value: '1' }], resources: { limits: { cpu: '1' } } },
      { name: 'd', image: 'i' },
    ],
    volumes: [{ name: 'v', emptyDir: {} }],
    tolerations: [{ key: 'k', operator: 'Exists' }],
  };
  const kinds: [string, object][] = [
    [`/apis/apps/v1/namespaces/${ns}/deployments/web`, web],
    [`${at}/pods/p`, pod('p', spec)],
    [
      `${at}/services/s`,
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 's' },
        spec: {
          selector: { a: 'b' },
          ports: [
            { port: 80, name: 'x' },
            { port: 81, name: 'y' },
          ],
        },
      },
    ],
    [`${at}/pods/p/status`, { ...pod('p'), status: { conditions: [{ type: 'x/Y', status: 'True' }], podIPs: [{ ip: '10.0.0.1' }] } }],
    [
      `/apis/apps/v1/namespaces/${ns}/deployments/web/scale`,
      { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'web' }, spec: { replicas: 2 } },
    ],
  ];
  for (const [path, body] of kinds) await apply(path, body);
  const cases = fc.constantFrom(...kinds).chain(([path, body]) => fc.tuple(fc.constant(path), mutated(body)));
  await fc.assert(
    fc.asyncProperty(cases, ([path, body]) => never5xx(path, body)),
    { numRuns: 300 },
  );
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
});

test('no text is a crash: JSON, YAML, neither', async () => {
  const { at } = await namespace();
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.json(), fc.string(), fc.string({ unit: 'binary' })), (text) => never5xx(`${at}/configmaps/a`, text)),
    { numRuns: 80 },
  );
});

const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
const HEAD = '"apiVersion":"v1","kind":"ConfigMap"';

test.each([
  ['deep in what is not known', `{${HEAD},"metadata":{"name":"a"},"x":${nested(5_000)}}`],
  ['deep in a map', `{${HEAD},"metadata":{"name":"a"},"data":${nested(100_000)}}`],
  ['a deep list', '['.repeat(50_000)],
  [
    'deep where anything goes',
    `{"apiVersion":"apps/v1","kind":"ControllerRevision","metadata":{"name":"a"},"revision":1,"data":${nested(2_000)}}`,
  ],
  ['keys of Object.prototype', `{${HEAD},"metadata":{"name":"a","labels":{"__proto__":"x"}},"__proto__":{"polluted":1}}`],
  ['keys of Object.prototype as data', `{${HEAD},"metadata":{"name":"a"},"data":{"__proto__":"x","constructor":"y","toString":"z"}}`],
  ['a key that comes very often', `{${HEAD},"metadata":{"name":"a"},"data":{${Array(20_000).fill('"x":"y"').join(',\n')}}}`],
  [
    'a bomb of aliases',
    'a: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c]\n',
  ],
])('%s', async (_, body) => {
  const { at, ns } = await namespace();
  const path = body.includes('ControllerRevision') ? `/apis/apps/v1/namespaces/${ns}/controllerrevisions/a` : `${at}/configmaps/a`;
  await never5xx(path, body);
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
});

test('managedFields that a client has written are no danger to who applies next', async () => {
  const { at } = await namespace();
  const entry = { manager: 'm', operation: 'Apply', apiVersion: 'v1', fieldsType: 'FieldsV1', time: '2026-01-01T00:00:00Z' };
  const sets = [
    { 'f:data': { 'f:a': { 'f:b': {} } } },
    { 'k:{': {}, 'v:': {}, 'i:x': {} },
    { 'f:data': {}, 'k:{"a":1}': { '.': {} } },
    { 'f:metadata': { 'f:name': {}, 'f:finalizers': { 'v:"x"': {}, 'k:1': {} } } },
    { 'f:__proto__': { 'f:polluted': {} } },
  ];
  for (const [i, fieldsV1] of sets.entries()) {
    const path = `${at}/configmaps/c${i}`;
    const metadata = {
      name: `c${i}`,
      managedFields: [entry, { ...entry, operation: 'Update', apiVersion: 'v9' }].map((each) => ({ ...each, fieldsV1 })),
    };
    await admin.post(`${at}/configmaps`, { metadata, data: { a: 'x' } });
    for (const query of ['fieldManager=m', 'fieldManager=other', 'fieldManager=other&force=true']) {
      await never5xx(path, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `c${i}` }, data: { a: 'y', b: 'z' } }, query);
    }
  }
});
