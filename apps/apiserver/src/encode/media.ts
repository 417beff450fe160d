import type { KindRow } from '@kubernats/api';
import { StatusError } from '@kubernats/errors';

/** What a caller wants to read. */
export type Form = 'object' | 'table' | 'partial';

export interface Wanted {
  form: Form;
  yaml: boolean;
}

/** JSON, as it is. */
export const PLAIN: Wanted = { form: 'object', yaml: false };

const ACCEPTED = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];
const TYPES = new Set(['application/json', '*/*', 'application/*', 'application/yaml']);

/**
 * Reads an `Accept` header: the first type in it that this server has. Who asks for protobuf is answered in JSON, which every client of
 * Kubernetes reads. Tables are for resources only, so `row` says whether there is one. Throws NotAcceptable.
 */
export function wantedOf(accept: string | undefined, row: Pick<KindRow, 'columns'> | undefined): Wanted {
  if (accept === undefined || accept === '' || accept === '*/*' || accept === 'application/json') return PLAIN;
  let isProtobuf = false;
  for (const part of accept.split(',')) {
    const [type = '', ...parameters] = part.split(';').map((each) => each.trim());
    const name = type.toLowerCase();
    isProtobuf ||= name === 'application/vnd.kubernetes.protobuf';
    if (!TYPES.has(name)) continue;
    const yaml = name === 'application/yaml';
    const as = parameters.find((each) => each.startsWith('as='))?.slice(3);
    if (as === undefined) return { form: 'object', yaml };
    if (!parameters.includes('g=meta.k8s.io') || !parameters.includes('v=v1') || !row) continue;
    if (as === 'Table') return { form: 'table', yaml };
    if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList') return { form: 'partial', yaml };
  }
  if (isProtobuf) return PLAIN;
  throw new StatusError('NotAcceptable', `only the following media types are accepted: ${ACCEPTED.join(', ')}`);
}
