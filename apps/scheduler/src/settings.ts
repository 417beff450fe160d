import type { Log } from '@kubernats/client';
import type { Clock } from '@kubernats/clock';
import { type ConfigOf, UsageError } from '@kubernats/runtime';
import { FileError } from '@kubernats/runtime/user-files';
import type { SchedulerConfiguration } from './config/index.ts';
import type { schedulerOptions } from './options.ts';
import { readSetup, type SchedulerSetup } from './read-setup.ts';
import type { SchedulerConfig } from './scheduler.ts';

type Options = ConfigOf<typeof schedulerOptions>;

/** What the files say that the options of the process name; `read` gives a file's text. Throws `UsageError` for what is wrong in one. */
export async function setupOf(options: Options, read: (file: string) => Promise<string>, clock: Clock, log: Log): Promise<SchedulerSetup> {
  const { config: file, plugins: pluginsFolder, schedulerName } = options;
  if (file !== undefined && schedulerName !== undefined)
    throw new UsageError('--config and --scheduler-name both say which Pods are placed: give one of them');
  try {
    const configuration = file === undefined ? undefined : { content: await read(file), file };
    return await readSetup({ configuration, pluginsFolder }, clock, log);
  } catch (error) {
    if (error instanceof FileError) throw new UsageError(error.message);
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** The terms of the leader's Lease: what the configuration says, over the options of the process. */
export function leaderElectionFor(
  configuration: SchedulerConfiguration | undefined,
  fromOptions: SchedulerConfig['leaderElection'],
): SchedulerConfig['leaderElection'] {
  const { leaderElect = true, ...terms } = configuration?.leaderElection ?? {};
  if (!leaderElect || !fromOptions) return undefined;
  const said = Object.fromEntries(Object.entries(terms).filter(([, value]) => value !== undefined));
  return { ...fromOptions, ...said };
}
