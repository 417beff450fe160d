import type { KindRow } from './kind.ts';
import { KindTable } from './kind-table.ts';
import { KINDS } from './kinds/index.ts';

const builtIn = new KindTable(KINDS);

/** The row of `/apis/GROUP/VERSION/PLURAL` ('' for the core group), of a kind that every server has. */
export const kindByResource = (group: string, version: string, plural: string): KindRow | undefined =>
  builtIn.byResource(group, version, plural);

export const kindByGvk = (group: string, version: string, kind: string): KindRow | undefined => builtIn.byKind(group, version, kind);

/** Whether objects of the row are kept as they are: neither answered at once, nor made when they are asked for, nor kept in another row's form. */
export const isKept = ({ ephemeral, computed, storedAs }: KindRow): boolean => !ephemeral && !computed && !storedAs;

/** What a list of a kind's objects is called. */
export const listKindOf = ({ kind, custom }: Pick<KindRow, 'kind' | 'custom'>): string => custom?.listKind ?? `${kind}List`;
