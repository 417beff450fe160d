import type { Service } from '@kubernats/api';
import { type Cidr, cidrContains, parseCidr } from '@kubernats/net';

/** The older way to write `spec.loadBalancerSourceRanges`, which the field wins over. Source: k8s.io/cloud-provider's helpers. */
const ANNOTATION = 'service.beta.kubernetes.io/load-balancer-source-ranges';

/** Which clients may connect; undefined: all. Ranges that are not IPv4 hold no client. */
export function sourceRangesOf({ metadata, spec }: Service): Cidr[] | undefined {
  const annotation = metadata?.annotations?.[ANNOTATION]?.trim();
  const texts = spec?.loadBalancerSourceRanges?.length ? spec.loadBalancerSourceRanges : annotation ? annotation.split(',') : undefined;
  return texts?.flatMap((text) => {
    try {
      return [parseCidr(text.trim())];
    } catch {
      return [];
    }
  });
}

export const isInRanges = (ranges: readonly Cidr[] | undefined, host: string): boolean =>
  ranges === undefined || ranges.some((range) => cidrContains(range, host));
