import type { JsonSchema } from './json-schema.ts';

const STEP = /\.([^.[\]']+)|\['((?:[^'\\]|\\.)*)'\]/y;

/**
 * The `fieldPath` of a rule as it is appended to the path of what the rule is about: `.spec['my.key']` is `spec[my.key]` where spec is a map. Undefined:
 * the schema has no such field. Source: Kubernetes' API reference, ValidationRule.
 */
export function rulePath(schema: JsonSchema, path: string): string | undefined {
  let at: JsonSchema | undefined = schema;
  let out = '';
  STEP.lastIndex = 0;
  while (STEP.lastIndex < path.length) {
    const [, plain, quoted] = STEP.exec(path) ?? [];
    const name = plain ?? quoted?.replace(/\\(.)/g, '$1');
    if (name === undefined || at === undefined) return undefined;
    const { properties, additionalProperties }: JsonSchema = at;
    if (properties) {
      if (!Object.hasOwn(properties, name)) return undefined;
      at = properties[name];
      out += `${out === '' ? '' : '.'}${name}`;
    } else if (typeof additionalProperties === 'object') {
      at = additionalProperties;
      out += `[${name}]`;
    } else return undefined;
  }
  return out;
}
