import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Kubectl } from '../support/kubectl.ts';
import type { Scenario } from '../support/trial.ts';
import { configMap, deployment } from './manifests.ts';

const managers = async (kubectl: Kubectl, what: string): Promise<string[]> => {
  const show = kubectl.minor >= 21 ? ['--show-managed-fields'] : [];
  const { metadata } = JSON.parse(await kubectl.ok(['get', ...what.split(' '), '-o', 'json', ...show]));
  const entries = metadata.managedFields as { manager: string; operation: string }[];
  return entries.filter(({ manager }) => manager.startsWith('kubectl')).map(({ manager, operation }) => `${manager} ${operation}`);
};

export const applying: Scenario<Kubectl>[] = [
  {
    name: 'apply (client-side)',
    async run(kubectl) {
      const apply = (more: string) => kubectl.ok('apply -f -', { input: deployment('applied', { replicas: 0, more }) });
      expect(await apply(', labels: { old: thing }')).toBe('deployment.apps/applied created\n');
      expect(await apply(', labels: { old: thing }')).toBe('deployment.apps/applied unchanged\n');
      // What the manifest does not say any more goes; what others have said stays.
      await kubectl.ok('annotate deployment applied note=mine');
      expect(await apply(', labels: { new: thing }')).toBe('deployment.apps/applied configured\n');
      expect(await kubectl.value('deployment applied', '.metadata.labels')).toBe('{"new":"thing"}');
      expect(await kubectl.value('deployment applied', '.metadata.annotations.note')).toBe('mine');
      expect(await kubectl.ok('apply view-last-applied deployment/applied')).toContain('new: thing');
    },
  },
  {
    name: 'apply --server-side',
    async run(kubectl) {
      const manifest = (image: string) => deployment('owned', { image, replicas: 0 });
      await kubectl.ok('apply -f -', { input: manifest('example/owned:1') });
      expect(await kubectl.ok('apply --server-side --force-conflicts -f -', { input: manifest('example/owned:2') })).toBe(
        'deployment.apps/owned serverside-applied\n',
      );
      expect(await managers(kubectl, 'deployment owned')).toContain('kubectl Apply');
      await kubectl.ok('set image deployment/owned web=example/owned:3');
      expect(await kubectl.refused('apply --server-side -f -', { input: manifest('example/owned:4') })).toMatch(
        /Apply failed with 1 conflict: conflict with "kubectl[-\w]*" using apps\/v1: \.spec\.template\.spec\.containers\[name="web"\]\.image/,
      );
      await kubectl.ok('apply --server-side --force-conflicts -f -', { input: manifest('example/owned:4') });
      expect(await kubectl.value('deployment owned', '..image')).toBe('example/owned:4');
    },
  },
  {
    name: 'apply --dry-run',
    async run(kubectl) {
      const input = configMap('dry');
      expect(await kubectl.ok('apply --dry-run=client -f -', { input })).toBe('configmap/dry created (dry run)\n');
      expect(await kubectl.ok('apply --dry-run=server -f -', { input })).toBe('configmap/dry created (server dry run)\n');
      expect(await kubectl.ok('get configmap dry --ignore-not-found')).toBe('');
    },
  },
  {
    name: 'apply of folders, lists and many documents',
    async run(kubectl) {
      const folder = join(kubectl.home, 'manifests');
      mkdirSync(join(folder, 'deeper'), { recursive: true });
      writeFileSync(join(folder, 'one.yaml'), `${configMap('one')}---\n${configMap('two')}`);
      writeFileSync(join(folder, 'deeper/list.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [secret('three')] }));
      expect(await kubectl.ok(`apply -R -f ${folder}`)).toBe('secret/three created\nconfigmap/one created\nconfigmap/two created\n');
      expect(await kubectl.ok(`delete -R -f ${folder}`)).toContain('secret "three" deleted');
    },
  },
  {
    name: 'apply --prune',
    async run(kubectl) {
      const allow = kubectl.minor >= 26 ? '--prune-allowlist' : '--prune-whitelist';
      const apply = `apply --prune -l set=pruned ${allow}=core/v1/ConfigMap -f -`;
      const map = (name: string) => configMap(name, { labels: 'set: pruned' });
      await kubectl.ok(apply, { input: `${map('kept')}---\n${map('left-out')}` });
      expect(await kubectl.ok(apply, { input: map('kept') })).toBe('configmap/kept unchanged\nconfigmap/left-out pruned\n');
    },
  },
  {
    name: 'apply -k, kustomize',
    async run(kubectl) {
      const folder = join(kubectl.home, 'kustomized');
      mkdirSync(folder);
      writeFileSync(join(folder, 'deployment.yaml'), deployment('based', { replicas: 0 }));
      writeFileSync(
        join(folder, 'kustomization.yaml'),
        'resources: [deployment.yaml]\nnamePrefix: un\nimages: [{ name: example/shop, newTag: "7" }]\nconfigMapGenerator: [{ name: made, literals: [a=b] }]\n',
      );
      expect(await kubectl.ok(`kustomize ${folder}`)).toContain('name: unbased');
      const lines = (await kubectl.ok(`apply -k ${folder}`)).trim().split('\n');
      expect(lines[0]).toMatch(/^configmap\/unmade-\w+ created$/);
      expect(lines[1]).toBe('deployment.apps/unbased created');
      expect(await kubectl.value('deployment unbased', '..image')).toBe('example/shop:7');
    },
  },
  {
    name: 'diff',
    async run(kubectl) {
      await kubectl.ok('apply -f -', { input: configMap('differs') });
      expect(await kubectl.ok('diff -f -', { input: configMap('differs') })).toBe('');
      const { code, stdout } = await kubectl.ended('diff -f -', { input: configMap('differs', { data: 'a: c' }) });
      expect(code).toBe(1);
      expect(stdout).toMatch(/^- {2}a: b\n\+ {2}a: c$/m);
      const onServer = await kubectl.ended('diff --server-side --force-conflicts -f -', { input: configMap('differs', { data: 'a: d' }) });
      expect(onServer.stdout).toMatch(/^\+ {2}a: d$/m);
    },
  },
  {
    name: 'replace',
    async run(kubectl) {
      await kubectl.ok('create -f -', { input: configMap('replaced') });
      const live = await kubectl.ok('get configmap replaced -o yaml');
      expect(await kubectl.ok('replace -f -', { input: live.replace('a: b', 'a: c') })).toBe('configmap/replaced replaced\n');
      expect(await kubectl.refused('replace -f -', { input: live })).toContain(
        'Operation cannot be fulfilled on configmaps "replaced": the object has been modified; please apply your changes to the latest version and try again',
      );
      const uid = await kubectl.value('configmap replaced', '.metadata.uid');
      expect(await kubectl.ok('replace --force -f -', { input: configMap('replaced', { data: 'a: d' }) })).toContain(
        'configmap/replaced replaced\n',
      );
      expect(await kubectl.value('configmap replaced', '.metadata.uid')).not.toBe(uid);
    },
  },
];

const secret = (name: string) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData: { a: 'b' } });
