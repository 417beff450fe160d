export { schedulerOptions } from './options.ts';
export { readSetup, type SchedulerSetup, type SetupSources } from './read-setup.ts';
export { createScheduler, type Scheduler, type SchedulerConfig, type SchedulerDeps } from './scheduler.ts';
