import type { Service } from '@kubernats/api';
import { expect, test } from 'vitest';
import { isInRanges, sourceRangesOf } from './source-ranges.ts';

const annotated = (text: string): Service['metadata'] => ({
  annotations: { 'service.beta.kubernetes.io/load-balancer-source-ranges': text },
});

test.each<[string, Service, boolean[]]>([
  ['none: everybody', { spec: {} }, [true, true]],
  ['an empty list: everybody', { spec: { loadBalancerSourceRanges: [] } }, [true, true]],
  ['the field', { spec: { loadBalancerSourceRanges: [' 10.0.0.0/8 '] } }, [true, false]],
  ['the annotation', { metadata: annotated('11.0.0.0/8, 10.0.0.0/8') }, [true, false]],
  ['the field wins', { metadata: annotated('10.0.0.0/8'), spec: { loadBalancerSourceRanges: ['192.0.2.0/24'] } }, [false, true]],
  ['IPv6 alone: nobody', { spec: { loadBalancerSourceRanges: ['2001:db8::/64'] } }, [false, false]],
  ['all of IPv4', { spec: { loadBalancerSourceRanges: ['0.0.0.0/0'] } }, [true, true]],
])('%s', (_, service, expected) => {
  const ranges = sourceRangesOf(service);
  expect(['10.1.2.3', '192.0.2.1'].map((host) => isInRanges(ranges, host))).toEqual(expected);
});
