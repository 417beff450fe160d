import type { Files } from '@kubernats/files';

/** What git may reach while it runs, and how much of everything it may take. */
export interface GitLimits {
  /** The transports, by git's names for them. */
  readonly protocols: readonly string[];
  /** What the workspace may hold; undefined: as much as the disk has. */
  readonly maxBytes: number | undefined;
  readonly timeoutMs: number;
}

/** How a run of git ended: by itself, with what it wrote to its standard error, or because it went over a limit. */
export type GitOutcome = { exitCode: number; errors: string } | { exceeded: 'bytes' | 'time' };

/** A folder for one checkout, which nothing but git reaches; gone when it is disposed of. */
export interface GitWorkspace extends AsyncDisposable {
  readonly files: Files;
  /** Runs git in the folder; its settings are nobody's but what the arguments say, and it asks nothing. Throws `BackendError` where there is no git. */
  run(args: readonly string[], limits: GitLimits): Promise<GitOutcome>;
}

/** The git of this machine. */
export interface Git {
  /**
   * An empty workspace. What a crash has left of an earlier one of the same name is removed.
   * @param folder on this machine; undefined: the one for temporary files
   * @param name the same for each attempt at one checkout, of letters and digits
   */
  workspace(folder: string | undefined, name: string): Promise<GitWorkspace>;
}
