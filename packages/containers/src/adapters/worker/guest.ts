import { parentPort, workerData } from 'node:worker_threads';
import { redirectOutput } from './guest-console.ts';
import { guestContext } from './guest-context.ts';
import { GuestLink } from './guest-link.ts';
import { factsOf, loadImage, provideImagePackage } from './guest-modules.ts';
import { type ScanResult, SharedState, type WorkerTask } from './protocol.ts';

/** What an image worker does: the entry of its thread calls this and nothing else. */
export async function serveImage(): Promise<void> {
  const task: WorkerTask = workerData;
  provideImagePackage();
  if (task.kind === 'scan') return scan(task.files);
  await run(task);
}

/** Says of each module what image it holds, one after the other: whoever waits too long knows which one it is. */
async function scan(files: readonly string[]): Promise<void> {
  parentPort?.postMessage(undefined);
  for (const file of files) {
    let result: ScanResult;
    try {
      const image = await loadImage(file);
      result = { file, facts: image && factsOf(image) };
    } catch (error) {
      result = { file, problem: textOf(error) };
    }
    parentPort?.postMessage(result);
  }
  // Whatever the modules have set off.
  process.exit();
}

async function run({ file, context: fixed, shared: buffer }: Extract<WorkerTask, { kind: 'run' }>): Promise<void> {
  if (!parentPort) throw new Error('an image worker has a parent');
  const shared = new SharedState(buffer);
  const link = new GuestLink(parentPort, shared);
  const context = guestContext(link, fixed, shared);
  redirectOutput(context);
  const image = await loadImage(file);
  if (!image) throw new Error(`${file} holds no image any more`);
  link.send({ type: 'loaded' });
  const refused = await image.refuses?.(context);
  if (refused !== undefined) throw new Error(refused);
  const code = await image.run(context);
  link.send({ type: 'done', code: code ?? 0 });
}

/** A syntax error's own text has the place; its stack only our loader. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const stack = (error.stack ?? '').split('\n');
  const head = stack.findIndex((line) => line.startsWith(error.name));
  return (error instanceof SyntaxError && head > 0 ? stack.slice(0, head + 1) : stack.slice(0, 4)).join('\n').trim();
}
