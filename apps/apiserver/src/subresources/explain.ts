import type { Pod } from '@kubernats/api';
import { goQuote } from '@kubernats/apimachinery';
import { badRequest, notFound, StatusError } from '@kubernats/errors';
import { askScheduler } from '@kubernats/explain';
import type { Call, Result } from '../call.ts';
import { type Core, named, placeOf } from '../core.ts';

/** Nodes that are told of in full, unless more are asked for; the others are counted by reason. */
const NODES = 500;

/**
 * GET pods/NAME/explain: the scheduler that places the Pod says why it is where it is, or waits (docs/scheduling.md). Query: `node`, of which alone is
 * told; `limit`, how many nodes are told of in full (0: all).
 */
export async function explain(core: Core, call: Call): Promise<Result> {
  const { namespace = '', name = '' } = call.request;
  const { stream, cache } = placeOf(core, call.row);
  await stream.fresh();
  const pod: Pod | undefined = cache.get(namespace, name)?.object;
  if (!pod) throw notFound(named(call.row), name);
  const { node: nodeName } = call.query;
  const question = { pod, limit: limitOf(call.query.limit), ...(nodeName !== undefined && { nodeName }) };
  const schedulerName = pod.spec?.schedulerName ?? 'default-scheduler';
  const answer = await askScheduler(core.bus, core.cluster, schedulerName, 'explain', question, call.signal).catch((error: unknown) => {
    if (!(error instanceof StatusError) || error.reason !== 'ServiceUnavailable') throw error;
    const where = pod.spec?.nodeName;
    const fate = where ? `is on node ${goQuote(where)}, and nobody can tell why` : 'waits for it';
    throw new StatusError('ServiceUnavailable', `pod ${goQuote(name)} ${fate}: ${error.message}`);
  });
  return { type: 'value', code: 200, object: answer };
}

function limitOf(text = String(NODES)): number {
  if (!/^\d{1,9}$/.test(text)) throw badRequest(`limit must be a whole number, not ${goQuote(text)}`);
  return Number(text) || Number.MAX_SAFE_INTEGER;
}
