export { schedulerOptions } from './options.ts';
export { createScheduler, type Scheduler, type SchedulerConfig, type SchedulerDeps } from './scheduler.ts';
