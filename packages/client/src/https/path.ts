import type { ApiRequest, Verb } from '../transport.ts';

const METHODS: Record<Verb, string> = {
  get: 'GET',
  list: 'GET',
  watch: 'GET',
  create: 'POST',
  update: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
  deletecollection: 'DELETE',
  connect: 'POST',
};

/** A request as HTTP says it: the method, and the path with its query. Source: the Kubernetes API's URL scheme. */
export function httpTarget(request: Omit<ApiRequest, 'body'>): { method: string; path: string } {
  const { verb, group, version, namespace, resource, name, subresource } = request;
  const parts = group === '' ? ['api', version] : ['apis', group, version];
  if (namespace) parts.push('namespaces', namespace);
  parts.push(resource);
  if (name) parts.push(name);
  // A subresource may itself be a path: `proxy/metrics`.
  if (subresource) parts.push(...subresource.split('/'));
  const query = new URLSearchParams(request.query);
  if (verb === 'watch') query.set('watch', 'true');
  const path = `/${parts.map(encodeURIComponent).join('/')}`;
  return { method: METHODS[verb], path: query.size === 0 ? path : `${path}?${query}` };
}
