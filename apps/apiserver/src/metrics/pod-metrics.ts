import { apiVersionOf, type Pod, type PodMetrics } from '@kubernats/api';
import type { PodStats } from '@kubernats/client';
import { rfc3339 } from '@kubernats/clock';
import { notFound } from '@kubernats/errors';
import type { Stored } from '../cache/stored.ts';
import type { Call, Result } from '../call.ts';
import { type Core, named, placeOfResource } from '../core.ts';
import { selectionOf } from '../rest/selection.ts';
import { shown } from './computed.ts';
import { statsOf } from './node-stats.ts';
import { usageOf, windowOf } from './sample.ts';

/** Asks each node once that has any of the Pods. Source: metrics-server, `metrics.k8s.io/v1beta1`. */
export async function listPodMetrics(core: Core, call: Call): Promise<Result> {
  const { row, query, request } = call;
  const { stream, cache } = placeOfResource(core, '', 'v1', 'pods');
  const { labelSelector, fieldSelector } = query;
  const selection = selectionOf(row, { labelSelector, fieldSelector, namespace: request.namespace }, undefined);
  await stream.fresh();
  const pods: Stored[] = [];
  cache.snapshot().scan(selection.namespace === undefined ? '' : `${selection.namespace}/`, '', (pod) => {
    if (selection.matches(pod)) pods.push(pod);
    return true;
  });
  return { type: 'list', items: await metricsOf(core, call, pods) };
}

export async function getPodMetrics(core: Core, call: Call): Promise<Result> {
  const { namespace = '', name = '' } = call.request;
  const { stream, cache, row } = placeOfResource(core, '', 'v1', 'pods');
  await stream.fresh();
  const pod = cache.get(namespace, name);
  if (!pod) throw notFound(named(row), `${namespace}/${name}`);
  const [stored] = await metricsOf(core, call, [pod]);
  if (!stored) throw notFound({ group: call.row.group, resource: 'podmetrics' }, `${namespace}/${name}`);
  return { type: 'stored', code: 200, stored };
}

/** In the order of the Pods. Those that do not run, or whose nodes do not answer, have no metrics. */
async function metricsOf(core: Core, { row }: Call, pods: readonly Stored[]): Promise<Stored[]> {
  const nodes = new Set(pods.map(nodeOf));
  nodes.delete('');
  const answers = await Promise.all([...nodes].map((node) => statsOf(core, node, {})));
  const byUid = new Map<string, PodStats>();
  for (const answer of answers) for (const stats of answer?.pods ?? []) byUid.set(stats.podRef.uid, stats);
  const creationTimestamp = rfc3339(core.clock.now());
  const items: Stored[] = [];
  for (const { namespace, name, object } of pods) {
    const stats = byUid.get(object.metadata.uid ?? '');
    if (!stats || stats.containers.length === 0) continue;
    const { labels } = object.metadata;
    const metrics: PodMetrics = {
      kind: row.kind,
      apiVersion: apiVersionOf(row),
      metadata: { name, namespace, creationTimestamp, ...(labels ? { labels } : {}) },
      timestamp: stats.cpu.time,
      window: windowOf(stats),
      containers: stats.containers.map((container) => ({ name: container.name, usage: usageOf(container) })),
    };
    items.push(shown(namespace, name, metrics));
  }
  return items;
}

const nodeOf = ({ object }: Stored): string => {
  const { spec, status } = object as Pod;
  return status?.phase === 'Running' || status?.phase === 'Pending' ? (spec?.nodeName ?? '') : '';
};
