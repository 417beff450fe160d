import type { ConfigMap, Pod } from '@kubernats/api';
import { describe, expect, test } from 'vitest';
import { clusterOfFile, configMap, deployment, pod } from './support/cluster-of-file.ts';
import { patching, type ReviewRequest, webhookOfFile, withWebhooks } from './support/webhook.ts';

const { door, namespace } = await clusterOfFile();
const { admin } = door;

const label = (key: string, value = 'yes') => patching({ op: 'add', path: '/metadata/labels', value: { [key]: value } });
const hook = await webhookOfFile({
  '': {},
  deny: { allowed: false },
  'deny-why': {
    allowed: false,
    status: { code: 403, message: 'not today', reason: 'Forbidden', details: { causes: [{ field: 'a', message: 'b' }] } },
  },
  'deny-reason': { allowed: false, status: { reason: 'TooMany' } },
  warn: { warnings: ['mind the gap', 'mind\nthe gap'], auditAnnotations: { a: 'b' } },
  label: label('hooked'),
  'label-too': ({ object }: ReviewRequest) =>
    (object?.metadata.labels as object | undefined) ? patching({ op: 'add', path: '/metadata/labels/too', value: 'yes' }) : label('too'),
  sidecar: ({ object }: ReviewRequest) =>
    Object.keys(object?.spec?.containers ?? []).length > 1
      ? {}
      : patching({ op: 'add', path: '/spec/containers/-', value: { name: 'sidecar', image: 'pause' } }),
  nothing: patching(),
  same: patching({ op: 'test', path: '/kind', value: 'Pod' }),
});
const { asked } = hook;
const latest = (): ReviewRequest | undefined => asked.at(-1);

