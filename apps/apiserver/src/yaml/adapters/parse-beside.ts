import { Worker } from 'node:worker_threads';
import { type ParseYaml, parseYamlHere } from '@kubernats/api';
import { badRequest, timeout } from '@kubernats/errors';

/** Of the sources, and of an app's bundle, which has one of its own. */
const ENTRY = import.meta.url.endsWith('.ts')
  ? new URL('../../yaml-worker-main.ts', import.meta.url)
  : new URL('./yaml-worker-main.js', import.meta.url);
/** A text as long is read in some milliseconds: less than a thread takes to start. */
const LONG = 16 * 1024;
/** Within the time of a request. */
const READ_WITHIN_MS = 30_000;
const LIMITS = { maxOldGenerationSizeMb: 512 };

type Parsed = Awaited<ReturnType<ParseYaml>>;

/**
 * Reads a long text in a thread beside this one, one text at a time: the largest body takes seconds, in which the server would answer nobody. A text that is
 * made to take for ever is given up.
 */
export function parseYamlBeside(): ParseYaml {
  let before: Promise<unknown> = Promise.resolve();
  return (source) => {
    if (source.length <= LONG) return parseYamlHere(source);
    const parsed = before.then(() => inThread(source));
    before = parsed.catch(() => {});
    return parsed;
  };
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
