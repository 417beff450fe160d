import type { Pod, PodSpec, RuntimeClass } from '@kubernats/api';
import { deepEqual } from '@kubernats/apimachinery';
import { forbidden } from '@kubernats/errors';
import { type Core, placeOfResource } from '../core.ts';
import type { AdmissionPlugin } from './admission.ts';
import { andThen } from './and-then.ts';

/** A new Pod takes on what its RuntimeClass says of its overhead and of the nodes that it fits. Source: the concept "Runtime Class". */
export const runtimeClass: AdmissionPlugin = {
  name: 'RuntimeClass',
  mutate(core, { row, request }, draft, old) {
    if (old !== undefined || row.plural !== 'pods' || row.group !== '' || request.subresource) return;
    const { spec }: Pod = draft;
    if (!spec) return;
    const { name, generateName = '' } = draft.metadata;
    const refuse: Refuse = (why) => forbidden({ group: '', resource: 'pods' }, name || generateName, why);
    return andThen(classOf(core, spec, refuse), (found) => {
      takeOverhead(spec, found, refuse);
      takeScheduling(spec, found, refuse);
    });
  },
};

type Refuse = (why: string) => Error;

type Found = RuntimeClass | undefined;

function classOf(core: Core, { runtimeClassName }: PodSpec, refuse: Refuse): Found | Promise<Found> {
  if (!runtimeClassName) return undefined;
  const { cache, stream } = placeOfResource(core, 'node.k8s.io', 'v1', 'runtimeclasses');
  const known = (): Found => cache.get('', runtimeClassName)?.object as Found;
  // Another API server may have made it a moment ago.
  return andThen(known() ?? stream.fresh().then(known), (found) => {
    if (!found) throw refuse(`pod rejected: RuntimeClass "${runtimeClassName}" not found`);
    return found;
  });
}

function takeOverhead(spec: PodSpec, found: Found, refuse: Refuse): void {
  const wanted = found?.overhead?.podFixed;
  if (!wanted) {
    if (spec.overhead) throw refuse('pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead');
    return;
  }
  if (spec.overhead && !deepEqual(spec.overhead, wanted))
    throw refuse("pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead");
  spec.overhead = { ...wanted };
}

function takeScheduling(spec: PodSpec, found: Found, refuse: Refuse): void {
  const { nodeSelector = {}, tolerations = [] } = found?.scheduling ?? {};
  const own = spec.nodeSelector ?? {};
  for (const [key, value] of Object.entries(nodeSelector)) {
    if (Object.hasOwn(own, key) && own[key] !== value) {
      throw refuse(`conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${own[key]}`);
    }
  }
  if (Object.keys(nodeSelector).length > 0) spec.nodeSelector = { ...own, ...nodeSelector };
  const missing = tolerations.filter((each) => !(spec.tolerations ?? []).some((there) => deepEqual(there, each)));
  if (missing.length > 0) spec.tolerations = [...(spec.tolerations ?? []), ...missing];
}
