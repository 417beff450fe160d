import type { KindRow } from './kind.ts';
import { KINDS } from './kinds/index.ts';

const byResource = new Map<string, KindRow>();
const byKind = new Map<string, KindRow>();
for (const row of KINDS) {
  byResource.set(`${row.group}/${row.version}/${row.plural}`, row);
  byKind.set(`${row.group}/${row.version}/${row.kind}`, row);
}

/** The row of `/apis/GROUP/VERSION/PLURAL` ('' for the core group). */
export function kindByResource(group: string, version: string, plural: string): KindRow | undefined {
  return byResource.get(`${group}/${version}/${plural}`);
}

export function kindByGvk(group: string, version: string, kind: string): KindRow | undefined {
  return byKind.get(`${group}/${version}/${kind}`);
}

/** Whether objects of the row are kept as they are: neither answered at once, nor made when they are asked for, nor kept in another row's form. */
export const isKept = ({ ephemeral, computed, storedAs }: KindRow): boolean => !ephemeral && !computed && !storedAs;

/** The row whose form an object of this kind is kept in: its own, or that of `storedAs`. */
export function storedRow(row: KindRow): KindRow {
  const { storedAs } = row;
  return storedAs ? (kindByResource(storedAs.group, storedAs.version, storedAs.plural) ?? row) : row;
}
