import { expect } from 'vitest';
import type { Kubectl } from '../support/kubectl.ts';
import type { Scenario } from '../support/trial.ts';
import { configMap, deployment, FOREVER, shell } from './manifests.ts';

/** Newer ones say the namespace as well. */
const deleted = (what: string): RegExp => new RegExp(`^${what} deleted( from \\S+ namespace)?\n$`);

async function withReplicaSet(kubectl: Kubectl, name: string): Promise<string> {
  await kubectl.ok('create -f -', { input: deployment(name) });
  await kubectl.ok(`rollout status deployment/${name} --timeout=180s`);
  return (await kubectl.ok(`get replicaset -l app=${name} -o name`)).trim();
}

export const deleting: Scenario<Kubectl>[] = [
  {
    name: 'delete --cascade=background, wait --for=delete',
    async run(kubectl) {
      await withReplicaSet(kubectl, 'behind');
      expect(await kubectl.ok('delete deployment behind --cascade=background')).toMatch(deleted('deployment.apps "behind"'));
      const waiting = await kubectl.ended('wait --for=delete replicaset,pod -l app=behind --timeout=180s');
      // Where all are gone already some versions say that nothing matches.
      expect(waiting.stderr.replace('error: no matching resources found\n', '')).toBe('');
      expect(await kubectl.ok('get replicaset,pod -l app=behind -o name')).toBe('');
    },
  },
  {
    name: 'delete --cascade=foreground',
    async run(kubectl) {
      await withReplicaSet(kubectl, 'before');
      await kubectl.ok('delete deployment before --cascade=foreground --timeout=180s');
      expect(await kubectl.ok('get deployment,replicaset,pod -l app=before -o name')).toBe('');
    },
  },
  {
    name: 'delete --cascade=orphan',
    async run(kubectl) {
      const set = await withReplicaSet(kubectl, 'orphaned');
      await kubectl.ok('delete deployment orphaned --cascade=orphan');
      expect(await kubectl.value(set, '.metadata.ownerReferences')).toBe('');
      expect(await kubectl.value(set, '.status.readyReplicas')).toBe('1');
      await kubectl.ok(`delete ${set}`);
    },
  },
  {
    name: 'delete by file, label, --all, --now, --force; --dry-run',
    async run(kubectl) {
      const input = ['1', '2', '3'].map((n) => configMap(`gone-${n}`, { labels: `number: "${n}", set: gone` })).join('---\n');
      await kubectl.ok('create -f -', { input });
      expect(await kubectl.ok('delete -f - --dry-run=server', { input: configMap('gone-1') })).toMatch(/deleted.* \(server dry run\)/);
      expect(await kubectl.ok('delete -f -', { input: configMap('gone-1') })).toMatch(deleted('configmap "gone-1"'));
      expect(await kubectl.ok('delete configmap -l set=gone,number=2')).toMatch(deleted('configmap "gone-2"'));
      expect(await kubectl.ok('delete configmap gone-3 gone-4 --ignore-not-found')).toMatch(deleted('configmap "gone-3"'));
      await kubectl.ok('create -f -', { input: shell('forced', FOREVER) });
      const { code, stderr } = await kubectl.ended('delete pod forced --force --grace-period=0');
      expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('mmediate deletion does not wait for confirmation') });
      await kubectl.ok('create -f -', { input: `${shell('every-1', FOREVER)}---\n${shell('every-2', FOREVER)}` });
      await kubectl.ok('label pod every-1 every-2 every=one');
      expect((await kubectl.ok('delete pod -l every --now')).trim().split('\n')).toHaveLength(2);
    },
  },
  {
    name: 'delete of a namespace with all that is in it',
    async run(kubectl) {
      const name = `${kubectl.namespace}-filled`;
      await kubectl.ok(`create namespace ${name}`);
      await kubectl.ok(`create -n ${name} -f -`, { input: `${deployment('inside')}---\n${configMap('inside')}` });
      expect(await kubectl.ok(`delete namespace ${name} --timeout=180s`)).toMatch(deleted(`namespace "${name}"`));
      expect(await kubectl.refused(`get namespace ${name}`)).toBe(`Error from server (NotFound): namespaces "${name}" not found\n`);
      expect(await kubectl.ended(`get all,configmaps,serviceaccounts -n ${name} -o name`)).toMatchObject({ stdout: '' });
    },
  },
  {
    name: 'finalizers keep an object until they are taken away',
    async run(kubectl) {
      await kubectl.ok('create -f -', { input: configMap('held').replace('name: held', 'name: held, finalizers: [example.com/hold]') });
      await kubectl.ok('delete configmap held --wait=false');
      expect(await kubectl.value('configmap held', '.metadata.deletionTimestamp')).toMatch(/Z$/);
      await kubectl.ok(['patch', 'configmap', 'held', '--type=merge', '-p', '{"metadata":{"finalizers":null}}']);
      expect(await kubectl.ok('get configmap held --ignore-not-found')).toBe('');
    },
  },
];
