import { askScheduler } from '@kubernats/explain';
import { authorise } from '../authz/authorise.ts';
import type { Call, Result } from '../call.ts';
import type { Core } from '../core.ts';
import { objectsOf } from '../what-if/manifest.ts';
import { planOf } from '../what-if/plan.ts';

/**
 * POST namespaces/NAME/whatif: where the Pods of a manifest (an object, or a List) would go (docs/scheduling.md). Asked by whoever may create Pods in the
 * namespaces that it names. Nothing is written.
 */
export async function whatIf(core: Core, call: Call): Promise<Result> {
  const { name: namespace = '' } = call.request;
  const objects = objectsOf(call.request.body ?? new Uint8Array(), namespace);
  for (const each of new Set([namespace, ...objects.flatMap(({ object }) => object.metadata.namespace ?? [])])) {
    authorise(core.authorizer, call.user, { verb: 'create', group: '', version: 'v1', resource: 'pods', namespace: each });
  }
  const { notes, question } = await planOf(core, call, objects);
  const schedulerName = question.workloads[0]?.pod.spec?.schedulerName ?? 'default-scheduler';
  const answer = await askScheduler(core.bus, core.cluster, schedulerName, 'whatIf', question, call.signal);
  const object = { ...answer, notes: [...notes, ...answer.notes] };
  return { type: 'value', code: 200, object };
}
