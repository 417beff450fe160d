import type { CustomResourceDefinition, CustomResourceDefinitionVersion } from '../../generated/types.ts';
import { byVersionPriority } from './versions.ts';

/** Whether a condition of a definition holds: `Established`, `Terminating`. */
export function hasCondition({ status }: CustomResourceDefinition, type: string): boolean {
  return status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') === true;
}

/** How far the deletion of a definition is. */
export interface Terminating {
  status: 'True' | 'False';
  reason: string;
  message: string;
}

/** The definition, with its condition `Terminating`. `now` is RFC 3339. */
export function withTerminating<T extends CustomResourceDefinition>(definition: T, condition: Terminating, now: string): T {
  const conditions = definition.status?.conditions ?? [];
  const old = conditions.find(({ type }) => type === 'Terminating');
  const lastTransitionTime = old?.status === condition.status ? old.lastTransitionTime : now;
  const others = conditions.filter((each) => each !== old);
  return {
    ...definition,
    status: { ...definition.status, conditions: [...others, { type: 'Terminating', ...condition, lastTransitionTime }] },
  };
}

/** The version that objects are kept in. A definition has exactly one. */
export function storageVersion({ spec }: CustomResourceDefinition): CustomResourceDefinitionVersion {
  const version = spec.versions.find(({ storage }) => storage);
  if (!version) throw new Error(`${spec.names.plural}.${spec.group} has no version that its objects are kept in`);
  return version;
}

/** What every request for a deprecated version is answered with; undefined for one that is not. */
export function deprecationOf({ spec }: CustomResourceDefinition, version: CustomResourceDefinitionVersion): string | undefined {
  if (!version.deprecated) return undefined;
  if (version.deprecationWarning !== undefined) return version.deprecationWarning;
  const nameOf = (name: string) => `${spec.group}/${name} ${spec.names.kind}`;
  const [better] = spec.versions
    .filter(({ name, served, deprecated }) => served && !deprecated && byVersionPriority(name, version.name) < 0)
    .map(({ name }) => name)
    .sort(byVersionPriority);
  return `${nameOf(version.name)} is deprecated${better === undefined ? '' : `; use ${nameOf(better)}`}`;
}
