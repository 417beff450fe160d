import { Buffer } from 'node:buffer';
import { apiVersionOf, type IncludeObject, type KindRow, type KubeObject, listKindOf, tableOf } from '@kubernats/api';
import type { Clock } from '@kubernats/clock';
import { badRequest } from '@kubernats/errors';
import type { Held, Stored } from '../cache/stored.ts';
import { fromKept } from '../rest/create-object.ts';
import type { Form } from './media.ts';

/** How one caller sees objects: which kind, which form. Views with the same key give the same bytes. */
export interface View {
  key: string;
  /** One object on its own. */
  one(stored: Stored): Buffer;
  /** As `one`, for who does not ask who owns which field: left out where that costs nothing. */
  lean(stored: Stored): Buffer;
  list(items: readonly Stored[], metadata: object): Buffer[];
  bookmark(revision: number, initialEventsEnd: boolean): Buffer;
}

const comma = Buffer.from(',');
const end = Buffer.from(']}');

export function viewOf(row: KindRow, form: Form, includeObject: string | undefined, clock: Clock): View {
  if (form === 'table') return tableView(row, includeOf(includeObject), clock);
  return form === 'partial' ? partialView(row) : plainView(row);
}

/** Objects as they are kept: bytes that are there already, joined. Converted where a kind is kept as another. */
function plainView(row: KindRow): View {
  const apiVersion = apiVersionOf(row);
  const { storedAs, custom } = row;
  const isAsKept = ({ revision }: Stored): boolean => !storedAs && (!custom || (revision >= custom.since && !custom.conversions));
  const one = (stored: Stored): Buffer => {
    if (isAsKept(stored)) return stored.bytes;
    const shown = fromKept(row, stored.object);
    return shown === stored.object ? stored.bytes : bytes(shown);
  };
  return {
    key: `${apiVersion}/${row.kind}`,
    one,
    lean: (stored) => (isAsKept(stored) ? stored.withoutManagedFields : one(stored)),
    list: (items, metadata) => listed(listKindOf(row), apiVersion, metadata, items, one),
    bookmark: (revision, last) => bytes({ kind: row.kind, apiVersion, metadata: bookmarkMeta(revision, last) }),
  };
}

function partialView(row: KindRow): View {
  const apiVersion = 'meta.k8s.io/v1';
  const one = (stored: Stored) => bytes({ kind: 'PartialObjectMetadata', apiVersion, metadata: fromKept(row, stored.object).metadata });
  return {
    key: `${apiVersionOf(row)}/${row.kind}/partial`,
    one,
    lean: one,
    list: (items, metadata) => listed('PartialObjectMetadataList', apiVersion, metadata, items, one),
    bookmark: (revision, last) => bytes({ kind: 'PartialObjectMetadata', apiVersion, metadata: bookmarkMeta(revision, last) }),
  };
}

function tableView(row: KindRow, includeObject: IncludeObject, clock: Clock): View {
  const table = (objects: readonly KubeObject[], metadata: object) =>
    bytes(tableOf(row, objects, { nowMs: clock.now(), includeObject, metadata }));
  const shown = (stored: Stored): Held => fromKept(row, stored.object);
  const one = (stored: Stored) => table([shown(stored)], stored.revision === 0 ? {} : { resourceVersion: String(stored.revision) });
  return {
    key: `${apiVersionOf(row)}/${row.kind}/table/${includeObject}`,
    one,
    lean: one,
    list: (items, metadata) => [table(items.map(shown), metadata)],
    bookmark: (revision, last) => bytes(tableOf(row, [], { nowMs: clock.now(), includeObject, metadata: bookmarkMeta(revision, last) })),
  };
}

function includeOf(text: string | undefined): IncludeObject {
  if (text === undefined || text === '' || text === 'Metadata') return 'Metadata';
  if (text === 'None' || text === 'Object') return text;
  throw badRequest(`unrecognized includeObject value: ${JSON.stringify(text)}`);
}

function listed(kind: string, apiVersion: string, metadata: object, items: readonly Stored[], one: (stored: Stored) => Buffer): Buffer[] {
  const chunks: Buffer[] = [Buffer.from(`{"kind":"${kind}","apiVersion":"${apiVersion}","metadata":${JSON.stringify(metadata)},"items":[`)];
  for (let i = 0; i < items.length; i++) {
    if (i > 0) chunks.push(comma);
    chunks.push(one(items[i] as Stored));
  }
  chunks.push(end);
  return chunks;
}

const bookmarkMeta = (revision: number, initialEventsEnd: boolean): { resourceVersion: string; annotations?: Record<string, string> } => ({
  resourceVersion: String(revision),
  ...(initialEventsEnd ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {}),
});

const bytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
