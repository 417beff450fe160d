import { Compose } from './compose.ts';
import { Processes } from './processes.ts';
import type { Target } from './target.ts';

/** What chaos can be made in. Each starts a new cluster that keeps what it has in `folder`. */
export const TARGETS: Readonly<Record<string, (folder: string) => Promise<Target>>> = {
  processes: (folder) => Processes.start(folder),
  compose: (folder) => Compose.start(folder),
};
