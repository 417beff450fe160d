import type { ActionOf, ActivityName } from './steps.ts';

/** One kind of use that is made of a cluster. */
export interface Activity<Name extends ActivityName> {
  /** Makes what it needs before faults begin. */
  begin?(): Promise<void>;
  /** Does one step. Resolves when it is answered, or given up; steps of one activity come one after the other. */
  perform(action: ActionOf<Name>): Promise<void>;
}
