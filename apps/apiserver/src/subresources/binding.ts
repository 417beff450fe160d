import { type Binding, kindByResource, type Pod, targetOf, validateBinding } from '@kubernats/api';
import { rfc3339 } from '@kubernats/clock';
import { conflict, invalid, type StatusObject } from '@kubernats/errors';
import type { Held } from '../cache/stored.ts';
import type { Call, Result } from '../call.ts';
import { type Core, placeOf } from '../core.ts';
import { bodyOf, isDryRun, placed } from '../rest/body.ts';
import { modifyObject } from '../rest/modify-object.ts';
import { setManagers, trackFields } from '../rest/track-fields.ts';

const BINDING = targetOf({ group: '', version: 'v1', kind: 'Binding' });
const PODS = { group: '', resource: 'pods' };

/** POST pods/NAME/binding: the scheduler's word on where a Pod runs. */
export async function bind(core: Core, call: Call): Promise<Result> {
  const sent = placed(call, await bodyOf(call, BINDING), false);
  const body = await core.admission.review(core, call, { operation: 'CREATE', target: BINDING, object: sent });
  return bindTo(core, call, call.request.name ?? '', body);
}

/** POST bindings: the same, with the Pod's name in the body. */
export async function bindPosted(core: Core, call: Call, posted: Held): Promise<Result> {
  const row = kindByResource('', 'v1', 'pods');
  if (!row) throw new Error('the table of kinds has no pods');
  return bindTo(core, { ...call, row }, posted.metadata.name ?? '', posted);
}

async function bindTo(core: Core, call: Call, name: string, body: Held): Promise<Result> {
  const binding = body as Held & Binding;
  const causes = validateBinding(binding);
  if (causes.length > 0) throw invalid('', 'Binding', name, causes);
  const { namespace = '' } = call.request;
  const place = placeOf(core, call.row);
  await modifyObject(core, place, { namespace, name, dryRun: isDryRun(call.query.dryRun, call.request.verb) }, (current) => {
    const { uid } = binding.metadata;
    const old = current.object;
    if (uid && uid !== old.metadata.uid) {
      throw conflict(PODS, name, `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid ?? ''}`);
    }
    const next = bound(old, binding, rfc3339(core.clock.now()));
    setManagers(next, trackFields(core, call, old, next, 'binding'));
    return { do: 'write', object: next };
  });
  const status: StatusObject = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };
  return { type: 'status', code: 201, object: status };
}

/** The Pod on its node. Throws Conflict when it is on its way out or has one already. */
function bound(old: Held, binding: Held & Binding, now: string): Held {
  const pod: Pod = old;
  const name = old.metadata.name ?? '';
  const node = binding.target.name ?? '';
  if (old.metadata.deletionTimestamp) throw conflict(PODS, name, `pod ${name} is being deleted, cannot be assigned to a host`);
  if (pod.spec?.nodeName) throw conflict(PODS, name, `pod ${name} is already assigned to node ${JSON.stringify(pod.spec.nodeName)}`);
  if (pod.spec?.schedulingGates?.length) throw conflict(PODS, name, `pod ${name} has non-empty .spec.schedulingGates`);
  const conditions = (pod.status?.conditions ?? []).filter(({ type }) => type !== 'PodScheduled');
  const { annotations, labels } = binding.metadata;
  const next: Pod = {
    ...pod,
    metadata: {
      ...old.metadata,
      ...(annotations ? { annotations: { ...old.metadata.annotations, ...annotations } } : {}),
      ...(labels ? { labels: { ...labels, ...old.metadata.labels } } : {}),
    },
    spec: pod.spec && { ...pod.spec, nodeName: node },
    status: {
      ...pod.status,
      // It is where it is: nobody makes room for it any more.
      nominatedNodeName: undefined,
      conditions: [...conditions, { type: 'PodScheduled', status: 'True', lastTransitionTime: now }],
    },
  };
  return { ...next, metadata: next.metadata ?? {} };
}
