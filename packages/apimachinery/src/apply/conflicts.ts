import { StatusError } from '@kubernats/errors';
import { goQuote } from '../go-quote.ts';
import type { ManagedFieldsEntry } from '../managed-fields/entry.ts';
import { difference, type FieldSet, isEmptySet } from '../managed-fields/field-set.ts';
import { membersOf } from './element-text.ts';

/** Fields that a configuration would change and somebody else owns. */
export interface Conflict {
  entry: ManagedFieldsEntry;
  fields: FieldSet;
}

/** What is left of conflicts when some fields are no conflict. */
export function withoutFields(conflicts: readonly Conflict[], allowed: FieldSet): Conflict[] {
  return conflicts.map(({ entry, fields }) => ({ entry, fields: difference(fields, allowed) })).filter(({ fields }) => !isEmptySet(fields));
}

/** The refusal of an apply, in the words by which kubectl knows it. Source: "Server-Side Apply", "Conflicts". */
export function conflictError(conflicts: readonly Conflict[]): StatusError {
  const sorted = conflicts
    .map(({ entry, fields }) => ({
      identity: identityOf(entry),
      manager: managerText(entry),
      fields: membersOf(fields).map(({ text }) => text),
    }))
    .sort((a, b) => (a.identity < b.identity ? -1 : 1));
  const causes = sorted.flatMap(({ manager, fields }) =>
    fields.map((field) => ({ reason: 'FieldManagerConflict', message: `conflict with ${manager}`, field })),
  );
  return new StatusError('Conflict', `Apply failed with ${conflictsText(sorted, causes.length)}`, { causes });
}

function conflictsText(conflicts: readonly { manager: string; fields: readonly string[] }[], count: number): string {
  const [first] = conflicts;
  if (count === 1 && first) return `1 conflict: conflict with ${first.manager}: ${first.fields[0]}`;
  const lines = conflicts.flatMap(({ manager, fields }) => [`conflicts with ${manager}:`, ...fields.map((field) => `- ${field}`)]);
  return `${count} conflicts: ${lines.join('\n')}`;
}

/** What entries are told apart and sorted by: what Kubernetes keeps them under. */
function identityOf({ manager, operation, apiVersion, subresource }: ManagedFieldsEntry): string {
  return JSON.stringify({ manager, operation, ...(operation === 'Apply' ? {} : { apiVersion }), subresource });
}

function managerText({ manager = '', operation, apiVersion = '', subresource }: ManagedFieldsEntry): string {
  const name = goQuote(manager) + (subresource ? ` with subresource ${goQuote(subresource)}` : '');
  return operation === 'Update' ? `${name} using ${apiVersion}` : name;
}
