import { apiVersionOf, type NodeMetrics } from '@kubernats/api';
import { rfc3339 } from '@kubernats/clock';
import { notFound } from '@kubernats/errors';
import type { Stored } from '../cache/stored.ts';
import type { Call, Result } from '../call.ts';
import { type Core, named, placeOfResource } from '../core.ts';
import { selectionOf } from '../rest/selection.ts';
import { shown } from './computed.ts';
import { statsOf } from './node-stats.ts';
import { usageOf, windowOf } from './sample.ts';

/** Source: metrics-server, `metrics.k8s.io/v1beta1`. */
export async function listNodeMetrics(core: Core, call: Call): Promise<Result> {
  const { row, query } = call;
  const { stream, cache } = placeOfResource(core, '', 'v1', 'nodes');
  const { labelSelector, fieldSelector } = query;
  const selection = selectionOf(row, { labelSelector, fieldSelector }, undefined);
  await stream.fresh();
  const nodes = [...cache.values()].filter((node) => selection.matches(node));
  const found = await Promise.all(nodes.map((node) => metricsOf(core, call, node)));
  return { type: 'list', items: found.filter((each) => each !== undefined).sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

export async function getNodeMetrics(core: Core, call: Call): Promise<Result> {
  const { name = '' } = call.request;
  const { stream, cache, row } = placeOfResource(core, '', 'v1', 'nodes');
  await stream.fresh();
  const node = cache.get('', name);
  if (!node) throw notFound(named(row), name);
  const stored = await metricsOf(core, call, node);
  if (!stored) throw notFound({ group: call.row.group, resource: 'nodemetrics' }, name);
  return { type: 'stored', code: 200, stored };
}

async function metricsOf(core: Core, { row }: Call, { name, object }: Stored): Promise<Stored | undefined> {
  const stats = await statsOf(core, name, { withoutPods: true });
  if (!stats) return undefined;
  const { labels } = object.metadata;
  const metrics: NodeMetrics = {
    kind: row.kind,
    apiVersion: apiVersionOf(row),
    metadata: { name, creationTimestamp: rfc3339(core.clock.now()), ...(labels ? { labels } : {}) },
    timestamp: stats.node.cpu.time,
    window: windowOf(stats.node),
    usage: usageOf(stats.node),
  };
  return shown('', name, metrics);
}
