import type { EndpointSlice, Node, Pod, Service } from '@kubernats/api';
import { badRequest, notFound } from '@kubernats/errors';
import type { Call, Result } from '../call.ts';
import { type Core, named, placeOf, placeOfResource } from '../core.ts';
import { addressesOf, isPodAddress } from '../proxy/pod-address.ts';
import { podPort } from '../proxy/pod-target.ts';
import { cleanPath, type ProxyTarget, parseTargetName, type TargetName } from '../proxy/proxy-target.ts';
import { endpointsOf, noEndpoints, type ServiceEndpoint } from '../proxy/service-target.ts';
import { connection } from '../webhooks/connection.ts';

/**
 * services/NAME/proxy: the request itself is passed on to a ready endpoint of the Service, any of them. Only to endpoints that are Pods:
 * the addresses of others are whatever somebody wrote. Source: "Access Services Running on Clusters".
 */
export async function serviceProxy(core: Core, call: Call): Promise<Result> {
  const asked = targetName(call, 'service');
  const { namespace = '' } = call.request;
  const { stream, cache } = placeOf(core, call.row);
  await stream.fresh();
  const service: Service | undefined = cache.get(namespace, asked.name)?.object;
  if (!service) throw notFound(named(call.row), asked.name);
  const slices = placeOfResource(core, 'discovery.k8s.io', 'v1', 'endpointslices').cache.withField(`${namespace}/${asked.name}`);
  const endpoints = endpointsOf(
    asked,
    service,
    Iterator.from(slices).map(({ object }) => object as EndpointSlice),
  );
  const chosen = chooseEndpoint(core, namespace, endpoints);
  if (!chosen) throw noEndpoints(asked.id);
  return proxied(core, call, asked, chosen, 'ServiceProxyOptions');
}

/** pods/NAME/proxy: the request itself is passed on to the Pod. */
export async function podProxy(core: Core, call: Call): Promise<Result> {
  const asked = targetName(call, 'pod');
  const { namespace = '' } = call.request;
  const { stream, cache } = placeOf(core, call.row);
  await stream.fresh();
  const pod: Pod | undefined = cache.get(namespace, asked.name)?.object;
  if (!pod) throw notFound(named(call.row), asked.name);
  const [host] = addressesOf(pod);
  if (host === undefined || !isPodAddress(host, nodeOf(core, pod))) throw badRequest('address not allowed');
  return proxied(core, call, asked, { host, port: podPort(asked, pod) }, 'PodProxyOptions');
}

function targetName({ request: { name: id = '' } }: Call, what: 'service' | 'pod'): TargetName & { id: string } {
  const parsed = parseTargetName(id);
  if (!parsed) throw badRequest(`invalid ${what} request ${JSON.stringify(id)}`);
  return { ...parsed, id };
}

/** From a random one on the first that is a Pod: what is checked costs nothing when all of them are. */
function chooseEndpoint(core: Core, namespace: string, endpoints: readonly ServiceEndpoint[]): ServiceEndpoint | undefined {
  const first = core.random.int(endpoints.length);
  return [...endpoints.slice(first), ...endpoints.slice(0, first)].find((each) => isPod(core, namespace, each));
}

function isPod(core: Core, namespace: string, { host, pod: name }: ServiceEndpoint): boolean {
  if (name === undefined) return false;
  const pod: Pod | undefined = placeOfResource(core, '', 'v1', 'pods').cache.get(namespace, name)?.object;
  return pod !== undefined && addressesOf(pod).includes(host) && isPodAddress(host, nodeOf(core, pod));
}

function nodeOf(core: Core, { spec }: Pod): Node | undefined {
  return spec?.nodeName ? placeOfResource(core, '', 'v1', 'nodes').cache.get('', spec.nodeName)?.object : undefined;
}

async function proxied(
  core: Core,
  call: Call,
  { scheme, id }: TargetName & { id: string },
  { host, port }: ServiceEndpoint,
  options: string,
): Promise<Result> {
  const { row, request } = call;
  const { namespace = '' } = request;
  const { path: subpath } = await core.admission.review(core, call, connection(options, { path: request.subpath ?? '' }));
  const prefix = `/api/${row.version}/namespaces/${namespace}/${row.plural}/${id}/proxy`;
  const target: ProxyTarget = { scheme, host, port, path: cleanPath(subpath), prefix };
  return { type: 'proxy', target };
}
