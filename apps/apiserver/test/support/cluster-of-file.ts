import { afterAll } from 'vitest';
import { type Fixture, type FixtureOptions, startApiServer } from '../api-server.fixture.ts';
import type { HttpsFixture } from './https-client.ts';

export interface Cluster extends Fixture {
  door: HttpsFixture;
  /** A new namespace's path, such as `/api/v1/namespaces/ns1`, and its name. */
  namespace(): Promise<{ ns: string; at: string }>;
}

/** One API server with its HTTPS door for a whole test file; it ends with the file. */
export async function clusterOfFile(options: FixtureOptions = {}): Promise<Cluster> {
  const fixture = await startApiServer(options);
  afterAll(() => fixture[Symbol.asyncDispose]());
  const door = await fixture.https();
  let count = 0;
  const namespace = async () => {
    const ns = `ns${++count}`;
    const made = await door.admin.post('/api/v1/namespaces', { metadata: { name: ns } });
    if (made.code !== 201) throw new Error(made.text);
    await door.admin.post(`/api/v1/namespaces/${ns}/serviceaccounts`, { metadata: { name: 'default' } });
    return { ns, at: `/api/v1/namespaces/${ns}` };
  };
  return { ...fixture, door, namespace };
}

export const configMap = (name: string, data: Record<string, string> = {}, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...more },
  data,
});

export const pod = (name: string, spec: object = {}, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, ...metadata },
  spec: { containers: [{ name: 'c', image: 'web' }], ...spec },
});

export const deployment = (name: string, replicas = 1, image = 'web') => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'c', image }] } },
  },
});
