import { Worker } from 'node:worker_threads';
import { type ParseYaml, parseYamlHere } from '@kubernats/api';
import { badRequest, timeout } from '@kubernats/errors';
import { FairQueue } from '../fair-queue.ts';

/** Of the sources, and of an app's bundle, which has one of its own. */
const ENTRY = import.meta.url.endsWith('.ts')
  ? new URL('../../yaml-worker-main.ts', import.meta.url)
  : new URL('./yaml-worker-main.js', import.meta.url);
/** A text as long is read in some milliseconds: less than a thread takes to start. */
const LONG = 16 * 1024;
/** Within the time of a request. */
const READ_WITHIN_MS = 30_000;
/** How many texts are read at the same time. */
const THREADS = 2;
const LIMITS = { maxOldGenerationSizeMb: 512 };

type Parsed = Awaited<ReturnType<ParseYaml>>;

/**
 * Reads a long text in a thread beside this one: the largest body takes seconds, in which the server would answer nobody. Of each caller one text is read at a
 * time, and callers take turns. A text that is made to take for ever is given up.
 */
export function parseYamlBeside(): ParseYaml {
  const queue = new FairQueue(THREADS);
  return (source, caller = '') => (source.length <= LONG ? parseYamlHere(source) : queue.run(caller, () => inThread(source)));
}

async function inThread(source: string): Promise<Parsed> {
  const { promise, resolve, reject } = Promise.withResolvers<Parsed>();
  const worker = new Worker(ENTRY, { workerData: source, resourceLimits: LIMITS, execArgv: ['--disable-warning=ExperimentalWarning'] });
  const timer = setTimeout(() => reject(timeout('the YAML document could not be read in time')), READ_WITHIN_MS);
  worker.once('message', resolve);
  worker.once('error', (error: NodeJS.ErrnoException) =>
    reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? badRequest('yaml: document contains excessive aliasing or nesting') : error),
  );
  worker.once('exit', () => reject(new Error('the thread that reads YAML has ended')));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
