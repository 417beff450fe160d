import type { EndpointSlice } from '../../../../generated/types.ts';

/** The label that names the Service of an EndpointSlice. Source: the reference "Well-Known Labels, Annotations and Taints". */
export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';

/** The Service that an EndpointSlice belongs to, as `namespace/name`; undefined: to none. */
export function serviceOfSlice({ metadata }: EndpointSlice): string | undefined {
  const name = metadata?.labels?.[SERVICE_NAME_LABEL];
  return name ? `${metadata?.namespace}/${name}` : undefined;
}
