import type { Service } from '@kubernats/api';
import type { Held } from '../cache/stored.ts';

/** The addresses and ports of nodes that a Service has. */
export interface Holdings {
  addresses: ReadonlySet<string>;
  ports: ReadonlySet<string>;
}

export function holdingsOf(object: Held | undefined): Holdings {
  const { spec = {} }: Service = object ?? {};
  if (spec.type === 'ExternalName') return { addresses: new Set(), ports: new Set() };
  const addresses = (spec.clusterIPs ?? []).filter((each) => each !== 'None' && each !== '');
  const ports = [...(spec.ports ?? []).map(({ nodePort }) => nodePort), spec.healthCheckNodePort];
  return { addresses: new Set(addresses), ports: new Set(ports.flatMap((port) => (port ? [String(port)] : []))) };
}
