import { Pods } from '@kubernats/api';
import type { Client } from '@kubernats/client';
import type { Plugin } from '../framework/plugin.ts';

/** Binds a Pod to its node through the API server. */
export const defaultBinder = (client: Client): Plugin => ({
  name: 'DefaultBinder',
  async bind({ pod }, { name: node }, signal) {
    const { name = '', namespace = '', uid } = pod.metadata ?? {};
    await client.kind(Pods).bind({ name, namespace, uid }, { apiVersion: 'v1', kind: 'Node', name: node }, { signal });
    return 'bound';
  },
});
