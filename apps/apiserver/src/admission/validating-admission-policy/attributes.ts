import type { KindRow } from '@kubernats/api';
import type { Held } from '../../cache/stored.ts';
import type { Call } from '../../call.ts';
import { isDryRun } from '../../rest/body.ts';

export type Operation = 'CREATE' | 'UPDATE' | 'DELETE';

/** A request as policies see it. Source: `AdmissionRequest` of admission.k8s.io/v1. */
export interface Attributes {
  call: Call;
  row: KindRow;
  /** '' for the object itself. */
  subresource: string;
  operation: Operation;
  name: string;
  /** Of a Namespace its own name. */
  namespace: string;
  dryRun: boolean;
  object: Held | undefined;
  old: Held | undefined;
}

/** A write of an object (`draft` undefined: a deletion, `old` undefined: a creation). */
export function attributesOf(call: Call, draft: Held | undefined, old: Held | undefined): Attributes {
  const { row, request, query } = call;
  const name = request.name ?? (draft ?? old)?.metadata.name ?? '';
  return {
    call,
    row,
    subresource: request.subresource ?? '',
    operation: draft ? (old ? 'UPDATE' : 'CREATE') : 'DELETE',
    name,
    namespace: isNamespace(row) ? name : (request.namespace ?? ''),
    dryRun: isDryRun(query.dryRun, request.verb),
    object: draft,
    old,
  };
}

export const isNamespace = ({ group, plural }: KindRow): boolean => group === '' && plural === 'namespaces';

const OPTIONS: Readonly<Record<Operation, string>> = { CREATE: 'CreateOptions', UPDATE: 'UpdateOptions', DELETE: 'DeleteOptions' };

/** The options of the request: CreateOptions, UpdateOptions or DeleteOptions of meta.k8s.io/v1. */
export function optionsOf({ call: { query }, operation, dryRun }: Attributes): object {
  const { fieldManager, fieldValidation } = query;
  return {
    kind: OPTIONS[operation],
    apiVersion: 'meta.k8s.io/v1',
    ...(dryRun ? { dryRun: ['All'] } : {}),
    ...(fieldManager ? { fieldManager } : {}),
    ...(fieldValidation ? { fieldValidation } : {}),
  };
}
