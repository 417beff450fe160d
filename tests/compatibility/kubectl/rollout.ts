import { expect } from 'vitest';
import type { Kubectl } from '../support/kubectl.ts';
import type { Scenario } from '../support/trial.ts';
import { deployment } from './manifests.ts';

const STATEFUL_SET = deployment('ordered')
  .replace('kind: Deployment', 'kind: StatefulSet')
  .replace('replicas: 1', 'replicas: 1\n  serviceName: ordered');
const DAEMON_SET = deployment('everywhere').replace('kind: Deployment', 'kind: DaemonSet').replace('  replicas: 1\n', '');

export const rollingOut: Scenario<Kubectl>[] = [
  {
    name: 'rollout status, history, undo',
    async run(kubectl) {
      await kubectl.ok('create -f -', { input: deployment('rolled') });
      expect(await kubectl.ok('rollout status deployment/rolled --timeout=180s')).toContain(
        'deployment "rolled" successfully rolled out\n',
      );
      await kubectl.ok('set image deployment/rolled web=example/shop:2');
      await kubectl.ok('rollout status deployment/rolled --timeout=180s');
      expect(await kubectl.ok('rollout history deployment/rolled')).toMatch(
        /^deployment.apps\/rolled ?\nREVISION {2}CHANGE-CAUSE\n1 {9}<none>\n2 {9}<none>\n/,
      );
      expect(await kubectl.ok('rollout history deployment/rolled --revision=1')).toMatch(/Image:\s+example\/shop:1/);
      expect(await kubectl.ok('rollout undo deployment/rolled')).toBe('deployment.apps/rolled rolled back\n');
      await kubectl.ok('rollout status deployment/rolled --timeout=180s');
      expect(await kubectl.value('deployment rolled', '..image')).toBe('example/shop:1');
      expect(await kubectl.refused('rollout undo deployment/rolled --to-revision=9')).toContain(
        'unable to find specified revision 9 in history',
      );
    },
  },
  {
    name: 'rollout pause, resume, restart',
    async run(kubectl) {
      await kubectl.ok('create -f -', { input: deployment('paused') });
      expect(await kubectl.ok('rollout pause deployment/paused')).toBe('deployment.apps/paused paused\n');
      expect(await kubectl.refused('rollout restart deployment/paused')).toContain(
        `can't restart paused deployment (run rollout resume first)`,
      );
      expect(await kubectl.ok('rollout resume deployment/paused')).toBe('deployment.apps/paused resumed\n');
      await kubectl.ok('rollout status deployment/paused --timeout=180s');
      expect(await kubectl.ok('rollout restart deployment/paused')).toBe('deployment.apps/paused restarted\n');
      await kubectl.ok('rollout status deployment/paused --timeout=180s');
      const restartedAt = '.spec.template.metadata.annotations.kubectl\\.kubernetes\\.io/restartedAt';
      expect(await kubectl.value('deployment paused', restartedAt)).toMatch(/^\d{4}-/);
      expect(await kubectl.value('replicaset -l app=paused', '.items[*].status.readyReplicas')).toBe('1');
    },
  },
  {
    name: 'rollout of StatefulSets and DaemonSets',
    async run(kubectl) {
      await kubectl.ok('create -f -', { input: `${STATEFUL_SET}---\n${DAEMON_SET}` });
      expect(await kubectl.ok('rollout status daemonset/everywhere --timeout=180s')).toContain(
        'daemon set "everywhere" successfully rolled out\n',
      );
      await kubectl.ok('rollout status statefulset/ordered --timeout=180s');
      await kubectl.ok('set image statefulset/ordered web=example/shop:2');
      await kubectl.ok('rollout status statefulset/ordered --timeout=180s');
      expect(await kubectl.ok('rollout history statefulset/ordered')).toMatch(/^1 +<none>\n2 +<none>\n/m);
      expect(await kubectl.ok('rollout undo statefulset/ordered')).toBe('statefulset.apps/ordered rolled back\n');
      await kubectl.ok('rollout status statefulset/ordered --timeout=180s');
      expect(await kubectl.value('pod ordered-0', '..image')).toContain('example/shop:1');
      await kubectl.ok('delete statefulset,daemonset --all');
    },
  },
];
