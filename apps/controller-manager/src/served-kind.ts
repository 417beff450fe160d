import { type CustomResourceDefinition, type CustomResourceDefinitionVersion, hasCondition, type KindRef } from '@kubernats/api';

/** A kind that a definition brings, in one of its versions. */
export interface ServedKind {
  ref: KindRef;
  version: CustomResourceDefinitionVersion;
}

/** The kind of a definition, in the first served version that is preferred, or else the first; undefined: its objects are not served. */
export function servedKind(
  definition: CustomResourceDefinition,
  isPreferred: (version: CustomResourceDefinitionVersion) => boolean,
): ServedKind | undefined {
  const { group, scope, versions } = definition.spec;
  const served = versions.filter((each) => each.served);
  const version = served.find(isPreferred) ?? served[0];
  if (!version || !hasCondition(definition, 'Established')) return undefined;
  const { kind = '', plural = '' } = definition.status?.acceptedNames ?? {};
  return { ref: { group, version: version.name, kind, plural, namespaced: scope === 'Namespaced' }, version };
}
