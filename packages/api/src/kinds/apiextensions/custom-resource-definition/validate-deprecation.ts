import { type FieldPath, invalidValue } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import { utf8Length } from '../../../metadata/object-meta.ts';

const LENGTH_MAX = 256;
const NOT_PRINTABLE = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u;

/** What is wrong with the warning that requests of a version are answered with. */
export function checkDeprecation(deprecated: boolean, warning: string | undefined, at: FieldPath, out: Cause[]): void {
  if (warning === undefined) return;
  const refuse = (why: string): void => {
    out.push(invalidValue(at, warning, why));
  };
  if (!deprecated) return refuse('can only be set for deprecated versions');
  if (utf8Length(warning) > LENGTH_MAX) refuse(`must be <= ${LENGTH_MAX} characters long`);
  if (warning === '') refuse('must not be an empty string');
  const strange = warning.search(NOT_PRINTABLE);
  if (strange === -1) return;
  const index = utf8Length(warning.slice(0, strange));
  refuse(`must only contain printable UTF-8 characters; non-printable character found at index ${index}`);
}
