export { type ConnectDeps, type Connection, connect, type NatsConfig, natsServerOf } from './adapters/connect.ts';
export type { ServedMetrics } from './adapters/prometheus.ts';
export { type App, type AppContext, runApp } from './adapters/run-app.ts';
export {
  componentOptions,
  dnsOptions,
  LOG_LEVELS,
  leaderOptions,
  programOptions,
  schedulerFileOptions,
  storageBackendOptions,
} from './options/component-options.ts';
export { helpText } from './options/help.ts';
export { leaderElectionOf } from './options/leader-election-of.ts';
export { type ConfigOf, flagOf, type OptionRow, type OptionTable, option, variableOf } from './options/option.ts';
export { type Parsed, parseOptions, UsageError } from './options/parse.ts';
export { address, duration, integer, list, port, share, text, toggle } from './options/schemas.ts';
export { VERSION } from './version.ts';
