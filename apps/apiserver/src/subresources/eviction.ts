import { type Eviction, type Pod, targetOf } from '@kubernats/api';
import { rfc3339 } from '@kubernats/clock';
import { badRequest, notFound, type StatusObject } from '@kubernats/errors';
import type { Held } from '../cache/stored.ts';
import type { Call, Result } from '../call.ts';
import { type Core, named, placeOf } from '../core.ts';
import { bodyOf, isDryRun, placed } from '../rest/body.ts';
import { deleteObject } from '../rest/delete-object.ts';
import { spendBudget } from './disruption-budget.ts';

const EVICTION = targetOf({ group: 'policy', version: 'v1', kind: 'Eviction' });

/** POST pods/NAME/eviction: a deletion that a disruption budget may refuse. */
export async function evict(core: Core, call: Call): Promise<Result> {
  const { namespace = '', name = '' } = call.request;
  const sent = placed(call, await bodyOf(call, EVICTION), false);
  const body = await core.admission.review(core, call, { operation: 'CREATE', target: EVICTION, object: sent });
  if (body.metadata.name && body.metadata.name !== name) throw badRequest('name in URL does not match name in Eviction object');
  const { deleteOptions = {} } = body as Eviction;
  const dryRun = isDryRun(call.query.dryRun, call.request.verb) || isDryRun(deleteOptions.dryRun);
  const pod = await currentPod(core, call, namespace, name);
  await spendBudget(core, pod, dryRun);
  await deleteObject(core, call, { namespace, name }, { ...deleteOptions, isDryRun: dryRun }, (object) =>
    evicted(object, rfc3339(core.clock.now())),
  );
  const status: StatusObject = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };
  return { type: 'status', code: 201, object: status };
}

async function currentPod(core: Core, call: Call, namespace: string, name: string): Promise<Pod> {
  const { stream, cache } = placeOf(core, call.row);
  await stream.fresh();
  const there = cache.get(namespace, name);
  if (!there) throw notFound(named(call.row), name);
  return there.object;
}

/** Says on the Pod why it goes. Source: the concept "Disruptions", "Pod disruption conditions". */
function evicted(old: Held, now: string): Held {
  const pod: Pod = old;
  const others = (pod.status?.conditions ?? []).filter(({ type }) => type !== 'DisruptionTarget');
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
    lastTransitionTime: now,
  };
  const next: Pod = { ...pod, status: { ...pod.status, conditions: [...others, condition] } };
  return { ...next, metadata: old.metadata };
}
