// Plug-ins of users.
export { loadPlugins, type PluginsOptions } from './adapters/load-plugins.ts';
