export { type Decision, decide } from './decide.ts';
export { schedulerOptions } from './options.ts';
export { createScheduler, type Scheduler, type SchedulerConfig, type SchedulerDeps } from './scheduler.ts';
