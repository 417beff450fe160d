import { duplicate, type FieldPath, invalidValue, required, tooMany } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { JSONSchemaProps, SelectableField } from '../../../../generated/types.ts';
import { followPath } from './schema/field-reference.ts';

const FIELDS_MAX = 8;
const SELECTABLE_TYPES: ReadonlySet<string | undefined> = new Set(['string', 'boolean', 'integer']);
const WRONG_TYPE = 'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.';

/** What is wrong with the fields that field selectors may name. */
export function checkSelectableFields(fields: SelectableField[], schema: JSONSchemaProps | undefined, at: FieldPath, out: Cause[]): void {
  const seen = new Set<string>();
  fields.forEach(({ jsonPath = '' }: Partial<SelectableField>, i) => {
    const path = at.index(i).child('jsonPath');
    if (jsonPath === '') {
      out.push(required(path));
      return;
    }
    const reference = followPath(jsonPath, schema ?? {}, { brackets: false });
    if ('problem' in reference) {
      out.push(invalidValue(path, jsonPath, `is an invalid path: ${reference.problem}`));
      return;
    }
    if (reference.steps[0] === 'metadata') out.push(invalidValue(path, jsonPath, 'must not point to fields in metadata'));
    if (!SELECTABLE_TYPES.has(reference.schema?.type)) out.push(invalidValue(path, jsonPath, WRONG_TYPE));
    const name = reference.steps.join('.');
    if (seen.has(name)) out.push(duplicate(path, jsonPath));
    seen.add(name);
  });
  if (seen.size > FIELDS_MAX) out.push(tooMany(at, seen.size, FIELDS_MAX));
}
