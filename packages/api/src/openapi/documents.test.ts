import { expect, test } from 'vitest';
import { KINDS } from '../kinds/index.ts';
import { OpenApiDocuments } from './documents.ts';

const documents = new OpenApiDocuments(KINDS, 'v1.36.0');
const read = (body: Uint8Array | undefined): Record<string, unknown> =>
  JSON.parse(new TextDecoder().decode(body)) as Record<string, unknown>;

test('every reference leads somewhere', async () => {
  const v2 = read(await documents.v2());
  const names = new Set(Object.keys(v2.definitions as object).map((name) => `#/definitions/${name}`));
  for (const [, reference] of JSON.stringify(v2).matchAll(/"\$ref":"([^"]+)"/g)) expect(names).toContain(reference);
  const index = read(await documents.v3Index()).paths as Record<string, { serverRelativeURL: string }>;
  for (const path of Object.keys(index)) {
    const v3 = read(await documents.v3(path));
    const schemas = new Set(Object.keys((v3.components as { schemas: object }).schemas).map((name) => `#/components/schemas/${name}`));
    for (const [, reference] of JSON.stringify(v3).matchAll(/"\$ref":"([^"]+)"/g)) expect(schemas).toContain(reference);
  }
});

test('R1: every field of a kind is explained, those with a type of their own too', async () => {
  const { definitions } = read(await documents.v2()) as {
    definitions: Record<string, { properties?: Record<string, { description?: string }> }>;
  };
  const silent = Object.entries(definitions).flatMap(([name, { properties = {} }]) =>
    name.startsWith('io.k8s.api.')
      ? Object.keys(properties).flatMap((field) => (properties[field]?.description ? [] : [`${name}.${field}`]))
      : [],
  );
  // Kubernetes says nothing of these.
  expect(silent).toEqual(['io.k8s.api.certificates.v1.CertificateSigningRequest.metadata', 'io.k8s.api.networking.v1.IngressRule.http']);
  const { components } = read(await documents.v3('apis/apps/v1')) as { components: { schemas: typeof definitions } };
  expect(components.schemas['io.k8s.api.apps.v1.Deployment']?.properties?.spec).toEqual({
    description: 'Specification of the desired behavior of the Deployment.',
    allOf: [{ $ref: '#/components/schemas/io.k8s.api.apps.v1.DeploymentSpec' }],
  });
  expect(components.schemas['io.k8s.api.apps.v1.RollingUpdateDeployment']?.properties?.maxSurge?.description).toMatch(
    /^The maximum number of pods that can be scheduled above the desired number of pods\. /,
  );
});

test('definitions carry how lists and maps merge', async () => {
  expect(read(await documents.v2()).definitions).toMatchObject({
    'io.k8s.api.core.v1.Pod': { 'x-kubernetes-group-version-kind': [{ group: '', kind: 'Pod', version: 'v1' }] },
    'io.k8s.api.core.v1.Container': {
      required: ['name'],
      properties: {
        ports: {
          type: 'array',
          items: { $ref: '#/definitions/io.k8s.api.core.v1.ContainerPort' },
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['containerPort', 'protocol'],
          'x-kubernetes-patch-strategy': 'merge',
          'x-kubernetes-patch-merge-key': 'containerPort',
        },
        args: { 'x-kubernetes-list-type': 'atomic' },
      },
    },
    'io.k8s.api.core.v1.ResourceRequirements': {
      properties: { limits: { additionalProperties: { $ref: '#/definitions/io.k8s.apimachinery.pkg.api.resource.Quantity' } } },
    },
  });
});

test('kubectl finds the kind behind a path, and that the server validates fields', async () => {
  const { paths } = read(await documents.v3('apis/apps/v1'));
  expect(paths).toMatchObject({
    '/apis/apps/v1/namespaces/{namespace}/deployments': {
      get: { 'x-kubernetes-action': 'list', 'x-kubernetes-group-version-kind': { group: 'apps', kind: 'Deployment', version: 'v1' } },
      post: { operationId: 'createAppsV1NamespacedDeployment' },
    },
    '/apis/apps/v1/namespaces/{namespace}/deployments/{name}': {
      patch: { parameters: expect.arrayContaining([expect.objectContaining({ name: 'fieldValidation' })]) },
    },
    '/apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale': {
      get: { 'x-kubernetes-group-version-kind': { group: 'autoscaling', kind: 'Scale', version: 'v1' } },
    },
  });
});

test('the index names each group and version with the hash of its document', async () => {
  const { paths } = read(await documents.v3Index());
  expect(paths).toMatchObject({ 'api/v1': { serverRelativeURL: expect.stringMatching(/^\/openapi\/v3\/api\/v1\?hash=[0-9A-F]{64}$/) } });
  expect(await documents.v3('apis/nothing/v1')).toBeUndefined();
});

test('what connects has the operations of its verbs, and a proxy those of every method, with a path or without', async () => {
  const { paths } = read(await documents.v2()) as { paths: Record<string, Record<string, object>> };
  const operations = (path: string) => Object.keys(paths[`/api/v1/namespaces/{namespace}${path}`] ?? {}).toSorted();
  const every = ['delete', 'get', 'head', 'options', 'parameters', 'patch', 'post', 'put'];
  expect(operations('/services/{name}/proxy')).toEqual(every);
  expect(operations('/pods/{name}/proxy/{path}')).toEqual(every);
  expect(operations('/pods/{name}/exec')).toEqual(['get', 'parameters', 'post']);
  expect(paths['/api/v1/namespaces/{namespace}/services/{name}/proxy/{path}']?.patch).toMatchObject({
    operationId: 'connectCoreV1PatchNamespacedServiceProxyWithPath',
    consumes: ['*/*'],
    produces: ['*/*'],
    responses: { 200: { schema: { type: 'string' } } },
    'x-kubernetes-action': 'connect',
    'x-kubernetes-group-version-kind': { group: '', kind: 'ServiceProxyOptions', version: 'v1' },
  });
});
