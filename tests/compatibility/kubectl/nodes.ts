import { expect } from 'vitest';
import type { Kubectl } from '../support/kubectl.ts';
import type { Scenario } from '../support/trial.ts';
import { deployment } from './manifests.ts';

export const nodes: Scenario<Kubectl>[] = [
  {
    name: 'cordon, drain, uncordon',
    async run(kubectl) {
      const { node } = kubectl;
      const pinned = deployment('pinned').replace('      containers:', `      nodeSelector: { hostname: ${node} }\n      containers:`);
      await kubectl.ok('create -f -', { input: pinned });
      await kubectl.ok('rollout status deployment/pinned --timeout=180s');
      const pod = await kubectl.value('pod -l app=pinned', '.items[0].metadata.name');
      expect(await kubectl.ok(`cordon ${node}`)).toBe(`node/${node} cordoned\n`);
      expect(await kubectl.ok(`get node ${node} --no-headers`)).toContain('Ready,SchedulingDisabled');
      const drained = await kubectl.ended(`drain ${node} --pod-selector=app=pinned --timeout=180s`);
      expect(drained.code).toBe(0);
      expect(drained.stdout).toMatch(
        new RegExp(`^node/${node} (already cordoned\n)?(.*\n)*pod/${pod} evicted\n(.*\n)*node/${node} (evicted|drained)\n$`),
      );
      expect(await kubectl.ok(`uncordon ${node}`)).toBe(`node/${node} uncordoned\n`);
      await kubectl.ok('rollout status deployment/pinned --timeout=180s');
      await kubectl.ok('delete deployment pinned');
    },
  },
  {
    name: 'taint, label of a node',
    async run(kubectl) {
      const { node } = kubectl;
      expect(await kubectl.ok(`taint node ${node} tried=yes:PreferNoSchedule`)).toBe(`node/${node} tainted\n`);
      expect(await kubectl.ok(`describe node ${node}`)).toMatch(/tried=yes:PreferNoSchedule$/m);
      expect(await kubectl.refused(`taint node ${node} tried=no:PreferNoSchedule`)).toContain(
        'already has tried taint(s) with same effect(s)',
      );
      expect(await kubectl.ok(`taint node ${node} tried-`)).toBe(`node/${node} untainted\n`);
      await kubectl.ok(`label node ${node} tried=yes`);
      expect(await kubectl.ok('get nodes -l tried=yes -o name')).toContain(`node/${node}\n`);
      await kubectl.ok(`label node ${node} tried-`);
    },
  },
];
