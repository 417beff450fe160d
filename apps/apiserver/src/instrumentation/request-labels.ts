import type { ApiRequest, Verb } from '@kubernats/client';

/** How a request is counted. Source: `apiserver_request_total` of the "Kubernetes Metrics Reference". */
export interface RequestLabels {
  /** As Kubernetes' metrics call it: `GET`, `LIST`, `APPLY`, … */
  verb: string;
  group: string;
  version: string;
  resource: string;
  /** Of what is no resource: its path. */
  subresource: string;
  scope: '' | 'resource' | 'namespace' | 'cluster';
  /** `All`, or empty. */
  dryRun: string;
}

/** The labels that all metrics of requests have beside the verb, in the order of `valuesOf`. */
export const LABELS = ['group', 'version', 'resource', 'subresource', 'scope', 'component'] as const;

export const valuesOf = ({ group, version, resource, subresource, scope }: RequestLabels): string[] => [
  group,
  version,
  resource,
  subresource,
  scope,
  'apiserver',
];

const VERBS: Readonly<Record<Verb, string>> = {
  get: 'GET',
  list: 'LIST',
  watch: 'WATCH',
  create: 'POST',
  update: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
  deletecollection: 'DELETECOLLECTION',
  connect: 'CONNECT',
};

/** Subresources that are connections rather than objects, whatever the method. */
const CONNECTIONS = new Set(['attach', 'exec', 'portforward', 'proxy']);

export function labelsOfResource(request: ApiRequest, isApply: boolean): RequestLabels {
  const { verb, group, version, resource, subresource = '', namespace, name, query } = request;
  const dryRun = query?.dryRun === 'All' ? 'All' : '';
  const scope = name !== undefined || verb === 'create' ? 'resource' : namespace !== undefined ? 'namespace' : 'cluster';
  const named = CONNECTIONS.has(subresource) ? 'CONNECT' : isApply ? 'APPLY' : VERBS[verb];
  return { verb: named, group, version, resource, subresource, scope, dryRun };
}

/** A method that is served nowhere: clients may call it as they like. */
export const labelsOfMethod = (method: string): RequestLabels => ({
  ...{ group: '', version: '', resource: '', subresource: '', scope: '', dryRun: '' },
  verb: method === 'OPTIONS' ? method : 'OTHER',
});

/** Paths that are counted by name: the others are documents that clients choose among. */
const COUNTED_PATHS = new Set(['/healthz', '/livez', '/readyz', '/metrics', '/version', '/openapi/v2']);

export function labelsOfPath(method: string, path: string): RequestLabels {
  const subresource = COUNTED_PATHS.has(path) ? path : '';
  return { verb: method === 'HEAD' ? 'GET' : method, group: '', version: '', resource: '', subresource, scope: '', dryRun: '' };
}
