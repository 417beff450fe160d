import { deepEqual, type FieldPath, fieldPath, invalidValue, notSupported, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { DaemonSet, RollingUpdateDaemonSet } from '../../../generated/types.ts';
import type { StrategyContext } from '../../kind.ts';
import { DaemonSets } from '../../refs.ts';
import { AGE, integer, NAME, text, wide } from '../../table/common-columns.ts';
import { templateColumns } from '../../table/template-columns.ts';
import { mapText, selectorText } from '../../table/texts.ts';
import { notNegative } from '../../validation/basics.ts';
import { selectorIsImmutable } from '../../validation/label-selector.ts';
import { defaultTemplate } from '../core/pod-template/default-pod-spec.ts';
import { checkControlledPods } from '../core/pod-template/validate-template.ts';
import { defineKind } from '../define.ts';
import { templateWarnings } from './template-warnings.ts';
import { amount, checkCountOrPercent, checkNotAboveAll } from './validate-rolling-update.ts';

const SPEC = fieldPath('spec');
const KEPT_REVISIONS = 10;
/** Counts the changes of the template. Deprecated, and still on every DaemonSet. */
const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

function defaultDaemonSet({ spec }: DaemonSet): void {
  if (!spec) return;
  const strategy = (spec.updateStrategy ??= {});
  strategy.type ||= 'RollingUpdate';
  if (strategy.type === 'RollingUpdate') {
    const rollingUpdate = (strategy.rollingUpdate ??= {});
    rollingUpdate.maxUnavailable ??= 1;
    rollingUpdate.maxSurge ??= 0;
  }
  spec.revisionHistoryLimit ??= KEPT_REVISIONS;
  spec.template ??= {};
  defaultTemplate(spec.template);
}

function validate({ spec }: DaemonSet, context: StrategyContext): Cause[] {
  const out: Cause[] = [];
  checkControlledPods(spec ?? {}, { selecting: 'daemonset', kind: 'DaemonSet' }, SPEC, context, out);
  const { type, rollingUpdate } = spec?.updateStrategy ?? {};
  const at = SPEC.child('updateStrategy');
  if (type === 'RollingUpdate') {
    if (rollingUpdate) checkRollingUpdate(rollingUpdate, at.child('rollingUpdate'), out);
    else out.push(required(at.child('rollingUpdate')));
  } else if (type !== 'OnDelete') {
    out.push(notSupported(at, { Type: type ?? '', RollingUpdate: rollingUpdate ?? null }, ['RollingUpdate', 'OnDelete']));
  }
  notNegative(spec?.minReadySeconds, SPEC.child('minReadySeconds'), out);
  notNegative(spec?.revisionHistoryLimit, SPEC.child('revisionHistoryLimit'), out);
  return out;
}

function checkRollingUpdate({ maxUnavailable = 0, maxSurge = 0 }: RollingUpdateDaemonSet, at: FieldPath, out: Cause[]): void {
  checkCountOrPercent(maxUnavailable, at.child('maxUnavailable'), out);
  checkCountOrPercent(maxSurge, at.child('maxSurge'), out);
  checkNotAboveAll(maxUnavailable, at.child('maxUnavailable'), out);
  checkNotAboveAll(maxSurge, at.child('maxSurge'), out);
  const [unavailable, surge] = [amount(maxUnavailable), amount(maxSurge)];
  if (unavailable !== 0 && surge !== 0) {
    out.push(invalidValue(at.child('maxSurge'), maxSurge, 'may not be set when maxUnavailable is non-zero'));
  }
  if (unavailable === 0 && surge === 0) out.push(required(at.child('maxUnavailable'), 'cannot be 0 when maxSurge is 0'));
}

function generationOf({ metadata }: DaemonSet): number {
  const generation = Number(metadata?.annotations?.[TEMPLATE_GENERATION]);
  return Number.isSafeInteger(generation) && generation > 0 ? generation : 1;
}

function withGeneration(daemonSet: DaemonSet, generation: number): void {
  const metadata = (daemonSet.metadata ??= {});
  metadata.annotations = { ...metadata.annotations, [TEMPLATE_GENERATION]: `${generation}` };
}

export const daemonSetRow = defineKind<DaemonSet>(DaemonSets, {
  shortNames: ['ds'],
  categories: ['all'],
  hasStatus: true,
  columns: [
    NAME,
    integer('Desired', 'How many nodes should have its Pod.', ({ status }) => status?.desiredNumberScheduled ?? 0),
    integer('Current', 'How many of them have one.', ({ status }) => status?.currentNumberScheduled ?? 0),
    integer('Ready', 'On how many of them it is ready.', ({ status }) => status?.numberReady ?? 0),
    integer('Up-to-date', 'On how many of them it is of the newest template.', ({ status }) => status?.updatedNumberScheduled ?? 0),
    integer('Available', 'On how many of them it has been ready long enough.', ({ status }) => status?.numberAvailable ?? 0),
    text('Node Selector', 'The labels of the nodes that it wants.', ({ spec }) => mapText(spec?.template.spec?.nodeSelector)),
    AGE,
    ...templateColumns(({ spec }: DaemonSet) => spec?.template),
    wide('Selector', 'The labels of its Pods.', ({ spec }) => selectorText(spec?.selector)),
  ],
  strategy: {
    default: defaultDaemonSet,
    prepareForCreate(daemonSet) {
      daemonSet.status = { currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 };
      withGeneration(daemonSet, generationOf(daemonSet));
    },
    prepareForUpdate(daemonSet, old) {
      const changed = !deepEqual(daemonSet.spec?.template, old.spec?.template);
      withGeneration(daemonSet, generationOf(old) + Number(changed));
    },
    validate,
    validateUpdate: selectorIsImmutable,
    warnings: templateWarnings,
  },
});
