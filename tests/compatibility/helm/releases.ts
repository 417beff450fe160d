import { expect } from 'vitest';
import type { Scenario } from '../support/trial.ts';
import type { Helm } from './helm.ts';

interface Revision {
  revision: number;
  status: string;
  description: string;
}

const history = async (helm: Helm, release: string): Promise<string[]> => {
  const revisions = JSON.parse(await helm.run('history', release, '-o', 'json')) as Revision[];
  return revisions.map(({ revision, status, description }) => `${revision} ${status}: ${description}`);
};

const install = (helm: Helm, release: string, ...more: string[]): Promise<string> =>
  helm.run('install', release, helm.chart, '--wait', '--timeout', '90s', ...more);

export const releases: Scenario<Helm>[] = [
  {
    name: 'lint, template, package',
    async run(helm) {
      expect(await helm.ok(['lint', helm.chart])).toContain('1 chart(s) linted, 0 chart(s) failed');
      // A newer one warns that the chart has definitions.
      const template = ['template', 'drawn', helm.chart, '--set', 'greeting=hi', '--validate', '--namespace', helm.namespace];
      const { code, stdout: rendered } = await helm.ended(template);
      expect(code).toBe(0);
      expect(rendered).toMatch(/^ {2}greeting: "hi"$/m);
      expect(rendered).toContain('kind: StatefulSet');
      expect(await helm.ok(['package', helm.chart, '--destination', helm.home])).toContain('shop-1.0.0.tgz');
    },
  },
  {
    name: 'install --wait: hooks, dependencies, values, notes',
    async run(helm) {
      const { kubectl } = helm;
      const said = await install(helm, 'first', '--set', 'greeting=hi,replicas=2,cache.size=big');
      expect(said).toMatch(/^STATUS: deployed$/m);
      expect(said).toContain('first says hi with 2 replica(s).');
      expect(await kubectl.value('job first-migration', '.status.succeeded')).toBe('1');
      expect(await kubectl.value('configmap first-announcement', '.data.revision')).toBe('1');
      expect(await kubectl.value('deployment first', '.status.readyReplicas')).toBe('2');
      expect(await kubectl.value('statefulset first-cache', '.metadata.labels.size')).toBe('big');
      expect(await helm.run('get', 'manifest', 'first')).toContain('kind: Deployment');
      expect(await helm.run('get', 'hooks', 'first')).toContain('name: first-migration');
      expect(JSON.parse(await helm.run('get', 'values', 'first', '-o', 'json'))).toMatchObject({ greeting: 'hi' });
      expect(JSON.parse(await helm.run('list', '-o', 'json', '--filter', '^first$'))).toMatchObject([
        { name: 'first', revision: '1', status: 'deployed', chart: 'shop-1.0.0' },
      ]);
      expect(await helm.run('status', 'first')).toMatch(/^STATUS: deployed$/m);
    },
  },
  {
    name: 'upgrade, history, rollback',
    async run(helm) {
      const { kubectl } = helm;
      await install(helm, 'second');
      await helm.run('upgrade', 'second', helm.chart, '--set', 'image=example/shop:2,cache.enabled=false', '--wait');
      expect(await kubectl.value('deployment second', '..image')).toBe('example/shop:2');
      expect(await kubectl.ok('get statefulset second-cache --ignore-not-found')).toBe('');
      expect(await kubectl.value('configmap second-announcement', '.data.revision')).toBe('2');
      expect(await helm.run('rollback', 'second', '1', '--wait')).toBe('Rollback was a success! Happy Helming!\n');
      expect(await kubectl.value('deployment second', '..image')).toBe('example/shop:1');
      expect(await kubectl.value('statefulset second-cache', '.status.readyReplicas')).toBe('1');
      expect(await history(helm, 'second')).toEqual([
        '1 superseded: Install complete',
        '2 superseded: Upgrade complete',
        '3 deployed: Rollback to 1',
      ]);
    },
  },
  {
    name: 'install of a chart with crds/ and a custom resource; the definition stays',
    async run(helm) {
      const { kubectl } = helm;
      await install(helm, 'priced', '--set', 'price=7');
      expect(await kubectl.value('prices.shop.example.com priced', '.spec.amount')).toBe('7');
      await helm.run('upgrade', 'priced', helm.chart, '--set', 'price=8');
      expect(await kubectl.value('prices.shop.example.com priced', '.spec.amount')).toBe('8');
      const refused = await helm.refused(['upgrade', 'priced', helm.chart, '--set', 'price=-1', '--namespace', helm.namespace]);
      expect(refused).toContain('spec.amount in body should be greater than or equal to 0');
      await helm.run('uninstall', 'priced', '--wait');
      expect(await kubectl.ok('get prices.shop.example.com -o name')).toBe('');
      expect(await kubectl.ok('get crd prices.shop.example.com -o name')).toMatch(/\/prices\.shop\.example\.com\n$/);
    },
  },
  {
    name: 'test --logs',
    async run(helm) {
      await install(helm, 'tested');
      const said = await helm.run('test', 'tested', '--logs');
      expect(said).toMatch(/^Phase: +Succeeded$/m);
      expect(said).toMatch(/^POD LOGS: tested-test\n(.*\n)*reached\n/m);
    },
  },
  {
    name: 'upgrade --install --atomic: what fails is rolled back',
    async run(helm) {
      const { kubectl } = helm;
      const atomic = helm.major >= 4 ? '--rollback-on-failure' : '--atomic';
      const upgrade = ['upgrade', '--install', 'safe', helm.chart, atomic, '--timeout', '90s', '--namespace', helm.namespace];
      await helm.ok(upgrade);
      const refused = await helm.refused([...upgrade, '--set', 'migration=exit 1,greeting=bad']);
      expect(refused).toMatch(/pre-upgrade hooks failed/);
      expect((await history(helm, 'safe')).map((line) => line.split(':', 1)[0])).toEqual(['1 superseded', '2 failed', '3 deployed']);
      expect(await kubectl.value('configmap safe-settings', '.data.greeting')).toBe('hello');
      // Nor is a first one left behind that fails.
      const first = await helm.refused(['install', 'never', helm.chart, atomic, '--set', 'migration=exit 1', '-n', helm.namespace]);
      expect(first).toMatch(/failed pre-install/);
      expect(await kubectl.ok('get deployment never --ignore-not-found')).toBe('');
    },
  },
  {
    name: 'uninstall',
    async run(helm) {
      const { kubectl } = helm;
      await install(helm, 'last');
      expect(await helm.run('uninstall', 'last', '--wait')).toBe('release "last" uninstalled\n');
      expect(await kubectl.ok('get deployment,service,statefulset last last-cache --ignore-not-found -o name')).toBe('');
      expect(await kubectl.ok('get configmap last-farewell -o name')).toBe('configmap/last-farewell\n');
      expect(JSON.parse(await helm.run('list', '-o', 'json', '--filter', '^last$'))).toEqual([]);
      expect(await kubectl.ok('get secret -l owner=helm,name=last --ignore-not-found -o name')).toBe('');
    },
  },
];
