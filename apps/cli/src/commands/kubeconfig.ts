import { existsSync } from 'node:fs';
import { Failure } from '../failure.ts';
import { clusterPaths } from '../state/paths.ts';

/** Prints the path of the cluster's kubeconfig, and nothing else: for `export KUBECONFIG=$(./kubernats kubeconfig)`. */
export function kubeconfig(options: { name: string }): void {
  const paths = clusterPaths(options.name);
  if (!existsSync(paths.kubeconfig)) {
    throw new Failure(
      `there is no cluster ${options.name}: ${paths.kubeconfig} does not exist. Start it with: ./kubernats up${options.name === 'default' ? '' : ` --name ${options.name}`}`,
    );
  }
  process.stdout.write(`${paths.kubeconfig}\n`);
}
