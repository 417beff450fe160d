import type { Endpoint } from '@kubernats/api';

const CLOSE = ['PreferClose', 'PreferSameZone', 'PreferSameNode'];

/**
 * The endpoint with what tells a proxy whom it is meant for: clients of its zone, and with `PreferSameNode` those of its node before them.
 * Source: the Service concept, "Traffic distribution"; KEP-3015.
 */
export function withHints(endpoint: Endpoint, trafficDistribution: string | undefined): Endpoint {
  const { conditions, zone, nodeName } = endpoint;
  if (!CLOSE.includes(trafficDistribution ?? '') || conditions?.ready !== true) return endpoint;
  const forZones = zone ? [{ name: zone }] : undefined;
  const forNodes = nodeName && trafficDistribution === 'PreferSameNode' ? [{ name: nodeName }] : undefined;
  if (!forZones && !forNodes) return endpoint;
  return { ...endpoint, hints: { ...(forNodes && { forNodes }), ...(forZones && { forZones }) } };
}
