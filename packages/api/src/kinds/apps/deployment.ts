import { fieldPath, invalidValue } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { Deployment } from '../../../generated/types.ts';
import type { StrategyContext } from '../../kind.ts';
import { nameWarnings } from '../../metadata/name-warnings.ts';
import { Deployments } from '../../refs.ts';
import { AGE, integer, NAME, text, wide } from '../../table/common-columns.ts';
import { templateColumns } from '../../table/template-columns.ts';
import { selectorText } from '../../table/texts.ts';
import { notNegative } from '../../validation/basics.ts';
import { selectorIsImmutable } from '../../validation/label-selector.ts';
import { defaultTemplate } from '../core/pod-template/default-pod-spec.ts';
import { checkControlledPods } from '../core/pod-template/validate-template.ts';
import { defineKind } from '../define.ts';
import { templateWarnings } from './template-warnings.ts';
import { checkDeploymentStrategy } from './validate-rolling-update.ts';

const SPEC = fieldPath('spec');
const PROGRESS_DEADLINE_SECONDS = 600;
const KEPT_REVISIONS = 10;
const NO_DEADLINE = 2 ** 31 - 1;

function defaultDeployment({ spec }: Deployment): void {
  if (!spec) return;
  spec.replicas ??= 1;
  const strategy = (spec.strategy ??= {});
  strategy.type ||= 'RollingUpdate';
  if (strategy.type === 'RollingUpdate') {
    const rollingUpdate = (strategy.rollingUpdate ??= {});
    rollingUpdate.maxUnavailable ??= '25%';
    rollingUpdate.maxSurge ??= '25%';
  }
  spec.revisionHistoryLimit ??= KEPT_REVISIONS;
  spec.progressDeadlineSeconds ??= PROGRESS_DEADLINE_SECONDS;
  spec.template ??= {};
  defaultTemplate(spec.template);
}

function validate({ spec }: Deployment, context: StrategyContext): Cause[] {
  const out: Cause[] = [];
  notNegative(spec?.replicas, SPEC.child('replicas'), out);
  checkControlledPods(spec ?? {}, { selecting: 'deployment', kind: 'ReplicaSet' }, SPEC, context, out);
  if (spec?.strategy) checkDeploymentStrategy(spec.strategy, SPEC.child('strategy'), out);
  notNegative(spec?.minReadySeconds, SPEC.child('minReadySeconds'), out);
  notNegative(spec?.revisionHistoryLimit, SPEC.child('revisionHistoryLimit'), out);
  const deadline = spec?.progressDeadlineSeconds;
  if (deadline !== undefined) {
    notNegative(deadline, SPEC.child('progressDeadlineSeconds'), out);
    if (deadline <= (spec?.minReadySeconds ?? 0) && deadline !== NO_DEADLINE) {
      out.push(invalidValue(SPEC.child('progressDeadlineSeconds'), deadline, 'must be greater than minReadySeconds'));
    }
  }
  return out;
}

export const deploymentRow = defineKind<Deployment>(Deployments, {
  shortNames: ['deploy'],
  categories: ['all'],
  hasStatus: true,
  scale: { specReplicasPath: 'spec.replicas', statusReplicasPath: 'status.replicas' },
  columns: [
    NAME,
    text('Ready', 'How many Pods are ready, of how many.', ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`),
    integer('Up-to-date', 'How many Pods are of the newest template.', (deployment) => deployment.status?.updatedReplicas ?? 0),
    integer('Available', 'How many Pods have been ready long enough.', (deployment) => deployment.status?.availableReplicas ?? 0),
    AGE,
    ...templateColumns(({ spec }: Deployment) => spec?.template),
    wide('Selector', 'The labels of its Pods.', (deployment) => selectorText(deployment.spec?.selector)),
  ],
  strategy: {
    default: defaultDeployment,
    prepareForCreate(deployment) {
      deployment.status = {};
    },
    validate,
    validateUpdate: selectorIsImmutable,
    warnings: (deployment, old) => [...(old ? [] : nameWarnings(deployment)), ...templateWarnings(deployment, old)],
  },
});
