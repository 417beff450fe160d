import { createSocket } from 'node:dgram';
import { type EndpointSlice, EndpointSlices, type Service, Services } from '@kubernats/api';
import { type Client, createClient, httpsTransport } from '@kubernats/client';
import { realClock, realRandom } from '@kubernats/clock';
import { encodeQuestion, type Heard, readAnswer } from '@kubernats/dns';
import { type RealCluster, realCluster } from '@kubernats/testing/real-cluster';
import { accessOf } from './https.ts';
import { type Benchmark, type Measurement, median, percentile } from './measurement.ts';

const SERVICES = 1000;
const QUERIES = 20_000;
const IN_FLIGHT = 32;
const CHANGES = 50;
const DOMAIN = 'default.svc.cluster.local';

interface Server {
  host: string;
  port: number;
}

/** The cluster's DNS with a thousand Services: how fast it answers, and how soon after an endpoint. */
export const dns: Benchmark = {
  name: 'dns',
  async run(): Promise<Measurement[]> {
    await using cluster = await realCluster({ nodes: 1 });
    const server = await serverOf(cluster);
    const { url, ca, cert, key } = await accessOf(cluster.kubeconfig);
    using transport = httpsTransport({ url: url.href, ca, cert, key, clock: realClock, random: realRandom });
    const client = createClient(transport);
    await makeServices(client);
    await using asker = new Asker(server);
    await followed(asker, `service-${SERVICES - 1}.${DOMAIN}`, ({ answers }) => answers.length === 1);
    // Once to warm up, once to count.
    await load(asker);
    const { perSecond, latenciesMs } = await load(asker);
    const lagsMs = await changes(client, asker);
    return [
      { name: `DNS queries, ${IN_FLIGHT} at a time, ${SERVICES} Services`, value: perSecond, unit: '/s' },
      { name: '… the answer to one alone, p50', value: median(latenciesMs), unit: 'ms' },
      { name: '… p99', value: percentile(latenciesMs, 0.99), unit: 'ms' },
      { name: 'an endpoint changes: until the name says so, p50', value: median(lagsMs), unit: 'ms' },
      { name: '… the slowest', value: Math.max(...lagsMs), unit: 'ms', goal: { atMost: 100 } },
    ];
  },
};

async function serverOf(cluster: RealCluster): Promise<Server> {
  const { stdout } = await cluster.kubernats('status');
  const [, host = '', port = ''] = /^DNS: (\S+), port (\d+)$/m.exec(stdout) ?? [];
  return { host, port: Number(port) };
}

async function makeServices(client: Client): Promise<void> {
  const headless: Service = { metadata: { name: 'headless', namespace: 'default' }, spec: { clusterIP: 'None', ports: [{ port: 80 }] } };
  await client.kind(Services).create(headless);
  await client.kind(EndpointSlices).create(sliceAt('10.0.0.1'));
  const make = (i: number) =>
    client.kind(Services).create({ metadata: { name: `service-${i}`, namespace: 'default' }, spec: { ports: [{ port: 80 }] } });
  for (let i = 0; i < SERVICES; i += 50) await Promise.all(Array.from({ length: 50 }, (_, j) => make(i + j)));
}

const sliceAt = (ip: string): EndpointSlice => ({
  metadata: {
    name: 'headless-1',
    namespace: 'default',
    labels: { 'kubernetes.io/service-name': 'headless', 'service.kubernetes.io/headless': '' },
  },
  addressType: 'IPv4',
  ports: [{ port: 80, protocol: 'TCP' }],
  endpoints: [{ addresses: [ip], conditions: { ready: true } }],
});

/** Asks over one socket, many questions at a time. */
class Asker implements AsyncDisposable {
  readonly #server: Server;
  readonly #socket = createSocket('udp4');
  readonly #waiting = new Map<number, { name: string; resolve: (heard: Heard) => void }>();
  #id = 0;

  constructor(server: Server) {
    this.#server = server;
    this.#socket.on('message', (bytes) => {
      const id = bytes.readUInt16BE(0);
      const asked = this.#waiting.get(id);
      const heard = asked && readAnswer(bytes, { id, name: asked.name });
      if (!heard) return;
      this.#waiting.delete(id);
      asked.resolve(heard);
    });
  }

  ask(name: string): Promise<Heard> {
    this.#id = (this.#id + 1) & 0xffff;
    const id = this.#id;
    return new Promise((resolve) => {
      this.#waiting.set(id, { name, resolve });
      this.#socket.send(encodeQuestion(id, name, 'A'), this.#server.port, this.#server.host);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close();
  }
}

async function load(asker: Asker): Promise<{ perSecond: number; latenciesMs: number[] }> {
  let next = 0;
  const from = performance.now();
  const worker = async (): Promise<void> => {
    for (let i = next++; i < QUERIES; i = next++) await asker.ask(`service-${i % SERVICES}.${DOMAIN}`);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  const perSecond = QUERIES / ((performance.now() - from) / 1000);
  const latenciesMs: number[] = [];
  for (let i = 0; i < 2000; i++) {
    const since = performance.now();
    await asker.ask(`service-${i % SERVICES}.${DOMAIN}`);
    latenciesMs.push(performance.now() - since);
  }
  return { perSecond, latenciesMs };
}

/** From the moment that the API server has the change until the name leads to the new address. */
async function changes(client: Client, asker: Asker): Promise<number[]> {
  const lagsMs: number[] = [];
  for (let i = 0; i < CHANGES; i++) {
    const ip = `10.0.1.${i}`;
    const stored = await client.kind(EndpointSlices).get('headless-1', 'default');
    await client.kind(EndpointSlices).update({ ...stored, endpoints: sliceAt(ip).endpoints });
    const since = performance.now();
    await followed(asker, `headless.${DOMAIN}`, ({ answers: [record] }) => record?.type === 'A' && record.data === ip);
    lagsMs.push(performance.now() - since);
  }
  return lagsMs;
}

async function followed(asker: Asker, name: string, holds: (heard: Heard) => boolean): Promise<void> {
  while (!holds(await asker.ask(name)));
}
