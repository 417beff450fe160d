import type { EndpointSlice, Service } from '@kubernats/api';
import { notFound, StatusError } from '@kubernats/errors';
import type { Address } from '@kubernats/net';
import type { Core } from '../core.ts';
import { endpointsOf, noEndpoints } from '../proxy/service-target.ts';

const TYPES = new Set(['ClusterIP', 'NodePort', 'LoadBalancer']);

/** A ready endpoint of a Service, any of them. Throws a StatusError where there is none. */
export function serviceEndpoint(core: Pick<Core, 'streams' | 'random'>, where: { namespace: string; name: string; port: number }): Address {
  const { namespace, name, port } = where;
  const resource = (group: string, plural: string) => core.streams.state.resource(group, plural);
  const service: Service | undefined = resource('', 'services').get(namespace, name)?.object;
  if (!service) throw notFound({ group: '', resource: 'service' }, name);
  const { type = 'ClusterIP' } = service.spec ?? {};
  if (!TYPES.has(type)) throw new StatusError('Unknown', `unsupported service type "${type}"`);
  const slices = resource('discovery.k8s.io', 'endpointslices').withField(`${namespace}/${name}`);
  const found = endpointsOf(
    { scheme: 'https', name, port: String(port), id: name },
    service,
    Iterator.from(slices).map(({ object }) => object as EndpointSlice),
  );
  const chosen = found[core.random.int(found.length)];
  if (!chosen) throw noEndpoints(name);
  return chosen;
}
