import { expect } from 'vitest';
import type { Kubectl } from '../support/kubectl.ts';
import type { Scenario } from '../support/trial.ts';
import { configMap, deployment, FOREVER, shell } from './manifests.ts';

/** Head lines of tables, as Kubernetes prints them. */
const TABLES: [what: string, head: string][] = [
  ['deployments', 'NAME | READY | UP-TO-DATE | AVAILABLE | AGE'],
  ['deployments -o wide', 'NAME | READY | UP-TO-DATE | AVAILABLE | AGE | CONTAINERS | IMAGES | SELECTOR'],
  ['replicasets', 'NAME | DESIRED | CURRENT | READY | AGE'],
  ['pods', 'NAME | READY | STATUS | RESTARTS | AGE'],
  ['pods -o wide', 'NAME | READY | STATUS | RESTARTS | AGE | IP | NODE | NOMINATED NODE | READINESS GATES'],
  ['nodes', 'NAME | STATUS | ROLES | AGE | VERSION'],
  ['nodes -o wide', 'NAME | STATUS | ROLES | AGE | VERSION | INTERNAL-IP | EXTERNAL-IP | OS-IMAGE | KERNEL-VERSION | CONTAINER-RUNTIME'],
  ['services -A', 'NAMESPACE | NAME | TYPE | CLUSTER-IP | EXTERNAL-IP | PORT(S) | AGE'],
  ['configmaps', 'NAME | DATA | AGE'],
  ['secrets', 'NAME | TYPE | DATA | AGE'],
  ['namespaces', 'NAME | STATUS | AGE'],
  ['events', 'LAST SEEN | TYPE | REASON | OBJECT | MESSAGE'],
  ['endpointslices -A', 'NAMESPACE | NAME | ADDRESSTYPE | PORTS | ENDPOINTS | AGE'],
  ['leases -n kube-system', 'NAME | HOLDER | AGE'],
  ['clusterroles', 'NAME | CREATED AT'],
  ['clusterrolebindings', 'NAME | ROLE | AGE'],
  ['priorityclasses', 'NAME | VALUE | GLOBAL-DEFAULT | AGE | PREEMPTIONPOLICY'],
];

