import { Deployments, type Pod, Pods } from '@kubernats/api';
import { StatusError } from '@kubernats/errors';
import { describe, expect, test } from 'vitest';
import { createClient } from './client.ts';
import { decodeJson, encodeJson } from './json.ts';
import type { ApiRequest, ApiTransport } from './transport.ts';

/** Answers from a list, and remembers what it was asked. */
function scripted(answers: { code?: number; body: unknown }[]) {
  const asked: (Omit<ApiRequest, 'body'> & { body?: unknown })[] = [];
  const transport: ApiTransport = {
    async request({ body, ...request }) {
      asked.push(body ? { ...request, body: decodeJson(body) } : request);
      const answer = answers.shift() ?? { body: {} };
      return { code: answer.code ?? 200, body: encodeJson(answer.body) };
    },
    follow: async () => {},
  };
  return { asked, client: createClient(transport, { fieldManager: 'tester' }) };
}

const web: Pod = { metadata: { name: 'web', namespace: 'default' }, spec: { containers: [] } };
const pods = { group: '', version: 'v1', resource: 'pods' };

describe('the verbs of a kind', () => {
  test('a list is fetched page by page and comes back whole', async () => {
    const { asked, client } = scripted([
      { body: { metadata: { resourceVersion: '7', continue: 'more' }, items: [{ metadata: { name: 'a' } }] } },
      { body: { metadata: { resourceVersion: '7' }, items: [{ metadata: { name: 'b' } }] } },
    ]);
    const list = await client.kind(Pods).list({ namespace: 'default', labelSelector: 'app=web' });
    expect(list.items.map((pod) => pod.metadata?.name)).toEqual(['a', 'b']);
    expect(asked).toEqual([
      { verb: 'list', ...pods, namespace: 'default', query: { labelSelector: 'app=web', limit: '5000' } },
      { verb: 'list', ...pods, namespace: 'default', query: { labelSelector: 'app=web', limit: '5000', continue: 'more' } },
    ]);
  });

  test('create says the kind where the object does not, and who writes', async () => {
    const { asked, client } = scripted([{ code: 201, body: web }]);
    await client.kind(Pods).create(web);
    expect(asked[0]).toEqual({
      verb: 'create',
      ...pods,
      namespace: 'default',
      query: { fieldManager: 'tester' },
      contentType: 'application/json',
      body: { apiVersion: 'v1', kind: 'Pod', ...web },
    });
  });

  test('a patch of the status carries its content type', async () => {
    const { asked, client } = scripted([{ body: web }]);
    await client.kind(Pods).patch('web', 'default', 'strategic', { status: {} }, { subresource: 'status' });
    expect(asked[0]).toMatchObject({
      verb: 'patch',
      name: 'web',
      subresource: 'status',
      contentType: 'application/strategic-merge-patch+json',
    });
  });

  test('delete sends its options as a body', async () => {
    const { asked, client } = scripted([{ body: { kind: 'Status', status: 'Success' } }]);
    await client.kind(Pods).delete('web', 'default', { gracePeriodSeconds: 0, preconditions: { uid: 'u' } });
    expect(asked[0]?.body).toEqual({ apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0, preconditions: { uid: 'u' } });
  });

  test('bind, evict and scale go to their subresources', async () => {
    const { asked, client } = scripted([]);
    await client.kind(Pods).bind({ name: 'web', namespace: 'default', uid: 'u' }, { kind: 'Node', name: 'node1' });
    await client.kind(Pods).evict('web', 'default');
    await client.kind(Deployments).updateScale({ metadata: { name: 'web', namespace: 'default' }, spec: { replicas: 3 } });
    expect(asked.map(({ verb, subresource }) => [verb, subresource])).toEqual([
      ['create', 'binding'],
      ['create', 'eviction'],
      ['update', 'scale'],
    ]);
    expect(asked[0]?.body).toMatchObject({ kind: 'Binding', metadata: { name: 'web', namespace: 'default', uid: 'u' } });
  });

  test('a Status comes back as the error that it stands for', async () => {
    const status = new StatusError('NotFound', 'pods "web" not found', { name: 'web', kind: 'pods' }).toStatus();
    const { client } = scripted([{ code: 404, body: status }]);
    await expect(client.kind(Pods).get('web', 'default')).rejects.toMatchObject({ reason: 'NotFound', message: 'pods "web" not found' });
  });
});
