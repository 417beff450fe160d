import type { Clock } from '@kubernats/clock';
import type { Backends } from '../backends.ts';
import { defaultBackends } from '../default-backends.ts';
import { machineGit } from '../git/adapters/machine-git.ts';
import { createGitBackend } from '../git/git-backend.ts';
import { userBackends } from '../user/adapters/user-backends.ts';

export interface MachineBackendsOptions {
  /** Where the user's own are; undefined: there are none. */
  readonly folder: string | undefined;
  readonly clock: Clock;
  readonly log: { warn(fields: object, message: string): void };
}

/** The back ends of a process on this machine: those that every process has, and the user's own, which take their names. */
export async function machineBackends({ folder, clock, log }: MachineBackendsOptions): Promise<Backends> {
  const onProblem = (file: string, problem: string): void => log.warn({ file, problem }, 'trouble with a storage back end');
  const own = folder === undefined ? [] : await userBackends({ folder, clock, onProblem });
  return defaultBackends([createGitBackend({ git: machineGit() }), ...own]);
}
