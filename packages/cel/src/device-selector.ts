import { compile, estimateCost } from './compile.ts';
import type { ValuePath } from './estimate/estimator.ts';
import type { Range } from './estimate/range.ts';
import { BOOL, DYN, mapOf, objectOf, STRING, type Type, typeName } from './language/types.ts';
import { typeNamed } from './library/signature.ts';
import { type DeclaredSize, stepInto } from './schema/declared-size.ts';

/** What an expression may cost by estimation. Source: resource.k8s.io/v1, CELSelectorExpressionMaxCost. */
const COST_LIMIT = 1_000_000;

const DEVICE: Type = objectOf('kubernetes.DRADevice', {
  driver: STRING,
  attributes: mapOf(STRING, mapOf(STRING, DYN)),
  capacity: mapOf(STRING, mapOf(STRING, typeNamed('Quantity'))),
  allowMultipleAllocations: BOOL,
});
const VARIABLES: ReadonlyMap<string, Type> = new Map([['device', DEVICE]]);

const text = (maxElements: number): DeclaredSize => ({ maxElements, minBytes: 0 });
const map = (keyLength: number, element: DeclaredSize): DeclaredSize => ({ ...text(32), isMap: true, keyLength, element });
/** Whatever its type is: no attribute is longer than that. */
const ATTRIBUTE = text(64);
const [ID_LENGTH, DOMAIN_LENGTH] = [32, 63];
const SIZE: DeclaredSize = {
  ...text(0),
  fields: new Map([
    ['driver', text(63)],
    ['attributes', map(DOMAIN_LENGTH, map(ID_LENGTH, ATTRIBUTE))],
    ['capacity', map(DOMAIN_LENGTH, map(ID_LENGTH, text(0)))],
    ['allowMultipleAllocations', text(0)],
  ]),
};

/** An attribute may be read as a field: `device.attributes["example.com"].model`. */
function sizeAt([variable, ...steps]: ValuePath): Range | undefined {
  let at = variable === 'device' ? SIZE : undefined;
  for (const step of steps) at = at && (stepInto(at, step) ?? (at.element === ATTRIBUTE ? ATTRIBUTE : undefined));
  return at && { min: 0, max: at.maxElements };
}

/**
 * What is wrong with an expression that selects devices, in kube-apiserver's words: that it is no such expression, or that it is too dear; undefined: nothing.
 * Source: Kubernetes' concept "Dynamic Resource Allocation", and the API reference of CELDeviceSelector.
 */
export function deviceSelectorProblem(expression: string): { invalid: string } | { forbidden: string } | undefined {
  const compiled = compile(expression, VARIABLES);
  if ('error' in compiled) return { invalid: compiled.error };
  const { type } = compiled.program;
  if (type.kind !== 'bool' && type.kind !== 'dyn') return { invalid: `must evaluate to bool or the unknown type, not ${typeName(type)}` };
  const { max } = estimateCost(expression, VARIABLES, sizeAt);
  return max > COST_LIMIT ? { forbidden: 'too complex, exceeds cost limit' } : undefined;
}
