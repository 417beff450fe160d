import type { Ids } from '@kubernats/clock';
import type { leaderOptions } from './component-options.ts';
import type { ConfigOf } from './option.ts';

/** What `runAsLeader` needs of the common options; undefined when the replica is to work without a Lease. */
export function leaderElectionOf(config: ConfigOf<typeof leaderOptions>, ids: Ids) {
  if (!config.leaderElect) return undefined;
  return {
    identity: config.leaderElectIdentity ?? ids.uid(),
    leaseDurationMs: config.leaderElectLeaseDuration,
    renewDeadlineMs: config.leaderElectRenewDeadline,
    retryPeriodMs: config.leaderElectRetryPeriod,
  };
}
