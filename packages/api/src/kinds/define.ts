import type { KindRow } from '../kind.ts';
import type { KubeObject } from '../object.ts';
import type { KindRef } from '../refs.ts';
import { AGE, NAME } from '../table/common-columns.ts';
import { withStatusHalves } from './status.ts';

/** What a row must say; the rest follows from the reference and from custom. */
export interface KindInput<T extends KubeObject> extends Partial<Omit<KindRow<T>, keyof KindRef>> {
  /** A new object may bring its status (Nodes: a kubelet registers with it). Default: creation drops it. */
  createdWithStatus?: boolean;
}

/** The verbs of a stored kind, in discovery's order. */
export const STORED_VERBS: readonly string[] = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** What the proxy of a Service or Pod is asked for with, by the method of HTTP. */
export const PROXY_VERBS: readonly string[] = ['create', 'delete', 'get', 'patch', 'update'];

/** Completes a row of the table of kinds. */
export function defineKind<T extends KubeObject>(ref: KindRef<T>, input: KindInput<T>): KindRow<T> {
  const { group, version, kind, plural, namespaced } = ref;
  const { createdWithStatus = false, ...row } = input;
  return {
    group,
    version,
    kind,
    plural,
    namespaced,
    singular: kind.toLowerCase(),
    shortNames: [],
    categories: [],
    verbs: [...STORED_VERBS],
    definition: `io.k8s.api.${group === '' ? 'core' : group.split('.')[0]}.${version}.${kind}`,
    stream: 'state',
    hasStatus: false,
    subresources: [],
    columns: [NAME, AGE],
    fieldSelectors: {},
    ...row,
    strategy: row.hasStatus ? withStatusHalves(row.strategy ?? {}, createdWithStatus) : (row.strategy ?? {}),
  };
}
