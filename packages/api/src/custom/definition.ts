import type { CustomResourceDefinition, CustomResourceDefinitionVersion } from '../../generated/types.ts';
import { byVersionPriority } from './versions.ts';

/** Whether a condition of a definition holds: `Established`, `Terminating`. */
export function hasCondition({ status }: CustomResourceDefinition, type: string): boolean {
  return status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') === true;
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
