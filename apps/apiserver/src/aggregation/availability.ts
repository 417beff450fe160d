import type { APIService, APIServiceCondition, EndpointSlice, Service } from '@kubernats/api';
import { goQuote } from '@kubernats/apimachinery';
import { rfc3339 } from '@kubernats/clock';
import type { Extension } from './extension.ts';

/** Whether a version of a group is served, and why. */
export type Availability = Pick<APIServiceCondition, 'status' | 'reason' | 'message'>;

export const LOCAL: Availability = { status: 'True', reason: 'Local', message: 'Local APIServices are always available' };
export const PASSED: Availability = { status: 'True', reason: 'Passed', message: 'all checks passed' };

const unavailable = (reason: string, message: string): Availability => ({ status: 'False', reason, message });

export const failedDiscovery = (message: string): Availability => unavailable('FailedDiscoveryCheck', message);

/** What keeps an extension's Service from being asked; undefined: nothing. Source: kube-aggregator's remote availability controller. */
export function serviceProblem(
  { service: { namespace, name, port } }: Extension,
  service: Service | undefined,
  slices: readonly EndpointSlice[],
): Availability | undefined {
  const where = `service/${name} in ${goQuote(namespace)}`;
  if (!service) return unavailable('ServiceNotFound', `${where} is not present`);
  const { type = 'ClusterIP', ports = [] } = service.spec ?? {};
  if (type !== 'ClusterIP') return undefined;
  const found = ports.find((each) => each.port === port);
  if (!found) return unavailable('ServicePortError', `${where} is not listening on port ${port}`);
  if (slices.length === 0) return unavailable('EndpointsNotFound', `cannot find endpointslices for ${where}`);
  const portName = found.name ?? '';
  if (slices.some((slice) => hasEndpoint(slice, portName))) return undefined;
  return unavailable('MissingEndpoints', `endpointslices for ${where} have no addresses with port name ${goQuote(portName)}`);
}

const hasEndpoint = ({ endpoints, ports }: EndpointSlice, portName: string): boolean =>
  (endpoints ?? []).some(({ conditions }) => conditions?.ready !== false) &&
  (ports ?? []).some(({ name, port }) => (name ?? '') === portName && port !== undefined);

/** The APIService with the condition; undefined: it has it. */
export function withAvailability(service: APIService, availability: Availability, nowMs: number): APIService | undefined {
  const conditions = service.status?.conditions ?? [];
  const old = conditions.find(({ type }) => type === 'Available');
  const { status, reason, message } = availability;
  if (old && old.status === status && old.reason === reason && old.message === message) return undefined;
  const lastTransitionTime = old?.status === status && old.lastTransitionTime ? old.lastTransitionTime : rfc3339(nowMs);
  const next: APIServiceCondition = { type: 'Available', ...availability, lastTransitionTime };
  return {
    ...service,
    status: { ...service.status, conditions: old ? conditions.map((each) => (each === old ? next : each)) : [...conditions, next] },
  };
}
