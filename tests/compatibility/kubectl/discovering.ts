import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Kubectl } from '../support/kubectl.ts';
import type { Scenario } from '../support/trial.ts';

export const discovering: Scenario<Kubectl>[] = [
  {
    name: 'api-resources, api-versions, version',
    async run(kubectl) {
      const all = await kubectl.ok('api-resources --no-headers');
      expect(all).toMatch(/^deployments +deploy +apps\/v1 +true +Deployment$/m);
      expect(all).toMatch(/^nodes +no +v1 +false +Node$/m);
      expect(await kubectl.ok('api-resources --namespaced=false --api-group=rbac.authorization.k8s.io -o name')).toBe(
        'clusterrolebindings.rbac.authorization.k8s.io\nclusterroles.rbac.authorization.k8s.io\n',
      );
      expect((await kubectl.ok('api-versions')).split('\n')).toEqual(expect.arrayContaining(['apps/v1', 'batch/v1', 'v1']));
      expect(await kubectl.ok('version')).toMatch(/Server Version: .*v1\.36/);
    },
  },
  {
    name: 'explain, explain --recursive',
    async run(kubectl) {
      expect(await kubectl.ok('explain deployment.spec.replicas')).toMatch(/FIELD: +replicas <integer>/);
      expect(await kubectl.ok('explain pod.spec.containers.livenessProbe')).toContain('initialDelaySeconds');
      const tree = await kubectl.ok('explain deployment --recursive');
      expect(tree).toMatch(/^ +terminationGracePeriodSeconds\s+<integer>$/m);
      expect(tree).toMatch(/^ +maxSurge\s+<(string|IntOrString)>$/m);
      expect(await kubectl.ok('explain service')).toMatch(/^VERSION: +v1$/m);
      expect(await kubectl.refused('explain pod.spec.nothing')).toContain('field "nothing" does not exist');
    },
  },
  {
    name: 'cluster-info, cluster-info dump',
    async run(kubectl) {
      expect(await kubectl.ok('cluster-info')).toMatch(/is running at .*https:\/\/127\.0\.0\.1:\d+/);
      const folder = join(kubectl.home, 'dump');
      await kubectl.ok(`cluster-info dump --namespaces=default --output-directory=${folder}`);
      expect(readdirSync(folder)).toEqual(expect.arrayContaining(['default', 'nodes.json']));
    },
  },
  {
    name: 'config view, contexts, completion, plugin list',
    async run(kubectl) {
      expect(await kubectl.ok('config view --minify -o jsonpath={.contexts[0].context.namespace}')).toBe(kubectl.namespace);
      expect(await kubectl.ok('config current-context')).toBe('kubernats\n');
      expect(await kubectl.ok('completion bash')).toContain('kubectl');
      // What a shell asks behind `kubectl get node <tab>`.
      const { stdout } = await kubectl.ended('__complete get node no');
      if (kubectl.minor >= 22) expect(stdout).toContain('node1\n');
    },
  },
];
