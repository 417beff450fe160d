import { expect } from 'vitest';
import type { Kubectl } from '../support/kubectl.ts';
import type { Scenario } from '../support/trial.ts';
import { configMap, deployment, FOREVER, shell } from './manifests.ts';

export const changing: Scenario<Kubectl>[] = [
  {
    name: 'edit',
    async run(kubectl) {
      await kubectl.ok('apply -f -', { input: deployment('edited', { replicas: 0 }) });
      const edit = (script: string) => kubectl.ok('edit deployment edited', { env: { KUBE_EDITOR: `sed -i '${script}'` } });
      expect(await edit('s/example.shop:1/example\\/shop:2/')).toBe('deployment.apps/edited edited\n');
      expect(await kubectl.value('deployment edited', '.spec.template.spec.containers[0].image')).toBe('example/shop:2');
      const { stderr } = await kubectl.ended('edit deployment edited', { env: { KUBE_EDITOR: "sed -i 's/replicas: 0/replicas: 0/'" } });
      expect(stderr).toContain('Edit cancelled, no changes made.');
    },
  },
  {
    name: 'label, annotate',
    async run(kubectl) {
      await kubectl.ok('apply -f -', { input: configMap('labelled') });
      expect(await kubectl.ok('label configmap labelled tier=front')).toBe('configmap/labelled labeled\n');
      expect(await kubectl.refused('label configmap labelled tier=back')).toContain("'tier' already has a value (front)");
      await kubectl.ok('label configmap labelled tier=back --overwrite');
      expect(await kubectl.ok('get configmap -l tier=back -o name')).toBe('configmap/labelled\n');
      await kubectl.ok('label configmap labelled tier-');
      expect(await kubectl.ok('annotate configmap labelled note=hello')).toBe('configmap/labelled annotated\n');
      expect(await kubectl.value('configmap labelled', '.metadata.annotations.note')).toBe('hello');
    },
  },
  {
    name: 'patch: strategic, merge, JSON',
    async run(kubectl) {
      await kubectl.ok('apply -f -', { input: deployment('patched', { replicas: 0 }) });
      const patch = (type: string, body: unknown) =>
        kubectl.ok(['patch', 'deployment', 'patched', `--type=${type}`, '-p', JSON.stringify(body)]);
      const side = { name: 'side', image: 'busybox' };
      expect(await patch('strategic', { spec: { template: { spec: { containers: [side] } } } })).toBe('deployment.apps/patched patched\n');
      await patch('merge', { metadata: { labels: { a: 'x', b: 'y' } } });
      await patch('merge', { metadata: { labels: { a: null } } });
      await patch('json', [
        { op: 'test', path: '/metadata/labels/b', value: 'y' },
        { op: 'add', path: '/metadata/labels/c', value: 'z' },
      ]);
      expect(await kubectl.value('deployment patched', '.metadata.labels')).toBe('{"b":"y","c":"z"}');
      expect(await kubectl.value('deployment patched', '..image')).toBe('busybox example/shop:1');
      expect(await patch('merge', { metadata: { labels: { b: 'y' } } })).toBe('deployment.apps/patched patched (no change)\n');
    },
  },
  {
    name: 'patch --subresource',
    since: '1.24',
    async run(kubectl) {
      await kubectl.ok('apply -f -', { input: deployment('by-subresource', { replicas: 0 }) });
      const patch = ['patch', 'deployment', 'by-subresource', '--subresource=scale', '--type=merge', '-p', '{"spec":{"replicas":1}}'];
      expect(await kubectl.ok(patch)).toMatch(/^scale.autoscaling\/by-subresource patched\n$/);
      expect(await kubectl.value('deployment by-subresource', '.spec.replicas')).toBe('1');
      expect(await kubectl.ok('get deployment by-subresource --subresource=status -o name')).toBe('deployment.apps/by-subresource\n');
    },
  },
  {
    name: 'patch, edit --subresource=resize',
    since: '1.32',
    async run(kubectl) {
      const resources = ', resources: { requests: { cpu: 20m }, limits: { memory: 64Mi } }';
      await kubectl.ok('apply -f -', { input: shell('resized', FOREVER, resources) });
      await kubectl.ok('wait --for=condition=Ready pod/resized --timeout=60s');
      const patch = { spec: { containers: [{ name: 'main', resources: { requests: { cpu: '30m' } } }] } };
      expect(await kubectl.ok(['patch', 'pod', 'resized', '--subresource=resize', '-p', JSON.stringify(patch)])).toBe(
        'pod/resized patched\n',
      );
      const edit = { env: { KUBE_EDITOR: "sed -i 's/memory: 64Mi/memory: 96Mi/'" } };
      expect(await kubectl.ok('edit pod resized --subresource=resize', edit)).toBe('pod/resized edited\n');
      const given = '.status.containerStatuses[0].resources';
      await kubectl.ok(`wait --for=jsonpath={${given}.requests.cpu}=30m pod/resized --timeout=60s`);
      await kubectl.ok(`wait --for=jsonpath={${given}.limits.memory}=96Mi pod/resized --timeout=60s`);
      expect(await kubectl.value('pod resized', '.status.containerStatuses[0].restartCount')).toBe('0');
      expect(await kubectl.refused(['patch', 'pod', 'resized', '-p', JSON.stringify(patch).replace('30m', '40m')])).toContain(
        'pod updates may not change fields other than',
      );
    },
  },
  {
    name: 'set image, env, resources, serviceaccount, selector',
    async run(kubectl) {
      await kubectl.ok('apply -f -', { input: deployment('set', { replicas: 0 }) });
      expect(await kubectl.ok('set image deployment/set web=example/shop:2')).toBe('deployment.apps/set image updated\n');
      expect(await kubectl.ok('set env deployment/set A=1 B=2')).toBe('deployment.apps/set env updated\n');
      expect(await kubectl.ok('set env deployment/set --list')).toContain('A=1\nB=2\n');
      expect(await kubectl.ok('set resources deployment/set --limits=cpu=200m,memory=64Mi')).toBe(
        'deployment.apps/set resource requirements updated\n',
      );
      expect(await kubectl.ok('set serviceaccount deployment/set default')).toBe('deployment.apps/set serviceaccount updated\n');
      const of = '.spec.template.spec';
      expect(await kubectl.value('deployment set', `${of}.containers[0].resources.limits`)).toBe('{"cpu":"200m","memory":"64Mi"}');
      await kubectl.ok('create service clusterip chosen --tcp=8080:8080');
      expect(await kubectl.ok('set selector service chosen app=set')).toBe('service/chosen selector updated\n');
      expect(await kubectl.value('service chosen', '.spec.selector')).toBe('{"app":"set"}');
    },
  },
  {
    name: 'scale, autoscale',
    async run(kubectl) {
      await kubectl.ok('apply -f -', { input: deployment('scaled') });
      expect(await kubectl.ok('scale deployment scaled --replicas=2')).toBe('deployment.apps/scaled scaled\n');
      expect(await kubectl.refused('scale deployment scaled --current-replicas=5 --replicas=1')).toMatch(/xpected replicas to be 5, was 2/);
      await kubectl.ok('rollout status deployment/scaled --timeout=180s');
      expect(await kubectl.value('deployment scaled', '.status.readyReplicas')).toBe('2');
      expect(await kubectl.ok('autoscale deployment scaled --min=1 --max=3 --cpu-percent=80')).toBe(
        'horizontalpodautoscaler.autoscaling/scaled autoscaled\n',
      );
      expect(await kubectl.ok('get hpa scaled --no-headers')).toMatch(/^scaled +Deployment\/scaled /);
      expect(await kubectl.ok('describe hpa scaled')).toMatch(/^Reference: +Deployment\/scaled$/m);
      await kubectl.ok('delete hpa scaled');
    },
  },
];
