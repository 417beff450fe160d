import { expect, test } from 'vitest';
import type { ApiRequest } from '../transport.ts';
import { httpTarget } from './path.ts';

const pods = { group: '', version: 'v1', resource: 'pods' };
const rows: [Omit<ApiRequest, 'body'>, string][] = [
  [{ verb: 'list', ...pods }, 'GET /api/v1/pods'],
  [{ verb: 'get', ...pods, namespace: 'a', name: 'b' }, 'GET /api/v1/namespaces/a/pods/b'],
  [{ verb: 'create', ...pods, namespace: 'a', name: 'b', subresource: 'binding' }, 'POST /api/v1/namespaces/a/pods/b/binding'],
  [
    { verb: 'update', group: 'apps', version: 'v1', resource: 'deployments', namespace: 'a', name: 'b' },
    'PUT /apis/apps/v1/namespaces/a/deployments/b',
  ],
  [
    { verb: 'deletecollection', ...pods, namespace: 'a', query: { labelSelector: 'x in (y,z)' } },
    'DELETE /api/v1/namespaces/a/pods?labelSelector=x+in+%28y%2Cz%29',
  ],
  [{ verb: 'watch', ...pods, query: { resourceVersion: '7' } }, 'GET /api/v1/pods?resourceVersion=7&watch=true'],
];

test.each(rows)('%o is %s', (request, expected) => {
  const { method, path } = httpTarget(request);
  expect(`${method} ${path}`).toBe(expected);
});
