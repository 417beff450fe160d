import type { Service } from '../../../../generated/types.ts';
import { dropUnused } from './drop-unused.ts';
import { alignClusterIps, keepAllocated } from './keep-allocated.ts';

export function prepareServiceForCreate(service: Service): void {
  service.status = { loadBalancer: {} };
  if (service.spec) alignClusterIps(service.spec, undefined);
}

/** What was given out stays, and what the new type has no use for goes. Source: the Service strategy of the API server. */
export function prepareServiceForUpdate(service: Service, old: Service): void {
  const { spec = {} } = service;
  const { spec: before = {} } = old;
  keepAllocated(spec, before);
  alignClusterIps(spec, before);
  dropUnused(spec, before);
  // The load balancer is taken down a little later; nobody needs to see that.
  if (spec.type !== 'LoadBalancer') service.status = { ...service.status, loadBalancer: {} };
}
