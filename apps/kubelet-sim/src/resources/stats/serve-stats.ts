import { type Bus, type BusSubscription, type ByteStream, nodeSubject } from '@kubernats/bus';
import type { NodeProxyHello, StatsAnswer, StatsQuestion } from '@kubernats/client';
import { pathNotFound, StatusError } from '@kubernats/errors';
import type { NodeAgent } from '../../node/node-agent.ts';
import { cadvisorMetrics, kubeletMetrics, resourceMetrics } from './metrics.ts';
import type { NodeUse } from './node-use.ts';
import { summaryOf } from './summary.ts';

const CHUNK_BYTES = 256 * 1024;

/** Tells what a node uses: its Summary to the API server's metrics, and its own paths to whoever asks for them through the API server. */
export function serveStats(bus: Bus, cluster: string, agent: NodeAgent): BusSubscription {
  const { name } = agent.config;
  const stats = bus.subscribe(nodeSubject(cluster, name, 'stats'), (message) => {
    message.respond(new TextEncoder().encode(JSON.stringify(answer(agent, message.data))));
  });
  const paths = bus.acceptStreams(nodeSubject(cluster, name, 'proxy'), (bytes, stream) => {
    const { path, query } = JSON.parse(new TextDecoder().decode(bytes)) as NodeProxyHello;
    const use = agent.use();
    if (!use) throw new StatusError('ServiceUnavailable', `node ${JSON.stringify(name)} is switched off`);
    const page = Object.hasOwn(PAGES, path) ? PAGES[path] : undefined;
    if (!page) throw pathNotFound();
    void send(stream, new TextEncoder().encode(page(use, query)));
  });
  return {
    unsubscribe() {
      stats.unsubscribe();
      paths.unsubscribe();
    },
  };
}

const PAGES: Readonly<Record<string, (use: NodeUse, query: NodeProxyHello['query']) => string>> = {
  healthz: () => 'ok',
  metrics: kubeletMetrics,
  'metrics/cadvisor': cadvisorMetrics,
  'metrics/resource': resourceMetrics,
  'stats/summary': (use, query) => JSON.stringify(summaryOf(use, { onlyCpuAndMemory: query.only_cpu_and_memory === 'true' }), null, 1),
};

function answer(agent: NodeAgent, data: Uint8Array): StatsAnswer {
  const use = agent.use();
  if (!use) return { error: 'the node is switched off' };
  try {
    return summaryOf(use, questionOf(data));
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

/** An empty question asks for everything. */
function questionOf(data: Uint8Array): StatsQuestion {
  const question: unknown = data.length === 0 ? {} : JSON.parse(new TextDecoder().decode(data));
  const isSet = (key: keyof StatsQuestion): boolean =>
    typeof question === 'object' && question !== null && key in question && Reflect.get(question, key) === true;
  return { onlyCpuAndMemory: isSet('onlyCpuAndMemory'), withoutPods: isSet('withoutPods') };
}

async function send(stream: ByteStream, bytes: Uint8Array): Promise<void> {
  try {
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES) await stream.write(bytes.subarray(at, at + CHUNK_BYTES));
    await stream.end();
  } catch (error) {
    // The reader has gone.
    stream.destroy(error instanceof Error ? error.message : String(error));
  }
}
