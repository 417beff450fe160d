import type { Service } from '@kubernats/api';
import { affinityOf, type Route, routeId } from '@kubernats/dataplane';
import { type Address, ipToNumber } from '@kubernats/net';
import type { PortTargets, Target } from '../targets/service-targets.ts';

const byAddress = (a: Address, b: Address): number => ipToNumber(a.host) - ipToNumber(b.host) || a.port - b.port;

/** The routes of one Service on the addresses `hosts`: pure. A port that leads nowhere has none, so that the system refuses connections. */
export function serviceRoutes(
  service: Service,
  hosts: readonly string[],
  ports: readonly PortTargets[],
  isHealthy: (check: Address) => boolean,
): Route[] {
  const { metadata = {}, spec = {} } = service;
  const name = `${metadata.namespace}/${metadata.name}`;
  const affinity = affinityOf(service);
  const opensToAll = spec.externalTrafficPolicy !== 'Local';
  return ports.flatMap(({ port: { port }, protocol, targets }) => {
    const backends = inUse(targets, isHealthy, opensToAll)
      .map(({ address }) => address)
      .sort(byAddress);
    if (backends.length === 0) return [];
    return hosts.map((host): Route => {
      const listen = { host, port };
      const id = routeId(name, protocol, listen);
      return { id, service: name, protocol, listen, backends, door: { kind: 'LoadBalancer' }, ...affinity };
    });
  });
}

/**
 * The targets that pass their check. When none does, `opensToAll` uses them all, as cloud load balancers do: it is then more likely that the
 * checks are what fails.
 */
function inUse(targets: readonly Target[], isHealthy: (check: Address) => boolean, opensToAll: boolean): readonly Target[] {
  const healthy = targets.filter(({ check }) => !check || isHealthy(check));
  return healthy.length === 0 && opensToAll ? targets : healthy;
}
