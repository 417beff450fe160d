import { run } from '@kubernats/testing/real-cluster';
import { inject } from 'vitest';
import { Helm } from '../helm/helm.ts';
import { releases } from '../helm/releases.ts';
import { tryOut } from './trial.ts';

/** All that people do with Helm, by one version of it. */
export function tryHelm(id: string): void {
  tryOut<Helm>({
    id,
    client: 'Helm',
    scenarios: releases,
    async version(path) {
      const { stdout } = await run(path, ['version', '--template', '{{.Version}}']);
      return /^v(\d+\.\d+)/.exec(stdout)?.[1] ?? stdout;
    },
    open: (path, version) => new Helm({ path, version, namespace: id, kubeconfig: inject('kubeconfig') }).settle(),
    close: (helm) => helm[Symbol.dispose](),
  });
}
