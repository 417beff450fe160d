import { dns1123Label, type FieldPath, fieldPath, invalidValue, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type {
  PersistentVolumeClaim,
  PodTemplateSpec,
  StatefulSet,
  StatefulSetSpec,
  StatefulSetUpdateStrategy,
} from '../../../../generated/types.ts';
import type { StrategyContext } from '../../../kind.ts';
import { checkText, label, notNegative, oneOf } from '../../../validation/basics.ts';
import { checkControlledPods } from '../../core/pod-template/validate-template.ts';
import { checkClaimSpec } from '../../core/storage/validate-claim-spec.ts';
import { amount, checkCountOrPercent, checkNotAboveAll } from '../validate-rolling-update.ts';

const SPEC = fieldPath('spec');
const RETENTION = ['Retain', 'Delete'];

/** What is wrong with a StatefulSet, new or changed, in Kubernetes' words. */
export function validateStatefulSet({ spec = {} as StatefulSetSpec }: StatefulSet, context: StrategyContext): Cause[] {
  const out: Cause[] = [];
  checkPodManagement(spec.podManagementPolicy, SPEC.child('podManagementPolicy'), out);
  if (spec.updateStrategy) checkUpdateStrategy(spec.updateStrategy, SPEC.child('updateStrategy'), out);
  const { whenDeleted, whenScaled } = spec.persistentVolumeClaimRetentionPolicy ?? {};
  const retention = SPEC.child('persistentVolumeClaimRetentionPolicy');
  oneOf(whenDeleted, RETENTION, retention.child('whenDeleted'), out, { optional: true });
  oneOf(whenScaled, RETENTION, retention.child('whenScaled'), out, { optional: true });
  notNegative(spec.replicas, SPEC.child('replicas'), out);
  notNegative(spec.minReadySeconds, SPEC.child('minReadySeconds'), out);
  notNegative(spec.ordinals?.start, SPEC.child('ordinals', 'start'), out);
  notNegative(spec.revisionHistoryLimit, SPEC.child('revisionHistoryLimit'), out);
  if (spec.serviceName) checkText(dns1123Label, spec.serviceName, SPEC.child('serviceName'), out);
  spec.volumeClaimTemplates?.forEach((claim, i) => checkClaimTemplate(claim, SPEC.child('volumeClaimTemplates').index(i), out));
  const { selector, template } = spec;
  const owner = { selecting: 'statefulset', kind: 'StatefulSet' };
  checkControlledPods({ selector, template: template && withClaims(template, spec.volumeClaimTemplates) }, owner, SPEC, context, out);
  return out;
}

function checkPodManagement(policy: string | undefined, path: FieldPath, out: Cause[]): void {
  if (!policy) out.push(required(path));
  else if (policy !== 'OrderedReady' && policy !== 'Parallel') out.push(invalidValue(path, policy, "must be 'OrderedReady' or 'Parallel'"));
}

function checkUpdateStrategy(strategy: StatefulSetUpdateStrategy, path: FieldPath, out: Cause[]): void {
  const { type, rollingUpdate } = strategy;
  const at = path.child('rollingUpdate');
  if (type !== 'RollingUpdate' && type !== 'OnDelete') {
    const value = { Type: type ?? '', RollingUpdate: rollingUpdate ?? null };
    out.push(invalidValue(path, value, "must be 'RollingUpdate' or 'OnDelete'"));
  } else if (type === 'OnDelete') {
    if (rollingUpdate) out.push(invalidValue(at, rollingUpdate, "only allowed for updateStrategy 'RollingUpdate'"));
  } else if (rollingUpdate) {
    notNegative(rollingUpdate.partition, at.child('partition'), out);
    const { maxUnavailable } = rollingUpdate;
    if (maxUnavailable === undefined) return;
    checkCountOrPercent(maxUnavailable, at.child('maxUnavailable'), out);
    if (amount(maxUnavailable) === 0) out.push(invalidValue(at.child('maxUnavailable'), maxUnavailable, 'cannot be 0'));
    checkNotAboveAll(maxUnavailable, at.child('maxUnavailable'), out);
  }
}

function checkClaimTemplate({ metadata, spec = {} }: PersistentVolumeClaim, path: FieldPath, out: Cause[]): void {
  label(metadata?.name, path.child('metadata', 'name'), out);
  checkClaimSpec(spec, path.child('spec'), out);
}

/** The template as its Pods will be: its claims are volumes that containers may mount. */
function withClaims(template: PodTemplateSpec, claims: readonly PersistentVolumeClaim[] = []): PodTemplateSpec {
  if (!template.spec || claims.length === 0) return template;
  const names = new Set(claims.map(({ metadata }) => metadata?.name ?? ''));
  const volumes = [...names].map((name) => ({ name, persistentVolumeClaim: { claimName: name } }));
  // Behind the template's own, so that what is wrong with those is said of the right one.
  const own = (template.spec.volumes ?? []).filter(({ name }) => !names.has(name));
  return { ...template, spec: { ...template.spec, volumes: [...own, ...volumes] } };
}
