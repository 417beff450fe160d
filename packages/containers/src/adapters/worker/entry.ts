import { type ResourceLimits, Worker } from 'node:worker_threads';
import type { WorkerTask } from './protocol.ts';

/** What a worker's objects may take of this process. */
export const WORKER_HEAP_MB = 256;

const LIMITS: ResourceLimits = { maxOldGenerationSizeMb: WORKER_HEAP_MB, maxYoungGenerationSizeMb: 32 };
// What a module's author should know, its errors say.
const EXEC_ARGV = ['--disable-warning=ExperimentalWarning', '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON'];

/** The file that an image worker starts from: beside this one in the sources, beside the app in its bundle. */
const ENTRY = import.meta.url.endsWith('.ts')
  ? new URL('./guest-main.ts', import.meta.url)
  : new URL('./image-worker-main.js', import.meta.url);

type Task<T = WorkerTask> = T extends WorkerTask ? Omit<T, 'compileCache'> : never;

/** Starts a thread for a module of the user's. Its output comes on its own streams, and only what it is given does it see of the environment. */
export function startWorker(task: Task, options: { env: Readonly<Record<string, string>>; argv?: string[]; name?: string }): Worker {
  const workerData: WorkerTask = { ...task, compileCache: process.env.NODE_COMPILE_CACHE };
  return new Worker(ENTRY, {
    ...options,
    env: { ...options.env },
    workerData,
    execArgv: EXEC_ARGV,
    stdout: true,
    stderr: true,
    resourceLimits: LIMITS,
  });
}
