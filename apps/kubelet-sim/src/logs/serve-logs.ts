import type { Bus, BusSubscription, ByteStream } from '@kubernats/bus';
import { nodeSubject } from '@kubernats/bus';
import type { LogsHello } from '@kubernats/client';
import { simulatedLine } from '@kubernats/containers';
import { badRequest, notFound } from '@kubernats/errors';
import type { NodeAgent } from '../node/node-agent.ts';
import { readLog } from './read-log.ts';

/** Answers `kubectl logs` for one node: each stream gets one log's bytes. */
export function serveLogs(bus: Bus, cluster: string, agent: NodeAgent): BusSubscription {
  return bus.acceptStreams(nodeSubject(cluster, agent.config.name, 'logs'), (bytes, stream) => {
    const hello = JSON.parse(new TextDecoder().decode(bytes)) as LogsHello;
    const { namespace, pod, container, previous } = hello;
    const worker = agent.worker(namespace, pod);
    if (!worker) throw notFound({ group: '', resource: 'pods' }, pod);
    const log = worker.log(container, previous);
    if (!log) {
      if (previous) throw badRequest(`previous terminated container "${container}" in pod "${pod}" not found`);
      throw badRequest(`container "${container}" in pod "${pod}" is waiting to start: ${worker.waitingReason(container)}`);
    }
    const { files } = worker;
    if (!files) return void send(stream, () => toldOnly(container, pod));
    void send(stream, (signal) => readLog(files, log.path, log.live, hello, signal));
  });
}

/** The log of a container in which nothing runs. */
async function* toldOnly(container: string, pod: string): AsyncGenerator<Uint8Array, void> {
  yield new TextEncoder().encode(simulatedLine(container, pod));
}

async function send(stream: ByteStream, read: (signal: AbortSignal) => AsyncIterable<Uint8Array>): Promise<void> {
  const over = new AbortController();
  void stream.closed.then(() => over.abort());
  // The reader says nothing; its end, or its failure, is that nobody listens any more.
  void drain(stream.incoming).then((orderly) => (orderly ? undefined : over.abort()));
  try {
    for await (const chunk of read(over.signal)) await stream.write(chunk);
    await stream.end();
  } catch (error) {
    stream.destroy(error instanceof Error ? error.message : String(error));
  }
}

async function drain(incoming: AsyncIterable<Uint8Array>): Promise<boolean> {
  try {
    for await (const _ of incoming);
    return true;
  } catch {
    return false;
  }
}
