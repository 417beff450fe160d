import { globalDefaultOf, isSystemPriorityClass, type KindRow, type Pod, type PodSpec, type PriorityClass } from '@kubernats/api';
import { forbidden } from '@kubernats/errors';
import type { Held } from '../cache/stored.ts';
import { type Core, named, type Place, placeOfResource } from '../core.ts';
import type { AdmissionPlugin } from './admission.ts';
import { andThen } from './and-then.ts';

/** What Pods get when there is no class for them. */
const NO_CLASS = { value: 0, preemptionPolicy: 'PreemptLowerPriority' } as const;

const POD = { group: '', resource: 'pods' };

/**
 * A new Pod gets its priority and its preemption policy from its class, or from the global default; both stay for life. Of classes only one may be the
 * global default, and the system's own stay. Source: the concept "Pod Priority and Preemption"; kube-apiserver's plug-in Priority.
 */
export const priority: AdmissionPlugin = {
  name: 'Priority',
  mutate(core, { row, request }, draft, old) {
    if (row.plural !== 'pods' || row.group !== '' || request.subresource) return;
    const { spec }: Pod = draft;
    if (!spec) return;
    if (old) return keep(spec, (old as Pod).spec);
    return andThen(classFor(core, draft, spec), (found) => resolve(spec, found, draft));
  },
  validate(core, { row }, draft, old) {
    if (row.plural !== 'priorityclasses' || row.group !== 'scheduling.k8s.io') return;
    const name = (draft ?? old)?.metadata.name ?? '';
    if (draft) return (draft as PriorityClass).globalDefault ? demandOneDefault(core, row, name, old) : undefined;
    if (isSystemPriorityClass(name)) throw forbidden(named(row), name, 'this is a system priority class and cannot be deleted');
  },
};

async function demandOneDefault(core: Core, row: KindRow, name: string, old: Held | undefined): Promise<void> {
  const place = placeOfClasses(core);
  await place.stream.fresh();
  const there = globalDefaultOf(classesOf(place))?.metadata?.name;
  if (there !== undefined && (!old || there !== name)) {
    throw forbidden(named(row), name, `PriorityClass ${there} is already marked as default. Only one default can exist`);
  }
}

/** An update that leaves them out does not mean to change them: it may not. */
function keep(spec: PodSpec, old: PodSpec | undefined): void {
  if (old?.priority !== undefined) spec.priority ??= old.priority;
  if (old?.preemptionPolicy !== undefined) spec.preemptionPolicy ??= old.preemptionPolicy;
}

function classFor(core: Core, draft: Held, { priorityClassName }: PodSpec): PriorityClass | Promise<PriorityClass> {
  const place = placeOfClasses(core);
  if (!priorityClassName) return globalDefaultOf(classesOf(place)) ?? NO_CLASS;
  const known = (): PriorityClass | undefined => place.cache.get('', priorityClassName)?.object;
  // Another API server may have made it a moment ago.
  return andThen(known() ?? place.stream.fresh().then(known), (found) => {
    if (!found) throw refused(draft, `no PriorityClass with name ${priorityClassName} was found`);
    return found;
  });
}

/** The author may say what the class says, and nothing else. */
function resolve(spec: PodSpec, { metadata, value = 0, preemptionPolicy }: PriorityClass, draft: Held): void {
  if (metadata?.name) spec.priorityClassName = metadata.name;
  const why = (of: string, given: string | number, computed: string | number): string =>
    `the ${of} (${given}) must not be provided in pod spec; priority admission controller computed ${computed} from the given PriorityClass name`;
  if (spec.priority !== undefined && spec.priority !== value) {
    throw refused(draft, why('integer value of priority', spec.priority, value));
  }
  spec.priority = value;
  if (preemptionPolicy === undefined) return;
  if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== preemptionPolicy) {
    throw refused(draft, why('string value of PreemptionPolicy', spec.preemptionPolicy, preemptionPolicy));
  }
  spec.preemptionPolicy = preemptionPolicy;
}

const refused = ({ metadata: { name, generateName = '' } }: Held, why: string) => forbidden(POD, name || generateName, why);
const placeOfClasses = (core: Core): Place => placeOfResource(core, 'scheduling.k8s.io', 'v1', 'priorityclasses');
const classesOf = ({ cache }: Place): PriorityClass[] => Array.from(cache.values(), ({ object }) => object as PriorityClass);