export const getting: Scenario<Kubectl>[] = [
  {
    name: 'get: tables, wide ones',
    async run(kubectl) {
      await kubectl.ok('create -f -', { input: `${deployment('shown')}---\napiVersion: v1\nkind: Secret\nmetadata: { name: shown }\n` });
      await kubectl.ok('rollout status deployment/shown --timeout=180s');
      for (const [what, expected] of TABLES) {
        const [head] = (await kubectl.ok(`get ${what}`)).split('\n');
        // Older ones do not know the column that came later.
        if (what !== 'priorityclasses') expect(head?.trim().replace(/\s{2,}/g, ' | ')).toBe(expected);
      }
      expect(await kubectl.ok('get deployment shown --no-headers')).toMatch(/^shown +1\/1 +1 +1 +\d+s\n$/);
      expect(await kubectl.ok('get pods -l app=shown --no-headers')).toMatch(/^shown-\w+-\w+ +1\/1 +Running +0 +\d+s\n$/);
    },
  },
  {
    name: 'get -o yaml, json, name, jsonpath, go-template, custom-columns',
    async run(kubectl) {
      await kubectl.ok('create -f -', { input: configMap('printed', { data: 'a: b, c: d' }) });
      const get = (output: string) => kubectl.ok(['get', 'configmap', 'printed', '-o', output]);
      expect(await get('yaml')).toMatch(/^apiVersion: v1\ndata:\n {2}a: b\n {2}c: d\nkind: ConfigMap\n/);
      expect(JSON.parse(await get('json'))).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap', data: { a: 'b' } });
      expect(await get('name')).toBe('configmap/printed\n');
      expect(await get('jsonpath={.data.a}{"/"}{.metadata.name}')).toBe('b/printed');
      expect(await get('go-template={{range $k, $v := .data}}{{$k}}={{$v}};{{end}}')).toBe('a=b;c=d;');
      expect(await get('custom-columns=NAME:.metadata.name,A:.data.a')).toBe('NAME      A\nprinted   b\n');
      const many = JSON.parse(await kubectl.ok('get configmap -o json')) as { kind: string; items: unknown[] };
      expect(many.kind).toBe('List');
    },
  },
  {
    name: 'get: -l, --field-selector, --sort-by, -L, --show-labels, -A, --chunk-size, --raw',
    async run(kubectl) {
      const map = (name: string, n: number) => configMap(name, { labels: `number: "${n}", set: sorted`, data: `rank: "${n}"` });
      await kubectl.ok('create -f -', { input: [map('sorted-a', 3), map('sorted-b', 1), map('sorted-c', 2)].join('---\n') });
      expect(await kubectl.ok('get configmap -l set=sorted --sort-by={.data.rank} -o name')).toBe(
        'configmap/sorted-b\nconfigmap/sorted-c\nconfigmap/sorted-a\n',
      );
      expect(await kubectl.ok(['get', 'configmap', '-l', 'set=sorted,number notin (1,2)', '-o', 'name'])).toBe('configmap/sorted-a\n');
      expect(await kubectl.ok('get configmap --field-selector=metadata.name=sorted-b -o name')).toBe('configmap/sorted-b\n');
      expect(await kubectl.ok('get configmap sorted-a -L number --no-headers')).toMatch(/ 3\n$/);
      expect(await kubectl.ok('get configmap sorted-a --show-labels --no-headers')).toMatch(/ number=3,set=sorted\n$/);
      expect(await kubectl.ok('get configmap -l set=sorted --chunk-size=1 -o name')).toBe(
        'configmap/sorted-a\nconfigmap/sorted-b\nconfigmap/sorted-c\n',
      );
      expect(await kubectl.ok('get configmap -A --field-selector=metadata.name=sorted-c --no-headers')).toContain(kubectl.namespace);
      expect(JSON.parse(await kubectl.ok('get --raw /api/v1/namespaces/default'))).toMatchObject({ kind: 'Namespace' });
      expect(await kubectl.ok('get --raw /readyz')).toBe('ok');
      expect(await kubectl.ok('get configmap/sorted-a service/kubernetes -n default --ignore-not-found -o name')).toBe(
        'service/kubernetes\n',
      );
    },
  },
  {
    name: 'get -w',
    async run(kubectl) {
      await using watching = kubectl.start('get configmap -w --output-watch-events --field-selector=metadata.name=seen');
      await kubectl.ok('create configmap unseen --from-literal=a=b');
      await kubectl.ok('create configmap seen --from-literal=a=b');
      await watching.until(/ADDED +seen/);
      await kubectl.ok('label configmap seen x=y');
      await watching.until(/MODIFIED +seen/);
      await kubectl.ok('delete configmap seen');
      await watching.until(/DELETED +seen/);
      expect(watching.said).not.toContain('unseen');
    },
  },
  {
    name: 'wait --for=condition, --for=delete',
    async run(kubectl) {
      await kubectl.ok('create -f -', { input: shell('awaited', FOREVER) });
      expect(await kubectl.ok('wait --for=condition=Ready pod/awaited --timeout=180s')).toBe('pod/awaited condition met\n');
      await using waiting = kubectl.start('wait --for=delete pod/awaited --timeout=180s');
      await kubectl.ok('delete pod awaited --now');
      // One that comes too late may find nothing to wait for.
      expect(await waiting.ends()).toBe(waiting.said.includes('NotFound') ? 1 : 0);
      expect(await kubectl.refused('wait --for=condition=Ready pod/nothing --timeout=1s')).toContain('pods "nothing" not found');
    },
  },
  {
    name: 'wait --for=jsonpath',
    since: '1.23',
    async run(kubectl) {
      await kubectl.ok('create -f -', { input: shell('ending', 'echo over') });
      expect(await kubectl.ok('wait --for=jsonpath={.status.phase}=Succeeded pod/ending --timeout=180s')).toBe(
        'pod/ending condition met\n',
      );
    },
  },
  {
    name: 'events',
    since: '1.26',
    async run(kubectl) {
      await kubectl.ok('create -f -', { input: shell('told', 'echo told') });
      await kubectl.ok('wait --for=jsonpath={.status.phase}=Succeeded pod/told --timeout=180s');
      const said = await kubectl.ok('events --for pod/told');
      expect(said).toMatch(/^LAST SEEN +TYPE +REASON +OBJECT +MESSAGE\n/);
      expect(said).toMatch(/Normal +Scheduled +Pod\/told +Successfully assigned \S+\/told to node\d/);
    },
  },
];
