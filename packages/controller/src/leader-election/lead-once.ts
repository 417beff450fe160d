import { aborted } from '@kubernats/clock';
import { type LeaderElectionOptions, runAsLeader } from './run-as-leader.ts';

/** How a replica stands for election; `LeaderElectionOptions` says what each means. */
export type LeaderElection = Pick<LeaderElectionOptions, 'identity' | 'leaseDurationMs' | 'renewDeadlineMs' | 'retryPeriodMs'>;

export interface LeadOnceOptions extends Omit<LeaderElectionOptions, keyof LeaderElection> {
  /** Undefined: this is the only replica, and it works at once. */
  election: LeaderElection | undefined;
  /** A replica that does not know the cluster yet does not stand. */
  ready: Promise<void>;
}

/**
 * Leads for one term: for programs whose loops cannot begin anew. Resolves when the signal aborted and all is done; rejects when another replica
 * took the lead, so that the process ends and starts as a fresh candidate.
 */
export async function leadOnce({ election, ready, lead, ...options }: LeadOnceOptions, signal: AbortSignal): Promise<void> {
  if (!election) return lead(signal);
  await Promise.race([ready, aborted(signal)]);
  const lost = new AbortController();
  const term = async (leading: AbortSignal): Promise<void> => {
    await lead(leading);
    lost.abort();
  };
  await runAsLeader({ ...options, ...election, lead: term }, AbortSignal.any([signal, lost.signal]));
  if (!signal.aborted) throw new Error('leadership was lost');
}
