import type { ServicePort } from '@kubernats/api';
import type { Protocol } from '@kubernats/dataplane';

/** The port's protocol if it can be carried: SCTP cannot. */
export function protocolOf({ protocol = 'TCP' }: ServicePort): Protocol | undefined {
  return protocol === 'TCP' || protocol === 'UDP' ? protocol : undefined;
}
