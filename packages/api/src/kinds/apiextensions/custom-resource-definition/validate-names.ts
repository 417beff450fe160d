import { dns1035Label, type FieldPath, invalidValue, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { CustomResourceDefinitionNames } from '../../../../generated/types.ts';

type Names = Partial<CustomResourceDefinitionNames>;

/** The names that a kind must have to be served. */
export function checkRequiredNames(names: Names, at: FieldPath, out: Cause[]): void {
  for (const field of ['plural', 'singular', 'kind', 'listKind'] as const) if (!names[field]) out.push(required(at.child(field)));
}

/** What is wrong with the names that are there. */
export function checkNames(names: Names, at: FieldPath, out: Cause[]): void {
  const { plural = '', singular = '', kind = '', listKind = '', shortNames = [], categories = [] } = names;
  checkLabel(plural, at.child('plural'), out);
  checkLabel(singular, at.child('singular'), out);
  checkKind(kind, at.child('kind'), out);
  checkKind(listKind, at.child('listKind'), out);
  shortNames.forEach((name, i) => checkLabel(name, at.child('shortNames').index(i), out, true));
  if (kind !== '' && kind === listKind) out.push(invalidValue(at.child('listKind'), listKind, 'kind and listKind may not be the same'));
  categories.forEach((name, i) => checkLabel(name, at.child('categories').index(i), out, true));
}

/** One cause, however many things are wrong. */
export function checkLabel(name: string, at: FieldPath, out: Cause[], mustBeThere = false): void {
  const problems = name === '' && !mustBeThere ? [] : dns1035Label(name);
  if (problems.length > 0) out.push(invalidValue(at, name, problems.join(',')));
}

function checkKind(kind: string, at: FieldPath, out: Cause[]): void {
  const problems = kind === '' ? [] : dns1035Label(kind.toLowerCase());
  if (problems.length === 0) return;
  out.push(invalidValue(at, kind, `may have mixed case, but should otherwise match: ${problems.join(',')}`));
}
