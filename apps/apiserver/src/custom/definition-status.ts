import {
  approvalOf,
  type CustomResourceDefinition,
  type CustomResourceDefinitionCondition,
  type CustomResourceDefinitionStatus,
  isProtectedGroup,
} from '@kubernats/api';
import { decideNames, type TakenNames } from './naming.ts';

type Said = Omit<CustomResourceDefinitionCondition, 'lastTransitionTime'>;

/**
 * What the status of a definition must be: its names, whether they are accepted, and that it is established once they have been (for good). `now` is
 * the time as RFC 3339 writes it. Source: the conditions of CustomResourceDefinitions.
 */
export function definitionStatus(definition: CustomResourceDefinition, taken: TakenNames, now: string): CustomResourceDefinitionStatus {
  const { accepted, conflict } = decideNames(definition, taken);
  const namesAccepted: Said = conflict
    ? { type: 'NamesAccepted', status: 'False', ...conflict }
    : { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' };
  const said = [namesAccepted, established(definition, conflict === undefined), approval(definition)].filter((each) => each !== undefined);
  let { conditions = [] } = definition.status ?? {};
  for (const each of said) conditions = withCondition(conditions, each, now);
  return { ...definition.status, acceptedNames: accepted, conditions };
}

/** Undefined: it stays what it is. */
function established({ status }: CustomResourceDefinition, namesAreAccepted: boolean): Said | undefined {
  if (status?.conditions?.some(({ type, status: is }) => type === 'Established' && is === 'True')) return undefined;
  return namesAreAccepted
    ? { type: 'Established', status: 'True', reason: 'InitialNamesAccepted', message: 'the initial names have been accepted' }
    : { type: 'Established', status: 'False', reason: 'NotAccepted', message: 'not all names are accepted' };
}

const APPROVAL_REASONS = {
  approved: 'ApprovedAnnotation',
  bypassed: 'UnapprovedAnnotation',
  missing: 'MissingAnnotation',
  invalid: 'InvalidAnnotation',
} as const;

/** Of groups of the Kubernetes community only. */
function approval(definition: CustomResourceDefinition): Said | undefined {
  if (!isProtectedGroup(definition.spec.group)) return undefined;
  const { state, reason: message } = approvalOf(definition);
  const status = state === 'approved' ? 'True' : 'False';
  return { type: 'KubernetesAPIApprovalPolicyConformant', status, reason: APPROVAL_REASONS[state], message };
}

function withCondition(conditions: CustomResourceDefinitionCondition[], said: Said, now: string): CustomResourceDefinitionCondition[] {
  const old = conditions.find(({ type }) => type === said.type);
  const lastTransitionTime = old?.status === said.status ? old.lastTransitionTime : now;
  const next = { ...(lastTransitionTime === undefined ? {} : { lastTransitionTime }), ...said };
  return old ? conditions.map((each) => (each === old ? next : each)) : [...conditions, next];
}
