import { type CustomResourceDefinition, CustomResourceDefinitions, hasCondition, KINDS, type KindRef } from '@kubernats/api';
import type { InformerSet } from '@kubernats/client';

/** A kind, and whether its objects have a `scale` subresource in this version. */
export interface ScaledKind {
  ref: KindRef;
  hasScale: boolean;
}

/**
 * Finds the kind that a reference names, in a version that scales if there is one: one that every server has, or one that a CustomResourceDefinition
 * brings. Undefined: there is none.
 */
export type FindScaledKind = (group: string, kind: string) => ScaledKind | undefined;

export function scaledKinds(informers: InformerSet): FindScaledKind {
  const definitions = informers.of(CustomResourceDefinitions);
  return (group, kind) => {
    const row = KINDS.find((each) => each.group === group && each.kind === kind);
    if (row) return { ref: row as KindRef, hasScale: row.scale !== undefined };
    const definition = definitions.list().find((each) => isOf(each, group, kind));
    return definition && customKind(definition);
  };
}

const isOf = (definition: CustomResourceDefinition, group: string, kind: string): boolean =>
  definition.spec.group === group && definition.status?.acceptedNames?.kind === kind && hasCondition(definition, 'Established');

function customKind({ spec, status }: CustomResourceDefinition): ScaledKind | undefined {
  const served = spec.versions.filter((each) => each.served);
  const version = served.find(({ subresources }) => subresources?.scale) ?? served[0];
  if (!version) return undefined;
  const { kind = '', plural = '' } = status?.acceptedNames ?? {};
  const ref = { group: spec.group, version: version.name, kind, plural, namespaced: spec.scope === 'Namespaced' };
  return { ref, hasScale: version.subresources?.scale !== undefined };
}