describe('R1: what a webhook is told', () => {
  test('of a creation, an update, a patch, an apply and a deletion', async () => {
    const { at, ns } = await namespace();
    await withWebhooks(admin, 'validating', [{ clientConfig: hook.at('') }], async () => {
      await admin.post(`${at}/configmaps?fieldManager=me`, configMap('c', { a: '1' }));
      expect(latest()).toMatchObject({
        kind: { group: '', version: 'v1', kind: 'ConfigMap' },
        resource: { group: '', version: 'v1', resource: 'configmaps' },
        requestKind: { group: '', version: 'v1', kind: 'ConfigMap' },
        requestResource: { group: '', version: 'v1', resource: 'configmaps' },
        name: 'c',
        namespace: ns,
        operation: 'CREATE',
        userInfo: { username: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] },
        object: { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'c', namespace: ns, uid: expect.any(String) }, data: { a: '1' } },
        oldObject: null,
        dryRun: false,
        options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1', fieldManager: 'me' },
      });
      expect(latest()).not.toHaveProperty('subResource');
      await admin.put(`${at}/configmaps/c`, configMap('c', { a: '2' }));
      const update = {
        operation: 'UPDATE',
        object: { data: { a: '2' } },
        oldObject: { data: { a: '1' } },
        options: { kind: 'UpdateOptions' },
      };
      expect(latest()).toMatchObject(update);
      await admin.patch(`${at}/configmaps/c`, { data: { a: '3' } });
      expect(latest()).toMatchObject({ operation: 'UPDATE', object: { data: { a: '3' } }, options: { kind: 'UpdateOptions' } });
      const apply = { body: JSON.stringify(configMap('d')), headers: { 'content-type': 'application/apply-patch+yaml' } };
      await admin.send('PATCH', `${at}/configmaps/d?fieldManager=me`, apply);
      expect(latest()).toMatchObject({ operation: 'CREATE', name: 'd', options: { kind: 'CreateOptions', fieldManager: 'me' } });
      await admin.delete(`${at}/configmaps/c`, { propagationPolicy: 'Background' });
      expect(latest()).toMatchObject({
        operation: 'DELETE',
        name: 'c',
        object: null,
        oldObject: { metadata: { name: 'c' }, data: { a: '3' } },
        options: { kind: 'DeleteOptions', apiVersion: 'meta.k8s.io/v1', propagationPolicy: 'Background' },
      });
    });
  });

  test('of each object of a deletion of many', async () => {
    const { at } = await namespace();
    for (const name of ['a', 'b']) await admin.post(`${at}/configmaps`, configMap(name));
    const before = asked.length;
    await withWebhooks(admin, 'validating', [{ clientConfig: hook.at('') }], async () => {
      expect((await admin.delete(`${at}/configmaps`)).code).toBe(200);
    });
    expect(
      asked
        .slice(before)
        .map(({ operation, oldObject }) => [operation, oldObject?.metadata.name])
        .sort(),
    ).toEqual([
      ['DELETE', 'a'],
      ['DELETE', 'b'],
    ]);
  });

  test('before the server has named and numbered a new object, and after it has', async () => {
    const { at } = await namespace();
    const about = { clientConfig: hook.at('') };
    await withWebhooks(admin, 'mutating', [about], async () => {
      await admin.post(`${at}/configmaps`, { ...configMap(''), metadata: { generateName: 'c-' } });
      expect(latest()).not.toHaveProperty('name');
      expect(latest()?.object?.metadata).not.toHaveProperty('uid');
    });
    await withWebhooks(admin, 'validating', [about], async () => {
      await admin.post(`${at}/configmaps`, { ...configMap(''), metadata: { generateName: 'c-' } });
      expect(latest()?.name).toMatch(/^c-/);
      expect(latest()?.object?.metadata.name).toBe(latest()?.name);
    });
  });

  test('of subresources that its rules name: status, scale, eviction, binding, token and exec', async () => {
    const { at } = await namespace();
    const apps = at.replace('/api/v1', '/apis/apps/v1');
    await admin.post(`${at}/pods`, pod('p'));
    await admin.post(`${at}/pods`, pod('q'));
    await admin.post(`${apps}/deployments`, deployment('d'));
    const resources = ['pods/*', 'deployments/scale', 'deployments/status', 'serviceaccounts/token'];
    const rules = [{ operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources }];
    await withWebhooks(admin, 'validating', [{ clientConfig: hook.at(''), rules }], async () => {
      await admin.patch(`${at}/pods/p/status`, { status: { phase: 'Running' } });
      expect(latest()).toMatchObject({
        subResource: 'status',
        operation: 'UPDATE',
        kind: { kind: 'Pod' },
        object: { status: { phase: 'Running' } },
      });
      await admin.patch(`${apps}/deployments/d/scale`, { spec: { replicas: 3 } });
      expect(latest()).toMatchObject({
        subResource: 'scale',
        kind: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
        resource: { group: 'apps', resource: 'deployments' },
        object: { kind: 'Scale', spec: { replicas: 3 } },
        oldObject: { kind: 'Scale', spec: { replicas: 1 } },
      });
      await admin.post(`${at}/pods/q/binding`, { metadata: { name: 'q' }, target: { kind: 'Node', name: 'n1' } });
      expect(latest()).toMatchObject({
        subResource: 'binding',
        operation: 'CREATE',
        kind: { kind: 'Binding' },
        object: { target: { name: 'n1' } },
      });
      const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'p' } };
      const before = asked.length;
      await admin.post(`${at}/pods/p/eviction`, eviction);
      expect(latest()).toMatchObject({
        subResource: 'eviction',
        operation: 'CREATE',
        kind: { group: 'policy', version: 'v1', kind: 'Eviction' },
        name: 'p',
      });
      expect(asked.length).toBe(before + 1);
      await admin.post(`${at}/serviceaccounts/default/token`, { spec: { audiences: ['a'] } });
      expect(latest()).toMatchObject({ subResource: 'token', kind: { kind: 'TokenRequest' }, object: { spec: { audiences: ['a'] } } });
      await admin.post(`${at}/pods/q/exec?command=ls&command=-l&stdout=true&container=c`, undefined);
      expect(latest()).toMatchObject({
        subResource: 'exec',
        operation: 'CONNECT',
        kind: { group: '', version: 'v1', kind: 'PodExecOptions' },
        name: 'q',
        object: { kind: 'PodExecOptions', apiVersion: 'v1', stdin: false, stdout: true, tty: false, container: 'c' },
        oldObject: null,
        options: null,
      });
    });
  });
});

