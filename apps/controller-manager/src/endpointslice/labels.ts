// Labels and annotations of EndpointSlices and Endpoints. Source: the reference "Well-Known Labels, Annotations and Taints".
import { type EndpointSlice, serviceOfSlice } from '@kubernats/api';

/** Who writes a slice. */
export const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
export const SKIP_MIRROR = 'endpointslice.kubernetes.io/skip-mirror';
export const HEADLESS = 'service.kubernetes.io/headless';
export const LAST_CHANGE = 'endpoints.kubernetes.io/last-change-trigger-time';
export const LEADER_ELECTION = 'control-plane.alpha.kubernetes.io/leader';
/** On Endpoints, with the value `endpoint-controller`: a controller writes them. */
export const ENDPOINTS_MANAGED_BY = 'endpoints.kubernetes.io/managed-by';
export const ENDPOINTS_MANAGER = 'endpoint-controller';
/** On a Node. */
export const ZONE = 'topology.kubernetes.io/zone';

/** The Services whose slices a controller writes: gives none for a slice that is somebody else's. */
export function servicesOf(manager: string): (slice: EndpointSlice) => string[] {
  return (slice) => {
    const service = serviceOfSlice(slice);
    return service !== undefined && slice.metadata?.labels?.[MANAGED_BY] === manager ? [service] : [];
  };
}
