import { startWorker } from './entry.ts';
import type { ScanResult } from './protocol.ts';

/** What a module may take to load: beyond any that goes well. */
const LOAD_PATIENCE_MS = 10_000;

/** Loads each module in a thread apart and tells what image it holds. A module that never ends to load, or ends the thread, costs itself only. */
export async function scanModules(files: readonly string[]): Promise<ScanResult[]> {
  const results: ScanResult[] = [];
  while (results.length < files.length) {
    const left = files.slice(results.length);
    const problem = await scanSome(left, (result) => results.push(result));
    // The one that it was at.
    const stuck = files[results.length];
    if (stuck !== undefined) results.push({ file: stuck, problem });
  }
  return results;
}

/** Goes through the modules in one thread, until its end; the answer is why it ended. */
function scanSome(files: readonly string[], found: (result: ScanResult) => void): Promise<string> {
  return new Promise((resolve) => {
    const worker = startWorker({ kind: 'scan', files }, { env: {} });
    let why = 'it ended its thread while it was loaded';
    let timer: NodeJS.Timeout | undefined;
    function giveUp(): void {
      why = `it was not loaded within ${LOAD_PATIENCE_MS / 1000} s`;
      void worker.terminate();
    }
    // The first message says that the thread is there: what it took to start is not the module's.
    worker.on('message', (result: ScanResult | undefined) => {
      clearTimeout(timer);
      timer = setTimeout(giveUp, LOAD_PATIENCE_MS);
      if (result) found(result);
    });
    worker.on('error', (error) => {
      why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    });
    worker.on('exit', () => {
      clearTimeout(timer);
      resolve(why);
    });
  });
}
