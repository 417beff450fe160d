import { nodeSubject } from '@kubernats/bus';
import type { NodeProxyHello } from '@kubernats/client';
import { notFound, StatusError } from '@kubernats/errors';
import type { Call, Result } from '../call.ts';
import { type Core, named, placeOf } from '../core.ts';
import { connection } from '../webhooks/connection.ts';

const OPENED_WITHIN_MS = 5_000;
const JSON_PATHS = new Set(['stats/summary']);

/** GET nodes/NAME/proxy/PATH: what the node itself serves, such as `stats/summary` and `metrics/cadvisor`. */
export async function nodeProxy(core: Core, call: Call): Promise<Result> {
  const { name = '' } = call.request;
  const { stream, cache } = placeOf(core, call.row);
  await stream.fresh();
  if (!cache.get('', name)) throw notFound(named(call.row), name);
  const asked = await core.admission.review(core, call, connection('NodeProxyOptions', { path: call.request.subpath ?? '' }));
  const path = asked.path.replace(/^\/|\/$/g, '');
  const hello: NodeProxyHello = { path, query: call.query };
  const bytes = await core.bus
    .openStream(nodeSubject(core.cluster, name, 'proxy'), new TextEncoder().encode(JSON.stringify(hello)), { timeoutMs: OPENED_WITHIN_MS })
    .catch((error: unknown) => {
      if (!(error instanceof StatusError) || (error.reason !== 'ServiceUnavailable' && error.reason !== 'Timeout')) throw error;
      throw new StatusError('ServiceUnavailable', `error trying to reach service: node ${JSON.stringify(name)} does not answer`);
    });
  const contentType = JSON_PATHS.has(path) ? 'application/json' : 'text/plain; version=0.0.4; charset=utf-8';
  return {
    type: 'bytes',
    stream: { contentType, chunks: bytes.incoming, destroy: () => bytes.destroy('the reader has gone') },
  };
}
