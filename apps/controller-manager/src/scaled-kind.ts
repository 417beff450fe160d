import { type CustomResourceDefinition, CustomResourceDefinitions, hasCondition, KINDS, type KindRef } from '@kubernats/api';
import type { InformerSet } from '@kubernats/client';
import { servedKind } from './served-kind.ts';

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
    const served = definition && servedKind(definition, ({ subresources }) => subresources?.scale !== undefined);
    return served && { ref: served.ref, hasScale: served.version.subresources?.scale !== undefined };
  };
}

const isOf = (definition: CustomResourceDefinition, group: string, kind: string): boolean =>
  definition.spec.group === group && definition.status?.acceptedNames?.kind === kind && hasCondition(definition, 'Established');
