// Which of the names that a CustomResourceDefinition asks for it gets: within a group each belongs to one definition. Source: the conditions of
// CustomResourceDefinitions; Kubernetes' naming controller, whose words these are.
import type { CustomResourceDefinition, CustomResourceDefinitionNames } from '@kubernats/api';
import { deepEqual, goQuote } from '@kubernats/apimachinery';

/** The names that other definitions of the group have. */
export interface TakenNames {
  /** Plurals, singulars and short names. */
  resources: ReadonlySet<string>;
  /** Kinds and those of their lists. */
  kinds: ReadonlySet<string>;
}

export interface Naming {
  accepted: CustomResourceDefinitionNames;
  /** Why not all names are accepted; the last reason where there are several. */
  conflict: { reason: string; message: string } | undefined;
}

/** The names that definitions have. What one that is `undecided` asks for is its own, since it was there before. */
export function takenNames(definitions: Iterable<{ definition: CustomResourceDefinition; undecided: boolean }>): TakenNames {
  const resources = new Set<string>();
  const kinds = new Set<string>();
  for (const { definition, undecided } of definitions) {
    const { plural, singular = '', shortNames = [], kind, listKind = '' } = undecided ? definition.spec.names : acceptedOf(definition);
    for (const name of [plural, singular, ...shortNames]) if (name !== '') resources.add(name);
    for (const name of [kind, listKind]) if (name !== '') kinds.add(name);
  }
  return { resources, kinds };
}

/** A name that is not free stays what it was. */
export function decideNames(definition: CustomResourceDefinition, taken: TakenNames): Naming {
  const wanted = definition.spec.names;
  const had = acceptedOf(definition);
  const accepted: CustomResourceDefinitionNames = { ...had };
  let conflict: Naming['conflict'];
  const decide = (field: 'plural' | 'singular' | 'kind' | 'listKind', reason: string, used: ReadonlySet<string>): void => {
    const name = wanted[field] ?? '';
    if (name !== had[field] && used.has(name)) conflict = { reason, message: inUse(name) };
    else accepted[field] = name;
  };
  decide('plural', 'PluralConflict', taken.resources);
  decide('singular', 'SingularConflict', taken.resources);
  const shortNames = wanted.shortNames ?? [];
  const used = shortNames.filter((name) => !had.shortNames?.includes(name) && taken.resources.has(name));
  if (used.length > 0) conflict = { reason: 'ShortNamesConflict', message: aggregate(used.map(inUse)) };
  else accepted.shortNames = wanted.shortNames;
  decide('kind', 'KindConflict', taken.kinds);
  decide('listKind', 'ListKindConflict', taken.kinds);
  accepted.categories = wanted.categories;
  return { accepted: withoutEmpty(accepted), conflict };
}

/** Whether a definition has all names that it asks for. */
export const hasItsNames = (definition: CustomResourceDefinition): boolean =>
  deepEqual(withoutEmpty(definition.spec.names), withoutEmpty(acceptedOf(definition)));

const acceptedOf = ({ status }: CustomResourceDefinition): CustomResourceDefinitionNames =>
  status?.acceptedNames ?? { plural: '', kind: '' };

const inUse = (name: string): string => `${goQuote(name)} is already in use`;

const aggregate = (messages: string[]): string => (messages.length === 1 ? (messages[0] ?? '') : `[${messages.join(', ')}]`);

function withoutEmpty(names: CustomResourceDefinitionNames): CustomResourceDefinitionNames {
  const said = Object.entries(names).filter(([field, value]) => field === 'plural' || field === 'kind' || (value ?? []).length > 0);
  return { plural: names.plural, kind: names.kind, ...Object.fromEntries(said) };
}
