// A Pod's spec hardly changes in its life. Source: the concept page "Pods", "Pod update and replacement".
import { deepEqual, fieldPath, forbiddenField, invalidValue, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { Affinity, Container, Pod, PodSpec, Toleration } from '../../../../generated/types.ts';

const SPEC = fieldPath('spec');
const UPDATABLE = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
];

export function validatePodUpdate(pod: Pod, old: Pod): Cause[] {
  const out: Cause[] = [];
  const next: PodSpec = pod.spec ?? { containers: [] };
  const before: PodSpec = old.spec ?? { containers: [] };
  for (const list of ['containers', 'initContainers'] as const) {
    if ((next[list] ?? []).length !== (before[list] ?? []).length) {
      const what = list === 'containers' ? 'containers' : 'init containers';
      out.push(forbiddenField(SPEC.child(list), `pod updates may not add or remove ${what}`));
    }
    next[list]?.forEach(({ image }, i) => {
      if (!image) out.push(required(SPEC.child(list).index(i).child('image')));
    });
  }
  if (out.length > 0) return out;
  checkDeadline(next.activeDeadlineSeconds, before.activeDeadlineSeconds, out);
  checkOnlyAddedTolerations(next.tolerations ?? [], before.tolerations ?? [], out);
  const changed = changedFields(withUpdatableOf(next, before), before);
  if (changed.length > 0) {
    const diff = changed.map((field) => diffLine(field, next, before)).join('\n');
    out.push(forbiddenField(SPEC, `pod updates may not change fields other than ${UPDATABLE.join(',')}\n${diff}\n`));
  }
  return out;
}

function checkDeadline(next: number | undefined, old: number | undefined, out: Cause[]): void {
  const path = SPEC.child('activeDeadlineSeconds');
  if (next === undefined) {
    if (old !== undefined) out.push(invalidValue(path, undefined, 'must not update from a positive integer to nil value'));
  } else if (next < 0) out.push(invalidValue(path, next, 'must be between 0 and 2147483647, inclusive'));
  else if (old !== undefined && next > old) out.push(invalidValue(path, next, 'must be less than or equal to previous value'));
}

function checkOnlyAddedTolerations(next: Toleration[], old: Toleration[], out: Cause[]): void {
  const same = (a: Toleration, b: Toleration): boolean =>
    (a.key ?? '') === (b.key ?? '') &&
    (a.effect ?? '') === (b.effect ?? '') &&
    (a.operator ?? '') === (b.operator ?? '') &&
    (a.value ?? '') === (b.value ?? '');
  if (old.some((toleration) => !next.some((other) => same(toleration, other)))) {
    out.push(forbiddenField(SPEC.child('tolerations'), 'existing toleration can not be modified except its tolerationSeconds'));
  }
}

/** The new spec with the fields that may change set back: what still differs may not. */
function withUpdatableOf(next: PodSpec, old: PodSpec): PodSpec {
  const images = (list: Container[] | undefined, before: Container[] | undefined): Container[] | undefined =>
    list?.map((container, i) => ({ ...container, image: before?.[i]?.image }));
  const graceIsMended = (old.terminationGracePeriodSeconds ?? 0) < 0 && next.terminationGracePeriodSeconds === 1;
  const gated = (old.schedulingGates ?? []).length > 0;
  const removedGates = (next.schedulingGates ?? []).every((gate) => old.schedulingGates?.some(({ name }) => name === gate.name));
  return {
    ...next,
    containers: images(next.containers, old.containers) ?? [],
    initContainers: images(next.initContainers, old.initContainers),
    activeDeadlineSeconds: old.activeDeadlineSeconds,
    tolerations: old.tolerations,
    ...(graceIsMended ? { terminationGracePeriodSeconds: old.terminationGracePeriodSeconds } : {}),
    ...(removedGates ? { schedulingGates: old.schedulingGates } : {}),
    // A Pod that no scheduler may look at yet can still be narrowed.
    ...(gated ? { nodeSelector: old.nodeSelector, affinity: withNodeAffinityOf(next.affinity, old.affinity) } : {}),
  };
}

function withNodeAffinityOf(next: Affinity | undefined, old: Affinity | undefined): Affinity | undefined {
  const { nodeAffinity: _changeable, ...others } = next ?? {};
  const affinity = old?.nodeAffinity ? { ...others, nodeAffinity: old.nodeAffinity } : others;
  return Object.keys(affinity).length > 0 ? affinity : old && {};
}

function changedFields(next: PodSpec, old: PodSpec): (keyof PodSpec)[] {
  const fields = new Set([...Object.keys(next), ...Object.keys(old)]) as Set<keyof PodSpec>;
  return [...fields].filter((field) => !deepEqual(next[field], old[field]));
}

const diffLine = (field: keyof PodSpec, next: PodSpec, old: PodSpec): string =>
  `- \t${field}: ${JSON.stringify(old[field]) ?? 'nil'},\n+ \t${field}: ${JSON.stringify(next[field]) ?? 'nil'},`;
