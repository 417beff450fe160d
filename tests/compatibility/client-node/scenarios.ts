import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import * as k8s from '@kubernetes/client-node';
import { expect } from 'vitest';
import { until } from '../../support/until.ts';
import type { Scenario } from '../support/trial.ts';
import { type NodeClient, Sink } from './client.ts';

const FOREVER = ['sh', '-c', 'while true; do sleep 1000; done'];

export const nodeScenarios: Scenario<NodeClient>[] = [
  {
    name: 'create, read, list, replace, delete',
    async run(client) {
      const { core, namespace } = client;
      const created = await client.configMap('one', { a: 'b' }, { set: 'crud' });
      expect(created.metadata?.creationTimestamp).toBeInstanceOf(Date);
      const read = await core.readNamespacedConfigMap({ name: 'one', namespace });
      await core.replaceNamespacedConfigMap({ name: 'one', namespace, body: { ...read, data: { a: 'c' } } });
      const listed = await core.listNamespacedConfigMap({ namespace, labelSelector: 'set=crud' });
      expect(listed.items.map(({ data }) => data)).toEqual([{ a: 'c' }]);
      await expect(core.replaceNamespacedConfigMap({ name: 'one', namespace, body: read })).rejects.toMatchObject({ code: 409 });
      await core.deleteNamespacedConfigMap({ name: 'one', namespace });
      const missing = await core.readNamespacedConfigMap({ name: 'one', namespace }).catch((error: unknown) => error);
      expect(missing).toBeInstanceOf(k8s.ApiException);
      expect(missing).toMatchObject({ code: 404, body: expect.stringContaining('configmaps \\"one\\" not found') });
    },
  },
  {
    name: 'list in pieces (limit, continue)',
    async run(client) {
      const { core, namespace } = client;
      for (const name of ['p1', 'p2', 'p3']) await client.configMap(name, {}, { set: 'pieces' });
      const names: (string | undefined)[] = [];
      let _continue: string | undefined;
      do {
        const page = await core.listNamespacedConfigMap({ namespace, labelSelector: 'set=pieces', limit: 1, _continue });
        expect(page.items).toHaveLength(1);
        names.push(page.items[0]?.metadata?.name);
        _continue = page.metadata?._continue;
      } while (_continue);
      expect(names).toEqual(['p1', 'p2', 'p3']);
    },
  },
  ...patches([
    [k8s.PatchStrategy.JsonPatch, [{ op: 'replace', path: '/data/a', value: 'json' }], { a: 'json', c: 'd' }],
    [k8s.PatchStrategy.MergePatch, { data: { a: 'merged', c: null } }, { a: 'merged' }],
    [k8s.PatchStrategy.StrategicMergePatch, { data: { $patch: 'replace', e: 'f' } }, { e: 'f' }],
    [
      k8s.PatchStrategy.ServerSideApply,
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'apply-patch-yaml' }, data: { a: 'applied' } },
      { a: 'applied', c: 'd' },
    ],
  ]),
  {
    name: 'watch',
    async run(client) {
      const { namespace } = client;
      const seen: string[] = [];
      const ended = Promise.withResolvers<unknown>();
      const path = `/api/v1/namespaces/${namespace}/configmaps`;
      const watching = await new k8s.Watch(client.config).watch(
        path,
        { labelSelector: 'set=watched', allowWatchBookmarks: true },
        (type, object: k8s.V1ConfigMap) => seen.push(`${type} ${object.metadata?.name}`),
        ended.resolve,
      );
      await client.configMap('watched', {}, { set: 'watched' });
      await client.configMap('not-watched');
      await client.core.deleteNamespacedConfigMap({ name: 'watched', namespace });
      await until(() => seen.length >= 2);
      watching.abort();
      await ended.promise;
      expect(seen.filter((event) => !event.startsWith('BOOKMARK'))).toEqual(['ADDED watched', 'DELETED watched']);
    },
  },
  {
    name: 'informer',
    async run(client) {
      const { core, namespace } = client;
      await client.configMap('informed-1', {}, { set: 'informed' });
      const seen: string[] = [];
      const list = () => core.listNamespacedConfigMap({ namespace, labelSelector: 'set=informed' });
      const informer = k8s.makeInformer(client.config, `/api/v1/namespaces/${namespace}/configmaps`, list, 'set=informed');
      for (const verb of ['add', 'update', 'delete'] as const) {
        informer.on(verb, ({ metadata }: k8s.V1ConfigMap) => seen.push(`${verb} ${metadata?.name}`));
      }
      await informer.start();
      await until(() => seen.includes('add informed-1'));
      const second = await client.configMap('informed-2', {}, { set: 'informed' });
      await until(() => seen.includes('add informed-2'));
      await core.replaceNamespacedConfigMap({ name: 'informed-2', namespace, body: { ...second, data: { x: 'y' } } });
      await until(() => seen.includes('update informed-2'));
      expect(informer.get('informed-2', namespace)?.data).toEqual({ x: 'y' });
      await core.deleteNamespacedConfigMap({ name: 'informed-1', namespace });
      await until(() => seen.includes('delete informed-1'));
      expect(informer.list(namespace).map(({ metadata }) => metadata?.name)).toEqual(['informed-2']);
      await informer.stop();
    },
  },
  {
    name: 'a Deployment: status, scale, replicas',
    async run({ apps, namespace }) {
      const labels = { app: 'scaled' };
      const template = { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'example/shop:1' }] } };
      await apps.createNamespacedDeployment({
        namespace,
        body: { metadata: { name: 'scaled' }, spec: { selector: { matchLabels: labels }, replicas: 1, template } },
      });
      const ready = (replicas: number) =>
        until(
          () => apps.readNamespacedDeployment({ name: 'scaled', namespace }),
          ({ status }) => status?.readyReplicas === replicas,
        );
      await ready(1);
      const scale = await apps.readNamespacedDeploymentScale({ name: 'scaled', namespace });
      await apps.replaceNamespacedDeploymentScale({ name: 'scaled', namespace, body: { ...scale, spec: { replicas: 2 } } });
      await ready(2);
      await apps.deleteNamespacedDeployment({ name: 'scaled', namespace });
    },
  },
  {
    name: 'exec',
    async run(client) {
      await client.pod('shell', { command: FOREVER });
      const [out, err] = [new Sink(), new Sink()];
      const exec = new k8s.Exec(client.config);
      const command = ['sh', '-c', 'read line; echo got $line; echo oops >&2; exit 3'];
      const ended = Promise.withResolvers<k8s.V1Status>();
      await exec.exec(client.namespace, 'shell', 'main', command, out, err, Readable.from(['it\n']), false, ended.resolve);
      expect(await ended.promise).toMatchObject({ status: 'Failure', reason: 'NonZeroExitCode' });
      expect([out.text, err.text]).toEqual(['got it\n', 'oops\n']);
    },
  },
  {
    name: 'logs, followed',
    async run(client) {
      const script = 'echo one; until [ -e /tmp/go ]; do sleep 0.1; done; echo two';
      await client.pod('talker', { command: ['sh', '-c', script] }, { restartPolicy: 'Never' });
      const sink = new Sink();
      await new k8s.Log(client.config).log(client.namespace, 'talker', 'main', sink, { follow: true });
      await until(() => sink.text === 'one\n');
      await new k8s.Exec(client.config).exec(client.namespace, 'talker', 'main', ['touch', '/tmp/go'], new Sink(), null, null, false);
      await finished(sink);
      expect(sink.text).toBe('one\ntwo\n');
      expect(await client.core.readNamespacedPodLog({ name: 'talker', namespace: client.namespace, tailLines: 1 })).toBe('two\n');
    },
  },
  {
    name: 'attach',
    async run(client) {
      await client.pod('listener', { command: ['sh', '-c', 'while read line; do echo "heard $line"; done'], stdin: true });
      const out = new Sink();
      const input = new Readable({ read() {} });
      const socket = await new k8s.Attach(client.config).attach(client.namespace, 'listener', 'main', out, null, input, false);
      input.push('me\n');
      await until(() => out.text === 'heard me\n');
      socket.close();
    },
  },
  {
    name: 'port-forward',
    async run(client) {
      await client.pod('web', { image: 'nginxinc/nginx-unprivileged', ports: [{ containerPort: 8080 }] });
      const out = new Sink();
      const input = new Readable({ read() {} });
      const socket = await new k8s.PortForward(client.config).portForward(client.namespace, 'web', [8080], out, null, input);
      input.push('GET / HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n');
      await until(() => out.text.includes('</html>'));
      expect(out.text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
      if ('close' in socket) socket.close();
    },
  },
  {
    name: 'objects of any kind (KubernetesObjectApi)',
    async run({ config, namespace }) {
      const api = k8s.KubernetesObjectApi.makeApiClient(config);
      const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'any', namespace }, data: { a: 'b' } };
      await api.create(object);
      const patched = await api.patch<k8s.V1ConfigMap>({ ...object, data: { a: 'c' } });
      expect(patched.data).toEqual({ a: 'c' });
      expect((await api.read<k8s.V1ConfigMap>(object)).data).toEqual({ a: 'c' });
      expect((await api.list('v1', 'ConfigMap', namespace)).items.some(({ metadata }) => metadata?.name === 'any')).toBe(true);
      await api.delete(object);
    },
  },
  {
    name: 'metrics, access review, token',
    async run({ config, core, namespace }) {
      await until(async () => (await new k8s.Metrics(config).getNodeMetrics()).items.length === 3);
      const auth = config.makeApiClient(k8s.AuthorizationV1Api);
      const review = await auth.createSelfSubjectAccessReview({
        body: { spec: { resourceAttributes: { verb: 'get', resource: 'pods' } } },
      });
      expect(review.status?.allowed).toBe(true);
      const token = await core.createNamespacedServiceAccountToken({ name: 'default', namespace, body: { spec: { audiences: [] } } });
      expect(token.status?.token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    },
  },
];

/** The name of the object is that of the patch's media type. */
function patches(cases: [strategy: string, body: unknown, data: Record<string, string>][]): Scenario<NodeClient>[] {
  return cases.map(([strategy, body, data]) => ({
    name: `patch: ${strategy}`,
    async run(client) {
      const { core, namespace } = client;
      const name = strategy.replace('application/', '').replaceAll('+', '-');
      await client.configMap(name, { a: 'b', c: 'd' });
      const options = k8s.setHeaderOptions('Content-Type', strategy);
      const apply = strategy === k8s.PatchStrategy.ServerSideApply ? { fieldManager: 'tried', force: true } : {};
      expect((await core.patchNamespacedConfigMap({ name, namespace, body, ...apply }, options)).data).toEqual(data);
    },
  }));
}
