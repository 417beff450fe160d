// `pods/NAME/resize`: other requests and limits for containers of a Pod that is there. Source: "Resize CPU and Memory Resources assigned to
// Containers", KEP-1287.
import { deepEqual, type FieldPath, fieldPath, forbiddenField, invalidValue } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { Container, Pod, PodSpec, ResourceRequirements } from '../../../../generated/types.ts';
import type { Strategy } from '../../../kind.ts';
import { qosClass } from './qos.ts';
import { podWarnings } from './warnings.ts';

const SPEC = fieldPath('spec');
const LISTS = ['containers', 'initContainers'] as const;
const AMOUNTS = ['requests', 'limits'] as const;
const RESIZABLE: ReadonlySet<string> = new Set(['cpu', 'memory']);
const NO_SPEC: PodSpec = { containers: [] };

/** What an update through the subresource changes: the cpu and memory of containers, and nothing else. */
export const resizeUpdate: NonNullable<Strategy<Pod>['subresources']>[string] = {
  prepareForUpdate(draft, old) {
    const { spec: next = NO_SPEC } = draft;
    const { spec: before = NO_SPEC } = old;
    draft.metadata = { ...old.metadata, managedFields: draft.metadata?.managedFields };
    draft.status = old.status;
    // Who adds or removes containers is told by the validation.
    if (LISTS.some((list) => next[list]?.length !== before[list]?.length)) return;
    draft.spec = { ...before };
    for (const list of LISTS) if (next[list]) draft.spec[list] = next[list].map((container, i) => resized(container, before[list]?.[i]));
  },

  validateUpdate(pod, old) {
    const { spec: next = NO_SPEC } = pod;
    const { spec: before = NO_SPEC } = old;
    const out: Cause[] = [];
    if (qosClass(next) !== qosClass(before)) {
      out.push(invalidValue(SPEC, qosClass(next), 'Pod QOS Class may not change as a result of resizing'));
    }
    for (const list of LISTS) checkList(next[list] ?? [], before[list] ?? [], SPEC.child(list), out);
    if (out.length === 0 && !deepEqual(withAmountsOf(next, before), before)) {
      out.push(forbiddenField(SPEC, 'only cpu and memory resources are mutable'));
    }
    return out;
  },

  warnings: podWarnings,
};

/** The container as it is, with the resources that are wanted. One of another name is left for the validation to refuse. */
function resized(container: Container, before: Container | undefined): Container {
  if (before?.name !== container.name) return container;
  const { resources, resizePolicy } = container;
  const { resources: _r, resizePolicy: _p, ...rest } = before;
  return { ...rest, ...(resources ? { resources } : {}), ...(resizePolicy ? { resizePolicy } : {}) };
}

function checkList(next: Container[], before: Container[], path: FieldPath, out: Cause[]): void {
  if (next.length !== before.length) {
    out.push(forbiddenField(path, 'containers may not be added or removed on resize'));
    return;
  }
  next.forEach(({ name, resources }, i) => {
    const old = before[i];
    const at = path.index(i);
    if (old?.name !== name) return out.push(forbiddenField(at.child('name'), 'containers may not be renamed or reordered on resize'));
    for (const amounts of AMOUNTS) {
      const isGone = Object.keys(old.resources?.[amounts] ?? {}).some((resource) => resources?.[amounts]?.[resource] === undefined);
      if (isGone) out.push(forbiddenField(at.child('resources').child(amounts), `resource ${amounts} cannot be removed`));
    }
    const isInit = path.toString() === 'spec.initContainers' && old.restartPolicy !== 'Always';
    if (isInit && !deepEqual(resources ?? {}, old.resources ?? {})) {
      out.push(forbiddenField(at.child('resources'), 'resources for non-sidecar init containers are immutable'));
    }
  });
}

/** The spec with the amounts that may change set back: what still differs may not. */
function withAmountsOf(next: PodSpec, old: PodSpec): PodSpec {
  const spec = { ...next };
  for (const list of LISTS) {
    if (!next[list]) continue;
    spec[list] = next[list].map((container, i) => {
      const before = old[list]?.[i]?.resources;
      const { resources: _, ...rest } = container;
      const resources = withResizable(container.resources, before);
      return before === undefined && Object.keys(resources).length === 0 ? rest : { ...rest, resources };
    });
  }
  return spec;
}

function withResizable(next: ResourceRequirements | undefined, old: ResourceRequirements | undefined): ResourceRequirements {
  const resources = { ...next };
  for (const amounts of AMOUNTS) {
    const fixed = Object.entries(next?.[amounts] ?? {}).filter(([name]) => !RESIZABLE.has(name));
    const kept = Object.entries(old?.[amounts] ?? {}).filter(([name]) => RESIZABLE.has(name));
    if (fixed.length + kept.length > 0 || old?.[amounts]) resources[amounts] = Object.fromEntries([...fixed, ...kept]);
    else delete resources[amounts];
  }
  return resources;
}
