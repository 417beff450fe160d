// What the cli, testkit and the scheduler itself need to know of configurations.
export type { EnabledPlugins, KnownPlugin } from './enabled-plugins.ts';
export { type ExtensionPoint, POINTS } from './extension-points.ts';
export { readConfiguration, type SchedulerConfiguration } from './read-configuration.ts';
export { emptyProfile, type ResolvedProfile, resolveProfiles } from './resolve-profiles.ts';
