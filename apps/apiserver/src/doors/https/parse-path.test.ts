import type { ApiRequest } from '@kubernats/client';
import { expect, test } from 'vitest';
import { parsePath } from './parse-path.ts';

function read(method: string, url: string): string {
  const parsed = parsePath(method, url);
  if (parsed.type === 'other') return `path ${parsed.path}`;
  const { verb, group, version, resource, subresource, subpath, namespace, name }: ApiRequest = parsed.request;
  const what = [group || 'core', version, resource, ...(subresource === undefined ? [] : [subresource])].join('/');
  return `${verb} ${what}${namespace === undefined ? '' : ` in ${namespace}`}${name === undefined ? '' : ` named ${name}`}${subpath === undefined ? '' : ` at ${subpath}`}`;
}

test.each([
  ['GET', '/api/v1/pods', 'list core/v1/pods'],
  ['GET', '/api/v1/namespaces/a/pods', 'list core/v1/pods in a'],
  ['GET', '/api/v1/namespaces/a/pods/', 'list core/v1/pods in a'],
  ['GET', '/api/v1/namespaces/a/pods/b', 'get core/v1/pods in a named b'],
  ['HEAD', '/api/v1/namespaces/a/pods/b', 'get core/v1/pods in a named b'],
  ['GET', '/api/v1/namespaces/a/pods/b/log', 'get core/v1/pods/log in a named b'],
  ['POST', '/api/v1/namespaces/a/pods/b/binding', 'create core/v1/pods/binding in a named b'],
  ['GET', '/api/v1/namespaces/a/services/b/proxy/c/d', 'get core/v1/services/proxy in a named b at /c/d'],
  ['GET', '/api/v1/namespaces/a/services/https:b:c/proxy', 'get core/v1/services/proxy in a named https:b:c at '],
  ['PATCH', '/api/v1/namespaces/a/services/b/proxy/', 'patch core/v1/services/proxy in a named b at /'],
  ['OPTIONS', '/api/v1/namespaces/a/pods/b/proxy//c/../%2Fd/', 'connect core/v1/pods/proxy in a named b at //c/..//d/'],
  ['GET', '/api/v1/nodes/a/proxy/stats/summary?x=y', 'get core/v1/nodes/proxy named a at /stats/summary'],
  ['POST', '/api/v1/namespaces', 'create core/v1/namespaces'],
  ['DELETE', '/api/v1/namespaces/a', 'delete core/v1/namespaces named a'],
  ['PUT', '/api/v1/namespaces/a/finalize', 'update core/v1/namespaces/finalize named a'],
  ['PATCH', '/api/v1/namespaces/a/status', 'patch core/v1/namespaces/status named a'],
  ['GET', '/apis/apps/v1/namespaces/a/deployments?watch=true', 'watch apps/v1/deployments in a'],
  ['GET', '/apis/apps/v1/deployments?watch=1', 'watch apps/v1/deployments'],
  ['GET', '/apis/apps/v1/deployments?watch', 'watch apps/v1/deployments'],
  ['GET', '/apis/apps/v1/deployments?watch=0', 'list apps/v1/deployments'],
  ['GET', '/apis/apps/v1/deployments?watch=False', 'list apps/v1/deployments'],
  ['GET', '/api/v1/namespaces/a/pods/b?watch=true', 'get core/v1/pods in a named b'],
  ['GET', '/api/v1/watch/namespaces/a/pods/b', 'watch core/v1/pods in a named b'],
  ['GET', '/api/v1/watch/pods', 'watch core/v1/pods'],
  ['DELETE', '/api/v1/namespaces/a/pods', 'deletecollection core/v1/pods in a'],
  ['PATCH', '/apis/apps/v1/namespaces/a/deployments/b/scale', 'patch apps/v1/deployments/scale in a named b'],
  ['GET', '/api/v1/nodes/a%2Eb', 'get core/v1/nodes named a.b'],
  ['GET', '/api/v1/namespaces/a/pods/b%2Flog', 'get core/v1/pods/log in a named b'],
  ['GET', '/apis/rbac.authorization.k8s.io/v1/clusterroles/system:node', 'get rbac.authorization.k8s.io/v1/clusterroles named system:node'],
  ['GET', '/api', 'path /api'],
  ['GET', '/api/v1', 'path /api/v1'],
  ['GET', '/apis/apps/v1/', 'path /apis/apps/v1/'],
  ['GET', '/version?timeout=32s', 'path /version'],
  ['GET', '/', 'path /'],
])('%s %s is: %s', (method, url, expected) => {
  expect(read(method, url)).toBe(expected);
});

test.each(['OPTIONS', 'TRACE', 'CONNECT', 'constructor', '__proto__', 'get'])('the method %s is served nowhere', (method) => {
  expect(parsePath(method, '/api/v1/pods')).toMatchObject({ isServed: false, request: { verb: 'connect', resource: 'pods' } });
  expect(parsePath(method, '/version')).toMatchObject({ isServed: false, path: '/version' });
  expect(parsePath(method, '/api/v1/namespaces/a/pods/b/proxy').isServed).toBe(method === 'OPTIONS' ? undefined : false);
});

test('what is no UTF-8 is a name all the same', () => {
  expect(parsePath('GET', '/api/v1/nodes/a%ff%fe%2Eb')).toMatchObject({ request: { resource: 'nodes', name: 'a\ufffd\ufffd.b' } });
});

test.each(['/api/v1/pods/%zz', '/api/v1/namespaces/%'])('%s is no path', (url) => {
  expect(() => parsePath('GET', url)).toThrowError(expect.objectContaining({ code: 400 }));
});

test('of a parameter that comes twice the first counts, and names of Object.prototype are just names', () => {
  const parsed = parsePath('GET', '/api/v1/pods?limit=1&limit=2&__proto__=x&constructor=y&labelSelector=a%3Db');
  expect(parsed).toMatchObject({ request: { query: { limit: '1', labelSelector: 'a=b', constructor: 'y' } } });
  expect(Object.getPrototypeOf(parsed.type === 'resource' ? parsed.request.query : {})).toBe(Object.prototype);
});
