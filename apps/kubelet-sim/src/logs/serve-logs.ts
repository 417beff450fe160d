import type { Bus, BusSubscription, ByteStream } from '@kubernats/bus';
import { nodeSubject } from '@kubernats/bus';
import type { LogsHello } from '@kubernats/client';
import { badRequest, notFound } from '@kubernats/errors';
import type { Files } from '@kubernats/files';
import type { NodeAgent } from '../node/node-agent.ts';
import { readLog } from './read-log.ts';

/** Answers `kubectl logs` for one node: each stream gets one log's bytes. */
export function serveLogs(bus: Bus, cluster: string, agent: NodeAgent, files: Files | undefined): BusSubscription {
  return bus.acceptStreams(nodeSubject(cluster, agent.config.name, 'logs'), (bytes, stream) => {
    const hello = JSON.parse(new TextDecoder().decode(bytes)) as LogsHello;
    const { namespace, pod, container, previous } = hello;
    const worker = agent.worker(namespace, pod);
    if (!worker) throw notFound({ group: '', resource: 'pods' }, pod);
    const log = worker.log(container, previous);
    if (!log || !files) {
      if (!files) return void stream.end();
      if (previous) throw badRequest(`previous terminated container "${container}" in pod "${pod}" not found`);
      throw badRequest(`container "${container}" in pod "${pod}" is waiting to start: ${worker.waitingReason(container)}`);
    }
    void send(stream, (signal) => readLog(files, log.path, log.live, hello, signal));
  });
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
