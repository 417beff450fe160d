import type { ConnectionLine, EndpointsLine, Peer } from '@kubernats/trace';

/** How a connection reached the traced Service's proxy: through a load balancer, or not. */
export type Hop = ConnectionLine | undefined;

/** `client → node → Service → Pod`, and why: one connection as a person reads it. */
export function connectionText(line: ConnectionLine, hop: Hop): string {
  const { type, durationMs, backend } = line;
  const client = peerText((hop ?? line).client);
  if (type === 'Closed') return `${client} → ${backend ? peerText(backend) : doorText(line)} closed after ${durationText(durationMs ?? 0)}`;
  const way = [client, ...(hop ? [doorText(hop)] : []), doorText(line)].join(' → ');
  if (type === 'Refused') return `${way} refused: ${refusalText(line)}`;
  return `${way} → ${backend ? peerText(backend) : '?'}  ${reasonText(line)}`;
}

function peerText({ address, pod, node }: Peer): string {
  if (pod !== undefined) return `pod ${pod} (${node === undefined ? '' : `${node}, `}${address})`;
  return node === undefined ? address : `${node} (${address})`;
}

const KINDS = { ClusterIP: 'ClusterIP', NodePort: 'node port', ExternalIP: 'external IP', LoadBalancer: 'load balancer' } as const;

function doorText({ door: { kind, address, node, port }, protocol }: ConnectionLine): string {
  const name = port === undefined ? '' : ` (${port})`;
  const how = protocol === 'TCP' ? '' : `${protocol} `;
  if (kind === 'NodePort' && node !== undefined) return `${how}${node}:${address.slice(address.lastIndexOf(':') + 1)}${name}`;
  return `${how}${KINDS[kind]} ${address}${name}`;
}

/** Why this backend and no other. */
export function reasonText(line: ConnectionLine): string {
  const { failedCount, failed } = line;
  const tried = failedCount === 0 ? '' : `; ${failedCount} did not answer (${listText(failed, failedCount)})`;
  return `${choiceText(line)}${tried}`;
}

function choiceText({ choice, openBefore = 0, othersOpen = [], candidates, affinitySeconds }: ConnectionLine): string {
  const others = [...othersOpen, ...(candidates > othersOpen.length + 1 ? ['…'] : [])].join(', ');
  switch (choice) {
    case 'OnlyEndpoint':
      return 'only endpoint';
    case 'SessionAffinity':
      return `same client within ${affinitySeconds} s`;
    case 'FewestConnections':
      return `fewest open connections: ${openBefore}, others ${others}`;
    case 'NextInTurn': {
      const equal = othersOpen.every((open) => open === openBefore);
      return equal
        ? `next in turn of ${candidates}, each with ${openBefore} open`
        : `next in turn with ${openBefore} open, others ${others}`;
    }
    case undefined:
      return '';
  }
}

function refusalText({ failedCount, failed }: ConnectionLine): string {
  return failedCount === 0 ? 'no endpoint is ready' : `no backend answered (tried ${failedCount}: ${listText(failed, failedCount)})`;
}

function listText(peers: readonly Peer[], count: number): string {
  const names = peers.map(({ pod, address }) => (pod === undefined ? address : `pod ${pod}`));
  return [...names, ...(count > peers.length ? ['…'] : [])].join(', ');
}

/** How many endpoints a Service has, and what follows when none is usable. */
export function endpointsText({ service, ready, servingTerminating, notReady }: EndpointsLine): string {
  const others = [
    ...(servingTerminating > 0 ? [`${servingTerminating} terminating`] : []),
    ...(notReady > 0 ? [`${notReady} not ready`] : []),
  ];
  const rest = others.length > 0 ? ` (${others.join(', ')})` : '';
  if (ready > 0) return `service ${service}: ${ready} ${ready === 1 ? 'endpoint is' : 'endpoints are'} ready${rest}`;
  if (servingTerminating > 0)
    return `service ${service}: no endpoint is ready: connections go to those that terminate and still serve${rest}`;
  return `service ${service}: no ready endpoints: connections are refused${rest}`;
}

/** `7 ms`, `1.2 s`, `2m5s`, `1h2m`. */
export function durationText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${seconds % 60}s`;
  return `${Math.floor(seconds / 3600)}h${Math.floor((seconds % 3600) / 60)}m`;
}

/** The time of day here, with milliseconds. */
export function clockText(time: string): string {
  const date = new Date(time);
  const two = (value: number): string => String(value).padStart(2, '0');
  const of = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return `${of}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}
