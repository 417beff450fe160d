export { Backoff, type BackoffOptions } from './backoff.ts';
export { ClockSteps } from './clock-steps.ts';
export {
  type Controller,
  type ControllerOptions,
  createController,
  type Reconcile,
  type ReconcileContext,
  type ReconcileResult,
  runControllers,
} from './controller.ts';
export { type LeaderElection, type LeadOnceOptions, leadOnce } from './leader-election/lead-once.ts';
export { type LeaderElectionOptions, runAsLeader } from './leader-election/run-as-leader.ts';
export {
  type Counter,
  type Distribution,
  type Gauge,
  type Histogram,
  type Labels,
  type Metrics,
  noMetrics,
  type Observation,
} from './metrics.ts';
export { TerminalError } from './terminal-error.ts';
export { WorkQueue } from './work-queue.ts';
