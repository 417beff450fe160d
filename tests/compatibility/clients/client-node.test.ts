import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { inject } from 'vitest';
import { NodeClient } from '../client-node/client.ts';
import { nodeScenarios } from '../client-node/scenarios.ts';
import { tryOut } from '../support/trial.ts';

tryOut<NodeClient>(
  {
    id: 'client-node',
    client: '@kubernetes/client-node',
    scenarios: nodeScenarios,
    async version(path) {
      return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version.split('.').slice(0, 2).join('.');
    },
    open: () => new NodeClient(inject('kubeconfig'), 'client-node').settle(),
  },
  { path: join(dirname(createRequire(import.meta.url).resolve('@kubernetes/client-node')), '../package.json') },
);
