import type { Service } from '@kubernats/api';
import { badRequest, notFound } from '@kubernats/errors';
import type { Call, Result } from '../call.ts';
import { type Core, named, placeOf } from '../core.ts';
import { traceService } from '../trace/trace-service.ts';

/** GET services/NAME/trace: the Service's connections, as they come (docs/tracing.md). */
export async function trace(core: Core, call: Call): Promise<Result> {
  const { namespace = '', name = '' } = call.request;
  const place = placeOf(core, call.row);
  await place.stream.fresh();
  call.signal?.throwIfAborted();
  const stored = place.cache.get(namespace, name);
  if (!stored) throw notFound(named(call.row), name);
  const why = unseen(stored.object);
  if (why) throw badRequest(`service ${JSON.stringify(name)} cannot be traced: ${why}`);
  const stream = traceService(core, stored);
  call.signal?.addEventListener('abort', () => stream.destroy(), { once: true });
  return { type: 'bytes', stream };
}

/** Why no proxy carries the Service's connections; undefined: one does. */
function unseen({ spec }: Service): string | undefined {
  if (spec?.type === 'ExternalName') return `its name leads to ${spec.externalName ?? 'another one'}, and no proxy carries its connections`;
  if (spec?.clusterIP === 'None') return 'it is headless: clients connect to its Pods directly, and no proxy carries their connections';
  return undefined;
}
