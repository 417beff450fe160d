import { run } from '@kubernats/testing/real-cluster';
import { expect, inject } from 'vitest';
import { until } from '../../support/until.ts';
import { deployment, FOREVER, shell } from '../kubectl/manifests.ts';
import { Kubectl } from '../support/kubectl.ts';
import { McpServer } from '../support/mcp.ts';
import { type Scenario, tryOut } from '../support/trial.ts';

const namespace = 'go-client';

const place = (manifest: string): string => manifest.replace('metadata: { ', `metadata: { namespace: ${namespace}, `);
const configMap = (name: string, value: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, namespace: ${namespace} }\ndata: { a: ${value} }\n`;

async function runningPod(server: McpServer, name: string, script: string): Promise<void> {
  await server.tool('resources_create_or_update', { resource: place(shell(name, script)) });
  await until(
    () => server.tool('pods_get', { name, namespace }),
    (said) => /phase: Running/.test(said),
  );
}

const scenarios: Scenario<McpServer>[] = [
  {
    name: 'create and update by server-side apply, get, list, delete (dynamic client, discovery)',
    async run(server) {
      const object = { apiVersion: 'v1', kind: 'ConfigMap', name: 'applied', namespace };
      await server.tool('resources_create_or_update', { resource: configMap('applied', 'one') });
      await server.tool('resources_create_or_update', { resource: configMap('applied', 'two') });
      expect(await server.tool('resources_get', object)).toMatch(/^ {2}a: two$/m);
      expect(await server.tool('resources_list', { apiVersion: 'v1', kind: 'ConfigMap', namespace })).toMatch(
        /^NAMESPACE .*NAME .*DATA .*AGE/,
      );
      expect(await server.tool('resources_delete', object)).toBe('Resource deleted successfully');
      await expect(server.tool('resources_get', object)).rejects.toThrow('configmaps "applied" not found');
    },
  },
  {
    name: 'a Deployment: scale',
    async run(server) {
      await server.tool('resources_create_or_update', { resource: place(deployment('scaled')) });
      const scaled = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'scaled', namespace };
      const ready = (replicas: number) =>
        until(
          () => server.tool('resources_get', scaled),
          (said) => said.includes(`readyReplicas: ${replicas}\n`),
        );
      // It reads and writes back: before all is ready somebody else may write in between.
      await ready(1);
      await server.tool('resources_scale', { ...scaled, scale: 2 });
      await ready(2);
      await server.tool('resources_delete', scaled);
    },
  },
  {
    name: 'Pods: list, logs, exec, delete (typed client, remotecommand)',
    async run(server) {
      await runningPod(server, 'shell', `echo hello; ${FOREVER}`);
      expect(await server.tool('pods_list_in_namespace', { namespace, labelSelector: 'app=shell' })).toMatch(/ shell +1\/1 +Running /);
      await until(
        () => server.tool('pods_log', { name: 'shell', namespace }),
        (said) => said === 'hello\n',
      );
      expect(await server.tool('pods_exec', { name: 'shell', namespace, command: ['echo', 'from', 'inside'] })).toBe('from inside\n');
      expect(await server.tool('pods_delete', { name: 'shell', namespace })).toContain('deleted successfully');
    },
  },
  {
    name: 'events, metrics of nodes and Pods',
    async run(server) {
      await runningPod(server, 'busy', FOREVER);
      expect(await server.tool('events_list', { namespace })).toContain('Successfully assigned go-client/busy to node');
      expect(await server.tool('nodes_top', {})).toMatch(/^node1 +\d+m +\d+% +\d+Mi +\d+%/m);
      await until(async () => (await server.tool('pods_top', { namespace, all_namespaces: false })).includes('busy'));
    },
  },
];

tryOut<McpServer>({
  id: 'go-client',
  client: 'kubernetes-mcp-server (client-go)',
  scenarios,
  version: async (path) => (await run(path, ['--version'])).stdout.trim().replace('v', ''),
  async open(path) {
    const kubeconfig = inject('kubeconfig');
    using kubectl = new Kubectl({ path: 'kubectl', version: '', namespace, kubeconfig });
    await kubectl.settle();
    return new McpServer(path, ['--kubeconfig', kubeconfig]).initialize();
  },
  close: (server) => server[Symbol.asyncDispose](),
});
