import { type ApiTransport, errorOf, httpsTransport, linesOf } from '@kubernats/client';
import { realClock, realRandom } from '@kubernats/clock';
import { StatusError } from '@kubernats/errors';
import type { TraceLine } from '@kubernats/trace';
import { ownKubeconfig } from '../explain/cluster-access.ts';
import { Failure } from '../failure.ts';
import { readUserFile } from '../nodes/user-file.ts';
import { readKubeconfig } from '../trace/kubeconfig.ts';
import { Narrator } from '../trace/narrator.ts';
import { serviceName } from '../trace/target.ts';

const AGAIN_AFTER_MS = 1_000;

export interface TraceOptions {
  name: string;
  namespace?: string;
  kubeconfig?: string;
  output: 'text' | 'json';
}

/** Shows a Service's connections as they come, until it is deleted or this is interrupted. */
export async function trace(target: string, options: TraceOptions): Promise<void> {
  const name = serviceName(target);
  const { namespace: usual, ...access } = readKubeconfig(options.kubeconfig ?? ownKubeconfig(options.name), readUserFile);
  const namespace = options.namespace ?? usual;
  using api = httpsTransport({ ...access, userAgent: 'kubernats-trace', clock: realClock, random: realRandom });
  const interrupted = interruption();
  const narrator = new Narrator(realClock, print);
  const tell = (text: string, line: TraceLine): void => (options.output === 'json' ? print(text) : narrator.tell(line));
  const open = () =>
    api.stream({ verb: 'get', group: '', version: 'v1', resource: 'services', namespace, name, subresource: 'trace' }, interrupted);
  try {
    let bytes = await open();
    while (!(await tellLines(bytes, tell))) {
      interrupted.throwIfAborted();
      process.stderr.write('kubernats: the API server has gone; the trace goes on when it is back\n');
      bytes = await again(open, interrupted);
    }
  } catch (error) {
    if (interrupted.aborted) return;
    if (!(error instanceof StatusError)) throw error;
    throw new Failure(error.reason === 'NotFound' ? await whatIsMissing(api, namespace, error) : error.message);
  }
}

/** The namespace, or else the Service in it. */
async function whatIsMissing(api: ApiTransport, namespace: string, { message }: StatusError): Promise<string> {
  const answer = await api.request({ verb: 'get', group: '', version: 'v1', resource: 'namespaces', name: namespace });
  return answer.code === 404 ? errorOf(answer).message : message;
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);

/** True when the last line has come, false when the stream broke off. */
async function tellLines(bytes: AsyncIterable<Uint8Array>, tell: (text: string, line: TraceLine) => void): Promise<boolean> {
  for await (const bytesOfLine of linesOf(untilItBreaks(bytes))) {
    const text = new TextDecoder().decode(bytesOfLine);
    const line = JSON.parse(text) as TraceLine;
    tell(text, line);
    if (line.type === 'Deleted') return true;
  }
  return false;
}

async function* untilItBreaks(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  try {
    yield* bytes;
  } catch {
    // The connection to the API server is gone: an end like any other.
  }
}

async function again<T>(open: () => Promise<T>, interrupted: AbortSignal): Promise<T> {
  for (;;) {
    await realClock.sleep(AGAIN_AFTER_MS, interrupted);
    try {
      return await open();
    } catch (error) {
      if (!(error instanceof StatusError) || error.reason !== 'ServiceUnavailable') throw error;
    }
  }
}

/** Aborts at Ctrl-C, of which the launcher sends a second one, or when nobody reads any more (`| head`). */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => controller.abort());
  process.stdout.on('error', () => controller.abort());
  return controller.signal;
}
