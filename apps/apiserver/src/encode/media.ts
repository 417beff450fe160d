import type { KindRow } from '@kubernats/api';

/** What a caller wants to read. */
export type Form = 'object' | 'table' | 'partial';

export interface Wanted {
  form: Form;
  yaml: boolean;
}

const PLAIN: Wanted = { form: 'object', yaml: false };
const TYPES = new Set(['application/json', '*/*', 'application/*', 'application/yaml']);

/**
 * Reads an `Accept` header: the first type in it that this server has. A header that names only types it does not have (protobuf) is answered
 * in JSON, which every client of Kubernetes reads. Tables are for resources only, so `row` says whether there is one.
 */
export function wantedOf(accept: string | undefined, row: Pick<KindRow, 'columns'> | undefined): Wanted {
  if (accept === undefined || accept === '' || accept === '*/*' || accept === 'application/json') return PLAIN;
  for (const part of accept.split(',')) {
    const [type = '', ...parameters] = part.split(';').map((each) => each.trim());
    if (!TYPES.has(type.toLowerCase())) continue;
    const yaml = type.toLowerCase() === 'application/yaml';
    const as = parameters.find((each) => each.startsWith('as='))?.slice(3);
    if (as === undefined) return { form: 'object', yaml };
    if (!parameters.includes('g=meta.k8s.io') || !parameters.includes('v=v1') || !row) continue;
    if (as === 'Table') return { form: 'table', yaml };
    if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList') return { form: 'partial', yaml };
  }
  return PLAIN;
}
