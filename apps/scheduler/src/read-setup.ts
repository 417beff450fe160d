import type { Log } from '@kubernats/client';
import type { Clock } from '@kubernats/clock';
import { readConfiguration, resolveProfiles, type SchedulerConfiguration } from './config/index.ts';
import { loadPlugins } from './custom/index.ts';
import { PLUGIN_TABLE, type PluginRow } from './plugins/plugin-table.ts';

/** What the user says about scheduling: both may be absent. */
export interface SetupSources {
  /** The text of a KubeSchedulerConfiguration, and the name of its file, for messages. */
  configuration?: { content: string; file: string };
  /** A folder of modules with plug-ins. */
  pluginsFolder?: string;
}

export interface SchedulerSetup {
  configuration: SchedulerConfiguration | undefined;
  plugins: PluginRow[];
}

/**
 * Reads what the user says about scheduling, and finds out whether it fits together: throws `FileError` that names the file and the field. What is there and
 * makes no difference is a warning in the log.
 */
export async function readSetup({ configuration: source, pluginsFolder }: SetupSources, clock: Clock, log: Log): Promise<SchedulerSetup> {
  const configuration = source && (await readConfiguration(source.content, source.file));
  for (const warning of configuration?.warnings ?? []) log.warn({}, warning);
  const onProblem = (file: string, problem: string): void => log.warn({ file, problem }, 'a plug-in of the scheduler has failed');
  const plugins = pluginsFolder === undefined ? [] : await loadPlugins({ folder: pluginsFolder, clock, configuration, onProblem });
  if (configuration) resolveProfiles(configuration, PLUGIN_TABLE, plugins);
  return { configuration, plugins };
}
