import { join } from 'node:path';
import { run } from '@kubernats/testing/real-cluster';
import { expect, inject } from 'vitest';
import { Kubectl } from '../support/kubectl.ts';
import { type Scenario, tryOut } from '../support/trial.ts';

const PROGRAM = join(import.meta.dirname, '../python/scenarios.py');

/** Names of scenarios, and of the functions of scenarios.py that they are. */
const SCENARIOS: [name: string, function_: string][] = [
  ['create, read, list, replace, delete', 'crud'],
  ['list in pages (limit, continue)', 'pages'],
  ['patch: strategic, JSON', 'patch'],
  ['watch', 'watched'],
  ['watch with timeout_seconds', 'watch_ends'],
  ['a Deployment: watch until ready, scale', 'deployment'],
  ['stream: exec', 'execute'],
  ['logs, followed', 'logs'],
  ['stream: attach', 'attach'],
  ['stream: port-forward', 'forward'],
  ['utils.create_from_dict', 'from_yaml'],
  ['the dynamic client', 'dynamically'],
  ['access review, version', 'reviews'],
];

type Python = (function_: string) => Promise<void>;

const scenarios = SCENARIOS.map(
  ([name, function_]): Scenario<Python> => ({
    name,
    run: (python) => python(function_),
  }),
);

tryOut<Python>({
  id: 'python',
  client: 'Python’s client',
  scenarios,
  async version(path) {
    const { stdout } = await run(path, ['-c', 'import kubernetes; print(kubernetes.__version__)']);
    return stdout.trim().split('.').slice(0, 2).join('.');
  },
  async open(path) {
    const kubeconfig = inject('kubeconfig');
    using kubectl = new Kubectl({ path: 'kubectl', version: '', namespace: 'python', kubeconfig });
    await kubectl.settle();
    return async (function_) => {
      const { code, stderr } = await run(path, [PROGRAM, kubeconfig, 'python', function_]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    };
  },
});
