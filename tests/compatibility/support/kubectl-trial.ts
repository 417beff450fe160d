import { run } from '@kubernats/testing/real-cluster';
import { inject } from 'vitest';
import { access } from '../kubectl/access.ts';
import { aggregation } from '../kubectl/aggregation.ts';
import { applying } from '../kubectl/apply.ts';
import { changing } from '../kubectl/changing.ts';
import { containers } from '../kubectl/containers.ts';
import { creating } from '../kubectl/creating.ts';
import { customResources } from '../kubectl/custom-resources.ts';
import { deleting } from '../kubectl/deleting.ts';
import { describing } from '../kubectl/describing.ts';
import { discovering } from '../kubectl/discovering.ts';
import { refusing } from '../kubectl/errors.ts';
import { getting } from '../kubectl/getting.ts';
import { nodes } from '../kubectl/nodes.ts';
import { policing } from '../kubectl/policies.ts';
import { rollingOut } from '../kubectl/rollout.ts';
import { Kubectl } from './kubectl.ts';
import { tryOut } from './trial.ts';

/** All that people do with kubectl, by one version of it. `node` is the node that is its own to take out of service. */
export function tryKubectl(id: string, client: string, node: string): void {
  tryOut<Kubectl>({
    id,
    client,
    scenarios: [
      ...applying,
      ...changing,
      ...rollingOut,
      ...creating,
      ...deleting,
      ...getting,
      ...describing,
      ...containers,
      ...nodes,
      ...access,
      ...policing,
      ...customResources,
      ...aggregation,
      ...discovering,
      ...refusing,
    ],
    async version(path) {
      const { stdout } = await run(path, ['version', '--client', '-o', 'json']);
      const { major, minor } = JSON.parse(stdout).clientVersion as { major: string; minor: string };
      // Builds of others say `32+`.
      return `${major}.${Number.parseInt(minor, 10)}`;
    },
    open: (path, version) => new Kubectl({ path, version, namespace: id, kubeconfig: inject('kubeconfig'), node }).settle(),
    close: (kubectl) => kubectl[Symbol.dispose](),
  });
}
