import type { Service } from '@kubernats/api';
import type { ConnectionLine, ObservedConnection, Peer, ProxyReport, TraceLine } from '@kubernats/trace';
import type { Owner } from './address-book.ts';

type Address = ObservedConnection['listen'];

/** Names for the addresses that a proxy has seen. */
export interface Names {
  ownerOf(host: string): Owner;
  /** Of an endpoint of the traced Service. */
  endpointOwnerOf(host: string): Owner;
}

/** What a proxy has seen, with the names of who it was: pure. */
export function connectionLine(
  event: ObservedConnection,
  { proxy, instance }: Pick<ProxyReport, 'proxy' | 'instance'>,
  service: Service,
  names: Names,
): ConnectionLine {
  const { type, protocol, client, backend, source, candidates, affinityMs, failedCount, durationMs } = event;
  const { choice, openBefore, othersOpen } = event;
  const endpoint = (address: Address): Peer => ({ address: textOf(address), ...names.endpointOwnerOf(address.host) });
  return {
    type,
    time: new Date(event.timeMs).toISOString(),
    connection: `${instance}/${event.id}`,
    proxy,
    protocol,
    client: { address: textOf(client), ...names.ownerOf(client.host) },
    door: doorOf(event, service, names),
    backend: backend && endpoint(backend),
    source: source && textOf(source),
    choice,
    openBefore,
    othersOpen,
    candidates,
    affinitySeconds: affinityMs === undefined ? undefined : affinityMs / 1000,
    failedCount,
    failed: event.failed.map(endpoint),
    durationMs,
  };
}

/** The client of a connection by its name, if that has become known meanwhile: the first thing that a new Pod does may be to connect. */
export function withLateName(line: TraceLine, names: Pick<Names, 'ownerOf'>): TraceLine {
  if (!('client' in line) || line.client.node !== undefined) return line;
  const { address } = line.client;
  return { ...line, client: { address, ...names.ownerOf(address.slice(0, address.lastIndexOf(':'))) } };
}

function doorOf({ door, listen, protocol }: ObservedConnection, { spec }: Service, names: Names): ConnectionLine['door'] {
  const kind = door?.kind ?? 'ClusterIP';
  const port = spec?.ports?.find(
    (each) => (each.protocol ?? 'TCP') === protocol && (kind === 'NodePort' ? each.nodePort : each.port) === listen.port,
  );
  const node = door?.node ?? names.ownerOf(listen.host).node;
  return { kind, address: textOf(listen), node, port: port?.name };
}

const textOf = ({ host, port }: Address): string => `${host}:${port}`;
