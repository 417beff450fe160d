import { compileAdmissionPolicy } from '@kubernats/cel';
import type { ExpressionWarning, MatchResources, ValidatingAdmissionPolicySpec } from '../../../../generated/types.ts';
import type { KindRow, StrategyContext } from '../../../kind.ts';
import { apiVersionOf } from '../../../refs.ts';
import { schemaOf } from '../../../schema/object-schema.ts';
import { declaredType } from './declared-type.ts';

/** With more kinds than these, expressions are not looked at any more. */
const MAX_TYPES = 10;
const PREFIX = 'compilation failed: ';

/**
 * Where the expressions of a policy do not fit the kinds that it names: a warning in its status each. Kinds that are named by a wildcard are not looked
 * at. Source: Kubernetes' concept "Validating Admission Policy", "Type checking".
 */
export function checkTypes(spec: ValidatingAdmissionPolicySpec, kinds: StrategyContext['kinds']): ExpressionWarning[] {
  const found = new Map<string, string[]>();
  const add = (fieldRef: string, row: KindRow, error: string | undefined): void => {
    if (!error?.startsWith(PREFIX)) return;
    const text = `${apiVersionOf(row)}, Kind=${row.kind}: ${error.slice(PREFIX.length)}`;
    found.set(fieldRef, [...(found.get(fieldRef) ?? []), text]);
  };
  for (const row of kindsOf(spec.matchConstraints ?? {}, kinds)) {
    const type = declaredType(schemaOf(row));
    const known = new Map([
      ['object', type],
      ['oldObject', type],
    ]);
    const { errors } = compileAdmissionPolicy(spec, known);
    for (const [index, error] of errors.validations.entries()) {
      add(`spec.validations[${index}].expression`, row, error);
      add(`spec.validations[${index}].messageExpression`, row, errors.messages[index]);
    }
  }
  return Array.from(found, ([fieldRef, texts]) => ({ fieldRef, warning: texts.join('\n') }));
}

/** The kinds that the rules name one by one, in order. */
function kindsOf({ resourceRules = [] }: MatchResources, kinds: StrategyContext['kinds']): KindRow[] {
  const rows = new Set<KindRow>();
  for (const { apiGroups = [], apiVersions = [], resources = [] } of resourceRules) {
    for (const group of apiGroups) {
      for (const version of apiVersions) {
        for (const resource of resources) {
          const row = kinds.byResource(group, version, resource);
          if (row && rows.size < MAX_TYPES) rows.add(row);
        }
      }
    }
  }
  const nameOf = (row: KindRow): string => `${row.group}/${row.version}/${row.kind}`;
  return [...rows].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}
