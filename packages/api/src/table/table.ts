import type { ListMeta, ObjectMeta } from '../../generated/types.ts';
import type { KindRow } from '../kind.ts';
import type { KubeObject } from '../object.ts';

export type IncludeObject = 'None' | 'Metadata' | 'Object';

export interface TableColumn {
  name: string;
  type: string;
  format: string;
  description: string;
  priority: number;
}

export interface TableRow {
  cells: (string | number | boolean | null)[];
  object?: KubeObject | { kind: 'PartialObjectMetadata'; apiVersion: 'meta.k8s.io/v1'; metadata: ObjectMeta };
}

/** `meta.k8s.io/v1` Table. */
export interface Table {
  kind: 'Table';
  apiVersion: 'meta.k8s.io/v1';
  metadata: ListMeta;
  columnDefinitions?: TableColumn[];
  rows: TableRow[];
}

export interface TableOptions {
  nowMs: number;
  /** What each row carries of its object. Default: its metadata. */
  includeObject?: IncludeObject;
  /** The list's own metadata: resourceVersion, continue. */
  metadata?: ListMeta;
  /** Later events of a watch need no headers. Default true. */
  headers?: boolean;
}

/** What `kubectl get` prints: the kind's columns, computed by the server. */
export function tableOf(row: Pick<KindRow, 'columns'>, objects: readonly KubeObject[], options: TableOptions): Table {
  const { nowMs, includeObject = 'Metadata', metadata = {}, headers = true } = options;
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    ...(headers ? { columnDefinitions: headersOf(row) } : {}),
    rows: objects.map((object) => {
      const cells = row.columns.map((column) => column.value(object, nowMs));
      if (includeObject === 'None') return { cells };
      if (includeObject === 'Object') return { cells, object };
      return { cells, object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata ?? {} } };
    }),
  };
}

const headersOf = ({ columns }: Pick<KindRow, 'columns'>): TableColumn[] =>
  columns.map(({ name, type, format = '', description, priority = 0 }) => ({ name, type, format, description, priority }));
