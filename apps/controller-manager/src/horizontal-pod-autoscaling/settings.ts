/** How autoscalers behave that do not say so themselves. Times are milliseconds. The defaults are kube-controller-manager's. */
export interface AutoscalingSettings {
  /** How often each autoscaler looks. */
  syncPeriodMs: number;
  /** For how long a higher recommendation holds back a lower one. */
  downscaleStabilizationMs: number;
  /** How far the use may be from its target, as a share of it, before anything is done. */
  tolerance: number;
  /** For how long after its start a Pod's CPU counts only while it is ready, and only what was measured since. */
  cpuInitializationPeriodMs: number;
  /** For how long after its start a change of readiness still counts as the first one. */
  initialReadinessDelayMs: number;
}

export const AUTOSCALING_DEFAULTS: AutoscalingSettings = {
  syncPeriodMs: 15_000,
  downscaleStabilizationMs: 300_000,
  tolerance: 0.1,
  cpuInitializationPeriodMs: 300_000,
  initialReadinessDelayMs: 30_000,
};
