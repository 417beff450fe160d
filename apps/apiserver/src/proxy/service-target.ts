import type { EndpointSlice, Service } from '@kubernats/api';
import { type StatusError, unavailable } from '@kubernats/errors';
import { numberOf, type TargetName } from './proxy-target.ts';

/** An endpoint that a Service's proxy may lead to: a ready one, at a port of the Service. */
export interface ServiceEndpoint {
  host: string;
  port: number;
  /** The name of the Pod that it is said to be; absent: of none, which the proxy does not lead to. */
  pod?: string;
}

/**
 * The ready endpoints behind the port that a request names. A number is one of the Service's own ports; a name is one of their names; no
 * port is the port without a name. Throws ServiceUnavailable where there are none.
 */
export function endpointsOf(asked: TargetName & { id: string }, service: Service, slices: Iterable<EndpointSlice>): ServiceEndpoint[] {
  const portName = portNameOf(asked, service);
  const found: ServiceEndpoint[] = [];
  for (const { endpoints, ports, metadata } of slices) {
    const port = ports?.find(({ name }) => (name ?? '') === portName)?.port;
    if (port === undefined) continue;
    for (const { addresses, conditions, targetRef } of endpoints ?? []) {
      const [host] = addresses;
      if (host === undefined || conditions?.ready === false) continue;
      const isPod = targetRef?.kind === 'Pod' && targetRef.namespace === metadata?.namespace;
      found.push({ host, port, ...(isPod && targetRef.name ? { pod: targetRef.name } : {}) });
    }
  }
  return found;
}

export const noEndpoints = (id: string): StatusError => unavailable(`no endpoints available for service ${JSON.stringify(id)}`);

function portNameOf({ port, name }: TargetName, { spec }: Service): string {
  const number = numberOf(port);
  if (number === undefined) return port;
  const declared = spec?.ports?.find((each) => each.port === number);
  if (declared) return declared.name ?? '';
  throw unavailable(`no service port ${number} found for service ${JSON.stringify(name)}`);
}
