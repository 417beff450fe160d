import { isJsonObject, type JsonObject } from '../json.ts';
import { wholePlan } from '../managed-fields/plan.ts';
import type { FieldSchema, ObjectSchema } from '../schema.ts';
import { mergeConfiguration } from './merge.ts';
import { typedProblems, typedProblemsText } from './typed-problems.ts';

/**
 * What a mutation of admission makes of an object: merged into it as server-side apply does, but that nobody owns what it sets and nothing is removed. What
 * has one owner as a whole may not be in it: the parts that it does not name would be lost. The result shares parts with both. `problem` is in
 * Kubernetes' words. Source: the concept "Mutating Admission Policy", "ApplyConfiguration".
 */
export function mergeMutation(live: JsonObject, config: JsonObject, schema: ObjectSchema): { object: JsonObject } | { problem: string } {
  const problems = typedProblems(config, schema);
  if (problems.length > 0) return { problem: `failed to convert patch object to typed object: ${typedProblemsText(problems)}` };
  const atomics = atomicsIn(config, { type: 'object', object: schema }, '');
  if (atomics.length > 0) {
    return { problem: `invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: ${atomics.join(', ')}` };
  }
  return { object: mergeConfiguration(live, config, wholePlan(schema)) };
}

/** The paths of what can only be replaced as a whole. */
function atomicsIn(value: unknown, { type, mapType, listType, object, items }: FieldSchema, path: string): string[] {
  if (Array.isArray(value)) {
    const own = (listType ?? 'atomic') === 'atomic' ? [path] : [];
    return [...own, ...value.flatMap((element, index) => (items ? atomicsIn(element, items, `${path}[${index}]`) : []))];
  }
  if (!isJsonObject(value)) return [];
  const own = mapType === 'atomic' ? [path] : [];
  if (type === 'map' || !object) return own;
  const within = Object.entries(value).flatMap(([name, part]) => {
    const field = object.fields.get(name);
    return field ? atomicsIn(part, field, `${path}.${name}`) : [];
  });
  return [...own, ...within];
}
