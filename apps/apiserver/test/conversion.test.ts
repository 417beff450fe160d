// Custom resources in several versions, between which a webhook converts.
import { type CustomResourceDefinition, CustomResourceDefinitions, type KubeObject } from '@kubernats/api';
import { permissionsOf } from '@kubernats/bus';
import { natsTransport } from '@kubernats/client';
import { realClock, realRandom } from '@kubernats/clock';
import { describe, expect, test } from 'vitest';
import { clusterOfFile } from './support/cluster-of-file.ts';
import { conversionWebhookOfFile, definitionOf, first, rebuilt, rightly, type Server, second, servers } from './support/conversion.ts';
import { patching, webhookOfFile, withWebhooks } from './support/webhook.ts';

const cluster = await clusterOfFile();
const { door, client } = cluster;
const { admin } = door;
const webhook = await conversionWebhookOfFile();
const { asked } = webhook;
const admission = await webhookOfFile({ port: patching({ op: 'replace', path: '/spec/port', value: 77 }) });

describe('R1: a conversion webhook', () => {
  test('shows what was written in one version in the other, and the other way round', async () => {
    const { group, v1, v2 } = await servers(cluster, webhook);
    const made = (await admin.post(v1, first(group, 'a'))).json<Server>();
    expect(asked).toEqual([]);
    const shown = (await admin.get(`${v2}/a`)).json<Server>();
    expect(shown).toMatchObject({ apiVersion: `${group}/v2`, kind: 'Server', spec: { host: 'a', port: 1 } });
    expect(shown.metadata).toEqual({ ...made.metadata, annotations: { by: 'webhook' } });
    expect(asked).toMatchObject([
      { apiVersion: 'apiextensions.k8s.io/v1', request: { desiredAPIVersion: `${group}/v2`, objects: [made] } },
    ]);
    const other = await admin.post(v2, second(group, 'b'));
    expect(other.json()).toMatchObject({ apiVersion: `${group}/v2`, spec: { host: 'b', port: 2 } });
    expect((await admin.get(`${v1}/b`)).json()).toMatchObject({ apiVersion: `${group}/v1`, spec: { address: 'b:2', since: 'always' } });
    expect(other.json<Server>().spec).not.toHaveProperty('since');
  });

  test('is asked once about a whole list, and what it made is listed again', async () => {
    const { group, v1, v2 } = await servers(cluster, webhook);
    const names = Array.from({ length: 300 }, (_, i) => `s${String(i).padStart(3, '0')}`);
    for (const name of names)
      await admin.post(v1, first(group, name, `${name}:1`, { labels: { half: String(Number(name.slice(1)) % 2) } }));
    const list = (await admin.get(v2)).json<{ items: Server[] }>();
    expect(list.items.map(({ spec }) => spec.host)).toEqual(names);
    expect(asked.map(({ request }) => request.objects.length)).toEqual([250, 50]);
    const selected = (await admin.get(`${v2}?fieldSelector=spec.host=s007`)).json<{ items: Server[] }>();
    expect(selected.items.map(({ metadata }) => metadata?.name)).toEqual(['s007']);
    expect((await admin.get(`${v2}?labelSelector=half=1`)).json<{ items: Server[] }>().items).toHaveLength(150);
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
    const table = (await admin.get(`${v2}?fieldSelector=spec.host=s007`, { accept })).json<{ rows: { cells: string[] }[] }>();
    expect(table.rows.map(({ cells }) => cells)).toEqual([['s007', 's007']]);
    expect(asked).toHaveLength(2);
  });

  test('that is deployed anew is heard at the next read and the next write of an object', async () => {
    const { group, v1, v2 } = await servers(cluster, webhook);
    await admin.post(v1, first(group, 'a'));
    const hostOf = async (path: string) => (await admin.get(path)).json<Server>().spec.host;
    expect(await hostOf(`${v2}/a`)).toBe('a');
    webhook.say = rebuilt('.new');
    expect(await hostOf(`${v2}/a`)).toBe('a.new');
    expect((await admin.get(v2)).json<{ items: Server[] }>().items.map(({ spec }) => spec.host)).toEqual(['a.new']);
    webhook.say = rebuilt('.newer');
    expect(await hostOf(`${v2}/a?resourceVersion=0`)).toBe('a.new');
    expect((await admin.patch(`${v2}/a`, [{ op: 'test', path: '/spec/host', value: 'a.newer' }], 'json')).code).toBe(200);
  });

  test('may be a Service', async () => {
    const { address } = webhook.server;
    const at = { service: { namespace: 'hooks', name: 'convert', path: '/convert', port: 8443 } };
    const { group, v1, v2 } = await servers(cluster, webhook, undefined, at);
    await admin.post(v1, first(group, 'a'));
    const POST = `conversion webhook for ${group}/v1, Kind=Server failed: Post "https://convert.hooks.svc:8443/convert?timeout=30s": `;
    const answered = async () => (await admin.get(`${v2}/a`)).json<{ message?: string; spec?: object }>();
    expect(await answered()).toMatchObject({ code: 500, message: `${POST}service "convert" not found` });
    await admin.post('/api/v1/namespaces', { metadata: { name: 'hooks' } });
    await admin.post('/api/v1/namespaces/hooks/services', { metadata: { name: 'convert' }, spec: { ports: [{ port: 8443 }] } });
    expect(await answered()).toMatchObject({ code: 500, message: `${POST}no endpoints available for service "convert"` });
    await admin.post('/apis/discovery.k8s.io/v1/namespaces/hooks/endpointslices', {
      metadata: { name: 'convert-1', labels: { 'kubernetes.io/service-name': 'convert' } },
      addressType: 'IPv4',
      ports: [{ port: address.port }],
      endpoints: [{ addresses: [address.host], conditions: { ready: true } }],
    });
    expect(await answered()).toMatchObject({ apiVersion: `${group}/v2`, spec: { host: 'a', port: 1 } });
  });

  test('has its part in every kind of write', async () => {
    const { group, v1, v2 } = await servers(cluster, webhook);
    await admin.post(v1, first(group, 'a'));
    const patched = await admin.patch(`${v2}/a`, { spec: { port: 9 } });
    expect(patched.json(), patched.text).toMatchObject({
      apiVersion: `${group}/v2`,
      spec: { host: 'a', port: 9 },
      metadata: { generation: 2 },
    });
    const current = patched.json<Server>();
    const put = await admin.put(`${v2}/a`, { ...current, spec: { host: 'z', port: 9, replicas: 2 } });
    expect(put.code, put.text).toBe(200);
    const status = await admin.patch(`${v2}/a/status`, { status: { phase: 'Up', replicas: 1 } });
    expect(status.json(), status.text).toMatchObject({ spec: { host: 'z' }, status: { phase: 'Up' } });
    expect((await admin.patch(`${v2}/a/scale`, { spec: { replicas: 3 } })).json()).toMatchObject({ kind: 'Scale', spec: { replicas: 3 } });
    expect((await admin.get(`${v1}/a`)).json()).toMatchObject({ spec: { address: 'z:9', replicas: 3 }, status: { phase: 'Up' } });
    const unchanged = await admin.patch(`${v2}/a`, { spec: { port: 9 } });
    expect(unchanged.json<Server>().metadata?.resourceVersion).toBe((await admin.get(`${v1}/a`)).json<Server>().metadata?.resourceVersion);
    expect((await admin.delete(`${v2}/a`)).json()).toMatchObject({ status: 'Success' });
    expect((await admin.get(`${v1}/a`)).code).toBe(404);
  });

  test('lets managers of different versions share an object', async () => {
    const { group, v1, v2 } = await servers(cluster, webhook);
    const applied = (path: string, manager: string, body: object) =>
      admin.send('PATCH', `${path}/a?fieldManager=${manager}`, {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/apply-patch+yaml' },
      });
    const made = await applied(v1, 'one', first(group, 'a'));
    expect(made.code, made.text).toBe(201);
    const refused = await applied(v2, 'two', second(group, 'a', 'a', 5));
    expect(refused.status(), refused.text).toMatchObject({ code: 409, details: { causes: [{ field: '.spec.address' }] } });
    const { spec } = second(group, 'a', 'a', 5);
    const forced = await admin.send('PATCH', `${v2}/a?fieldManager=two&force=true`, {
      body: JSON.stringify({ ...second(group, 'a'), spec }),
      headers: { 'content-type': 'application/apply-patch+yaml' },
    });
    expect(forced.json(), forced.text).toMatchObject({ spec });
    expect((await admin.get(`${v1}/a`)).json()).toMatchObject({ spec: { address: 'a:5' } });
  });

  test('is asked once about an event, however many watch, and events keep their order', async () => {
    const { group, v1, v2 } = await servers(cluster, webhook);
    await admin.post(v1, first(group, 'a'));
    const watches = await Promise.all([admin.watch(`${v2}?watch=1`), admin.watch(`${v2}?watch=1`)]);
    const hosts = await admin.watch(`${v2}?watch=1&fieldSelector=spec.host=a`);
    for (const watch of [...watches, hosts]) expect(await watch.take(1)).toEqual(['ADDED a']);
    expect(asked).toHaveLength(1);
    for (const address of ['a:2', 'c:3', 'a:4']) await admin.patch(`${v1}/a`, { spec: { address } });
    await admin.post(v1, first(group, 'b'));
    await admin.delete(`${v1}/a`);
    for (const watch of watches) {
      const seen: unknown[] = [];
      while (seen.length < 5) {
        const { type, object } = (await watch.next<Server>()) ?? {};
        seen.push(`${type} ${object?.metadata?.name} ${object?.apiVersion?.split('/')[1]} ${object?.spec.host}:${object?.spec.port}`);
      }
      expect(seen).toEqual(['MODIFIED a v2 a:2', 'MODIFIED a v2 c:3', 'MODIFIED a v2 a:4', 'ADDED b v2 a:1', 'DELETED a v2 a:4']);
    }
    expect(await hosts.take(5)).toEqual(['MODIFIED a', 'DELETED a', 'ADDED a', 'ADDED b', 'DELETED a']);
    const converted = asked.flatMap(({ request }) => request.objects.map(({ metadata }) => metadata?.resourceVersion));
    const late = await admin.watch(`${v2}?watch=1&resourceVersion=${converted[0]}`);
    expect(await late.take(5)).toEqual(['MODIFIED a', 'MODIFIED a', 'MODIFIED a', 'ADDED b', 'DELETED a']);
    for (const watch of [...watches, hosts, late]) watch.close();
  });

  test('gives each event once to those who begin to watch while it is converted', async () => {
    const { group, v1, v2 } = await servers(cluster, webhook);
    await admin.post(v1, first(group, 'a'));
    const early = await admin.watch(`${v2}?watch=1`);
    expect(await early.take(1)).toEqual(['ADDED a']);
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const { promise: isAsked, resolve } = Promise.withResolvers<void>();
    [webhook.mayAnswer, webhook.wasAsked] = [released, resolve];
    const since = (await admin.post(v1, first(group, 'b'))).json<Server>().metadata?.resourceVersion;
    await isAsked;
    const [whole, later] = await Promise.all([admin.watch(`${v2}?watch=1`), admin.watch(`${v2}?watch=1&resourceVersion=${since}`)]);
    await admin.post(v1, first(group, 'c'));
    release();
    await admin.post(v1, first(group, 'd'));
    expect(await early.take(3)).toEqual(['ADDED b', 'ADDED c', 'ADDED d']);
    expect(await whole.take(4)).toEqual(['ADDED a', 'ADDED b', 'ADDED c', 'ADDED d']);
    expect(await later.take(2)).toEqual(['ADDED c', 'ADDED d']);
    const revisions = asked.flatMap(({ request }) => request.objects.map(({ metadata }) => metadata?.resourceVersion));
    expect(new Set(revisions).size).toBe(revisions.length);
    for (const watch of [early, whole, later]) watch.close();
  });

  test('serves who follows in process and over NATS', async () => {
    const { group, v1 } = await servers(cluster, webhook);
    const bus = cluster.busServer.connect({
      identity: 'system:kube-scheduler',
      permissions: permissionsOf('default', 'system:kube-scheduler', []),
      onError: () => {},
    });
    const over = natsTransport({ bus, cluster: 'default', identity: 'system:kube-scheduler', clock: realClock, random: realRandom });
    await admin.post('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
      metadata: { name: `follow-${group}` },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'system:kube-scheduler' }],
    });
    await admin.post(v1, first(group, 'a'));
    const stop = new AbortController();
    const logs = [cluster.admin, over].map((transport) => {
      const seen: string[] = [];
      const line = ({ apiVersion, spec }: Server) => `${apiVersion?.split('/')[1]} ${spec.host}:${spec.port}`;
      const sink = {
        replace: (objects: readonly KubeObject[]) => void seen.push(...objects.map((object) => line(object as Server))),
        changed: (type: string, object: KubeObject) => void seen.push(`${type} ${line(object as Server)}`),
      };
      void transport.follow({ group, version: 'v2', resource: 'servers' }, sink, stop.signal);
      return seen;
    });
    await expect.poll(() => logs, { interval: 1 }).toEqual([['v2 a:1'], ['v2 a:1']]);
    await admin.patch(`${v1}/a`, { spec: { address: 'a:2' } });
    await admin.patch(`${v1}/a`, { spec: { address: 'a:3' } });
    const after = ['v2 a:1', 'MODIFIED v2 a:2', 'MODIFIED v2 a:3'];
    await expect.poll(() => logs, { interval: 1 }).toEqual([after, after]);
    stop.abort();
  });

  test('shows objects that were kept in a version that is not the one of now', async () => {
    const { group, v1, v2 } = await servers(cluster, webhook);
    await admin.post(v1, first(group, 'a'));
    const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/servers.${group}`;
    const definition = (await admin.get(path)).json<CustomResourceDefinition>();
    await admin.put(path, { ...definition, spec: definitionOf(webhook, group, 'v2').spec });
    await expect
      .poll(
        async () => {
          asked.length = 0;
          const { spec } = (await admin.get(`${v1}/a`)).json<Server>();
          const { status } = await client.kind(CustomResourceDefinitions).get(`servers.${group}`);
          return { spec, asked: [...asked], stored: status?.storedVersions };
        },
        { interval: 1 },
      )
      .toMatchObject({ spec: { address: 'a:1' }, asked: [], stored: ['v1', 'v2'] });
    expect((await admin.get(`${v2}/a`)).json()).toMatchObject({ apiVersion: `${group}/v2`, spec: { host: 'a', port: 1 } });
    const moved = await admin.patch(`${v2}/a`, { spec: { port: 7 } });
    expect(moved.json(), moved.text).toMatchObject({ spec: { host: 'a', port: 7 } });
    asked.length = 0;
    expect((await admin.get(`${v2}/a`)).json()).toMatchObject({ spec: { port: 7 } });
    expect(asked).toEqual([]);
    expect((await admin.get(`${v1}/a`)).json()).toMatchObject({ spec: { address: 'a:7' } });
  });

  test('shows an admission webhook the version that its rules name, and takes back what it makes of it', async () => {
    const { group, v1, v2 } = await servers(cluster, webhook);
    const rules = [{ apiGroups: [group], apiVersions: ['v2'], resources: ['servers'], operations: ['CREATE', 'UPDATE'] }];
    await withWebhooks(admin, 'mutating', [{ clientConfig: admission.at('port'), rules }], async () => {
      const made = await admin.post(v1, first(group, 'a'));
      expect(made.json(), made.text).toMatchObject({ apiVersion: `${group}/v1`, spec: { address: 'a:77' } });
      expect(admission.asked.at(-1)?.object).toMatchObject({ apiVersion: `${group}/v2`, spec: { host: 'a', port: 1 } });
      await admin.patch(`${v1}/a`, { spec: { address: 'b:5' } });
      expect(admission.asked.at(-1)).toMatchObject({
        object: { spec: { host: 'b', port: 5 } },
        oldObject: { spec: { host: 'a', port: 77 } },
      });
    });
    expect((await admin.get(`${v2}/a`)).json()).toMatchObject({ spec: { host: 'b', port: 77 } });
  });

  test('may speak the older version only', async () => {
    const { group, v1, v2 } = await servers(cluster, webhook, ['v1beta1']);
    await admin.post(v1, first(group, 'a'));
    webhook.say = (review) => ({ response: { ...rightly(review), uid: undefined } });
    expect((await admin.get(`${v2}/a`)).json()).toMatchObject({ spec: { host: 'a' } });
    expect(asked[0]?.apiVersion).toBe('apiextensions.k8s.io/v1beta1');
  });
});
