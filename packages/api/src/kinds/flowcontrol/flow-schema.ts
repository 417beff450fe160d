import { dns1123Subdomain, fieldPath, invalidValue, notSupported, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { FlowSchema } from '../../../generated/types.ts';
import { FlowSchemas } from '../../refs.ts';
import { AGE, integer, NAME, text } from '../../table/common-columns.ts';
import { checkText } from '../../validation/basics.ts';
import { nobodyActs } from '../../validation/nobody-acts.ts';
import { defineKind } from '../define.ts';
import { checkFlowRule } from './flow-schema/validate-rule.ts';
import { checkConditionTypes } from './status-conditions.ts';

const SPEC = fieldPath('spec');
const PRECEDENCE = { usual: 1000, most: 10_000 };
const METHODS = ['ByNamespace', 'ByUser'];

function validate({ metadata, spec, status }: FlowSchema): Cause[] {
  const out: Cause[] = [];
  const { matchingPrecedence: precedence = 0, distinguisherMethod, priorityLevelConfiguration, rules = [] } = spec ?? {};
  const at = SPEC.child('matchingPrecedence');
  if (precedence <= 0) out.push(invalidValue(at, precedence, 'must be a positive value'));
  if (precedence > PRECEDENCE.most) out.push(invalidValue(at, precedence, `must not be greater than ${PRECEDENCE.most}`));
  if (precedence === 1 && metadata?.name !== 'exempt') {
    out.push(invalidValue(at, precedence, "only the schema named 'exempt' may have matchingPrecedence 1"));
  }
  if (distinguisherMethod && !METHODS.includes(distinguisherMethod.type)) {
    out.push(notSupported(SPEC.child('distinguisherMethod', 'type'), distinguisherMethod, METHODS));
  }
  const level = SPEC.child('priorityLevelConfiguration', 'name');
  if (priorityLevelConfiguration?.name) checkText(dns1123Subdomain, priorityLevelConfiguration.name, level, out);
  else out.push(required(level, 'must reference a priority level'));
  for (const [i, rule] of rules.entries()) checkFlowRule(rule, SPEC.child('rules').index(i), out);
  checkConditionTypes(status?.conditions, out);
  return out;
}

function missingLevelText({ status }: FlowSchema): string {
  return status?.conditions?.find(({ type }) => type === 'Dangling')?.status ?? '?';
}

export const flowSchemaRow = defineKind<FlowSchema>(FlowSchemas, {
  hasStatus: true,
  columns: [
    NAME,
    text('PriorityLevel', 'The priority level of its requests.', ({ spec }) => spec?.priorityLevelConfiguration?.name ?? ''),
    integer('MatchingPrecedence', 'Of several that match, the lowest counts.', ({ spec }) => spec?.matchingPrecedence ?? 0),
    text('DistinguisherMethod', 'What tells its flows apart.', ({ spec }) => spec?.distinguisherMethod?.type ?? '<none>'),
    AGE,
    text('MissingPL', 'Whether its priority level is missing.', missingLevelText),
  ],
  strategy: {
    default({ spec }) {
      if (spec) spec.matchingPrecedence ||= PRECEDENCE.usual;
    },
    validate,
    validateStatusUpdate: ({ status }) => {
      const out: Cause[] = [];
      checkConditionTypes(status?.conditions, out);
      return out;
    },
    warnings: () => [nobodyActs('FlowSchema', 'its API server limits requests in flight as a whole, not by flows')],
  },
});
