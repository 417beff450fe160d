import type { CustomForm } from '../kind.ts';
import { apiVersionOf } from '../refs.ts';
import { DEFINITIONS } from '../schema/definitions.ts';

/** What a body is to be read as. Every `KindRow` is one. */
export interface DecodeTarget {
  group: string;
  version: string;
  kind: string;
  definition: string;
  /** In place of the definition. */
  custom?: CustomForm;
  /** The object may name any group and version (DeleteOptions: each group registers its own). */
  anyVersion?: boolean;
}

export const DELETE_OPTIONS: DecodeTarget = {
  group: '',
  version: 'v1',
  kind: 'DeleteOptions',
  definition: 'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions',
  anyVersion: true,
};

export const SCALE: DecodeTarget = {
  group: 'autoscaling',
  version: 'v1',
  kind: 'Scale',
  definition: 'io.k8s.api.autoscaling.v1.Scale',
};

/** The target of a subresource's body (`SubresourceRow`): Binding, Eviction. Throws for a kind without a generated definition. */
export function targetOf({ group, version, kind }: { group: string; version: string; kind: string }): DecodeTarget {
  const definition = `io.k8s.api.${group === '' ? 'core' : group.split('.')[0]}.${version}.${kind}`;
  if (!Object.hasOwn(DEFINITIONS, definition)) throw new Error(`no definition for ${apiVersionOf({ group, version })} ${kind}`);
  return { group, version, kind, definition };
}
