import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, inject } from 'vitest';
import { Running } from '../support/command-line.ts';
import { Kubectl } from '../support/kubectl.ts';
import { type Scenario, tryOut } from '../support/trial.ts';

const OPERATOR = join(import.meta.dirname, '../operator/operator.ts');

interface Market {
  kubectl: Kubectl;
  operator: Running;
}

const stall = (name: string, spec: string): string =>
  `apiVersion: market.example.com/v1\nkind: Stall\nmetadata: { name: ${name} }\nspec: { ${spec} }\n`;

const ready = (kubectl: Kubectl, name: string, sellers: number): Promise<string> =>
  kubectl.ok(`wait --for=jsonpath={.status.ready}=${sellers} stall/${name} --timeout=180s`);

const scenarios: Scenario<Market>[] = [
  {
    name: 'registers its CRD, and makes a Deployment and a status of a custom resource',
    async run({ kubectl }) {
      await kubectl.ok('apply -f -', { input: stall('fruit', 'sellers: 2, goods: fruit') });
      await ready(kubectl, 'fruit', 2);
      expect(await kubectl.value('deployment fruit', '..image')).toBe('example/fruit');
      expect(await kubectl.value('deployment fruit', '.metadata.ownerReferences[0].kind')).toBe('Stall');
      expect(await kubectl.ok('get stall fruit --no-headers')).toMatch(/^fruit +2 +2\n$/);
    },
  },
  {
    name: 'follows changes of the custom resource, and of what it made',
    async run({ kubectl }) {
      await kubectl.ok('apply -f -', { input: stall('fish', '') });
      await ready(kubectl, 'fish', 1);
      await kubectl.ok(['patch', 'stall', 'fish', '--type=merge', '-p', '{"spec":{"sellers":3}}']);
      await ready(kubectl, 'fish', 3);
      // What somebody changes by hand is changed back.
      await kubectl.ok('scale deployment fish --replicas=1');
      await kubectl.ok('wait --for=jsonpath={.spec.replicas}=3 deployment/fish --timeout=180s');
      await ready(kubectl, 'fish', 3);
    },
  },
  {
    name: 'does what its finalizer is for; what it made goes with its owner',
    async run({ kubectl }) {
      await kubectl.ok('apply -f -', { input: stall('cheese', '') });
      await ready(kubectl, 'cheese', 1);
      await kubectl.ok('delete stall cheese --timeout=180s');
      expect(await kubectl.ok('get configmap closed-cheese -o name')).toBe('configmap/closed-cheese\n');
      const waited = await kubectl.ended('wait --for=delete deployment/cheese --timeout=180s');
      expect(waited.stderr.replace(/^Error from server \(NotFound\).*\n/, '')).toBe('');
    },
  },
];

tryOut<Market>(
  {
    id: 'operator',
    client: '@dot-i/k8s-operator',
    scenarios,
    version: async (path) => (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version,
    async open() {
      const kubeconfig = inject('kubeconfig');
      const kubectl = await new Kubectl({ path: 'kubectl', version: '', namespace: 'operator', kubeconfig }).settle();
      const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', OPERATOR, 'operator'], {
        env: { ...process.env, KUBECONFIG: kubeconfig, NODE_NO_WARNINGS: '1' },
      });
      const operator = new Running(child);
      await operator.until('watching resource deployments');
      return { kubectl, operator };
    },
    async close({ kubectl, operator }) {
      await operator[Symbol.asyncDispose]();
      kubectl[Symbol.dispose]();
    },
  },
  { path: join(dirname(createRequire(import.meta.url).resolve('@dot-i/k8s-operator')), '../package.json') },
);