describe('R1: what a webhook refuses', () => {
  test.each<[string, number, object, string]>([
    ['deny', 400, {}, 'without explanation'],
    ['deny-why', 403, { reason: 'Forbidden', details: { causes: [{ field: 'a', message: 'b' }] } }, ': not today'],
    ['deny-reason', 400, { reason: 'TooMany' }, ': TooMany'],
  ])('is refused in its words: %s', async (path, code, more, why) => {
    const { at } = await namespace();
    const text = `admission webhook "w0.example.com" denied the request${why.startsWith(':') ? '' : ' '}${why}`;
    for (const kind of ['mutating', 'validating'] as const) {
      await withWebhooks(admin, kind, [{ clientConfig: hook.at(path) }], async () => {
        const answer = await admin.post(`${at}/configmaps`, configMap('c'));
        expect([answer.code, answer.status()]).toMatchObject([code, { status: 'Failure', message: text, code, ...more }]);
        if (path === 'deny') expect(answer.status()).not.toHaveProperty('reason');
      });
    }
    expect((await admin.get(`${at}/configmaps/c`)).code).toBe(404);
  });

  test('a deletion, too; and the object stays', async () => {
    const { at } = await namespace();
    await admin.post(`${at}/configmaps`, configMap('c'));
    for (const kind of ['mutating', 'validating'] as const) {
      await withWebhooks(admin, kind, [{ clientConfig: hook.at('deny') }], async () => {
        expect((await admin.delete(`${at}/configmaps/c`)).code).toBe(400);
      });
    }
    expect((await admin.get(`${at}/configmaps/c`)).code).toBe(200);
  });

  test('of several that are asked at the same time the first by order counts', async () => {
    const { at } = await namespace();
    const webhooks = ['', 'deny-why', 'deny'].map((path) => ({ clientConfig: hook.at(path) }));
    await withWebhooks(admin, 'validating', webhooks, async () => {
      expect((await admin.post(`${at}/configmaps`, configMap('c'))).status().message).toMatch(/"w1.example.com" denied .*: not today/);
    });
  });

  test('what it warns of comes as Warning headers', async () => {
    const { at } = await namespace();
    await withWebhooks(admin, 'validating', [{ clientConfig: hook.at('warn') }], async () => {
      const { code, headers } = await admin.post(`${at}/configmaps`, configMap('c'));
      expect([code, headers.warning]).toEqual([201, '299 - "mind the gap"']);
    });
  });
});

describe('R1: what a webhook changes', () => {
  test('is seen by the next one, validated, defaulted and stored; who wrote it owns what they wrote', async () => {
    const { at } = await namespace();
    const order = ['label', 'label-too'].map((path) => ({ clientConfig: hook.at(path) }));
    await withWebhooks(admin, 'mutating', order, async () => {
      const made = (await admin.post(`${at}/configmaps?fieldManager=me`, configMap('c', { a: '1' }))).json<ConfigMap>();
      expect(made.metadata?.labels).toEqual({ hooked: 'yes', too: 'yes' });
      expect(made.metadata?.managedFields).toMatchObject([{ manager: 'me', fieldsV1: { 'f:data': { '.': {}, 'f:a': {} } } }]);
    });
    expect((await admin.get(`${at}/configmaps/c`)).json<ConfigMap>().metadata?.labels).toEqual({ hooked: 'yes', too: 'yes' });
    await withWebhooks(admin, 'mutating', [{ clientConfig: hook.at('sidecar') }], async () => {
      const made = (await admin.post(`${at}/pods`, pod('p'))).json<Pod>();
      expect(made.spec?.containers.map(({ name, imagePullPolicy, volumeMounts }) => [name, imagePullPolicy, volumeMounts?.length])).toEqual(
        [
          ['c', 'Always', 1],
          // The built-in plug-ins have seen it as well: it has its token.
          ['sidecar', 'Always', 1],
        ],
      );
    });
  });

  test('may be nothing', async () => {
    const { at } = await namespace();
    await withWebhooks(admin, 'mutating', [{ clientConfig: hook.at('nothing') }, { clientConfig: hook.at('same') }], async () => {
      expect((await admin.post(`${at}/pods`, pod('p'))).code).toBe(201);
    });
  });

  test('is done to an update as well, and to nothing that an update may not change', async () => {
    const { at } = await namespace();
    await admin.post(`${at}/pods`, pod('p'));
    const rules = [{ operations: ['UPDATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods/status'] }];
    await withWebhooks(admin, 'mutating', [{ clientConfig: hook.at('sidecar'), rules }], async () => {
      const { code, text } = await admin.patch(`${at}/pods/p/status`, { status: { phase: 'Running' } });
      expect([code, JSON.parse(text).spec.containers.length]).toEqual([200, 1]);
    });
    await withWebhooks(admin, 'mutating', [{ clientConfig: hook.at('sidecar') }], async () => {
      const { code, text } = await admin.patch(`${at}/pods/p`, { metadata: { labels: { a: 'b' } } });
      expect([code, text]).toEqual([422, expect.stringContaining('pod updates may not add or remove containers')]);
    });
    await withWebhooks(admin, 'mutating', [{ clientConfig: hook.at('label') }], async () => {
      expect((await admin.patch(`${at}/pods/p`, { metadata: { annotations: { a: 'b' } } })).json<Pod>().metadata).toMatchObject({
        labels: { hooked: 'yes' },
        annotations: { a: 'b' },
      });
    });
  });
});
