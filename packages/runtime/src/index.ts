export { type App, type AppContext, runApp } from './adapters/run-app.ts';
export { componentOptions, leaderOptions, LOG_LEVELS, programOptions } from './options/component-options.ts';
export { helpText } from './options/help.ts';
export { type ConfigOf, flagOf, option, type OptionRow, type OptionTable, variableOf } from './options/option.ts';
export { type Parsed, parseOptions, UsageError } from './options/parse.ts';
export { duration, integer, list, port, text, toggle } from './options/schemas.ts';
export { VERSION } from './version.ts';
export { connect, type ConnectDeps, type Connection } from './adapters/connect.ts';
