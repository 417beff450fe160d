import { once } from 'node:events';
import { Agent, get } from 'node:https';
import { realCluster } from '@kubernats/testing/real-cluster';
import { WebSocket } from 'ws';
import { type Access, accessOf } from './https.ts';
import { type Benchmark, type Measurement, median, milliseconds } from './measurement.ts';

const PODS = '/api/v1/namespaces/default/pods';
const EXECS = 60;
const REQUESTS = 300;
const LARGE_PAGE = '/large';
const WARM_UP = 10;
const TIMES = 5;
const FORWARDED_BYTES = 128 * 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;
const MEGABYTE = 1e6;
/** More than the files that are kept of a log hold: what is read is 50 MiB of file. */
const WRITE_LOG = `seq 20000 | awk '{print $1 " a line of a log that is long enough to look like a real one, as logs go, with about 99 bytes of text"}' > /tmp/lines
for i in $(seq 28); do cat /tmp/lines; done; echo written; sleep 100000`;

const KEPT_OPEN = new Agent({ keepAlive: true });

/** What a person waits for at `kubectl exec`, `logs` and `port-forward`, through API server, NATS and kubelet, and at a web page by the API server's proxy; kubectl itself not counted. */
export const streams: Benchmark = {
  name: 'streams',
  async run(): Promise<Measurement[]> {
    await using cluster = await realCluster({ nodes: 1 });
    await cluster.kubectl(['run', 'log', '--image=busybox', '--', 'sh', '-c', WRITE_LOG]);
    await cluster.kubectl(['run', 'web', '--image=nginx']);
    await cluster.kubectl('wait --for=condition=Ready pod/log pod/web --timeout=60s');
    while (!(await cluster.kubectl('logs log --tail=1')).includes('written'));
    await cluster.kubectl(['exec', 'web', '--', 'sh', '-c', `seq 6000000 > /usr/share/nginx/html${LARGE_PAGE}`]);
    const access = await accessOf(cluster.kubeconfig);
    const execs: number[] = [];
    for (let i = 0; i < WARM_UP + EXECS; i++) execs.push(await milliseconds(() => exec(access)));
    const logs: number[] = [];
    const forwards: number[] = [];
    const proxied: number[] = [];
    for (let i = 0; i < TIMES; i++) {
      logs.push(await megabytesPerSecond(() => readLog(access)));
      forwards.push(await megabytesPerSecond(() => upload(access)));
      proxied.push(await megabytesPerSecond(() => page(access, LARGE_PAGE)));
    }
    const requests: number[] = [];
    for (let i = 0; i < WARM_UP + REQUESTS; i++) requests.push(await milliseconds(() => page(access, '/')));
    return [
      { name: 'exec round trip, p50', value: median(execs.slice(WARM_UP)), unit: 'ms', goal: { atMost: 15 } },
      { name: 'logs', value: median(logs), unit: 'MB/s', goal: { atLeast: 50 } },
      { name: 'port-forward', value: median(forwards), unit: 'MB/s', goal: { atLeast: 50 } },
      { name: 'page by the proxy of a Pod, p50', value: median(requests.slice(WARM_UP)), unit: 'ms' },
      { name: 'large page by the proxy of a Pod', value: median(proxied), unit: 'MB/s' },
    ];
  },
};

/** `work` gives the bytes that went through. */
async function megabytesPerSecond(work: () => Promise<number>): Promise<number> {
  let bytes = 0;
  const ms = await milliseconds(async () => (bytes = await work()));
  return bytes / MEGABYTE / (ms / 1000);
}

const socketTo = ({ url, ca, cert, key }: Access, path: string, protocol: string): WebSocket =>
  new WebSocket(`wss://${url.host}${PODS}/${path}`, protocol, { ca, cert, key, perMessageDeflate: false });

/** A connection of its own, a command, its output and its exit code. */
async function exec(access: Access): Promise<void> {
  const socket = socketTo(access, 'log/exec?command=echo&command=hi&stdout=true&stderr=true', 'v5.channel.k8s.io');
  let said = '';
  socket.on('message', (data) => (said += String(data)));
  await once(socket, 'close');
  if (!said.includes('hi') || !said.includes('Success')) throw new Error(`exec said ${said}`);
}

async function readLog({ url, ca, cert, key }: Access): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const request = get({ hostname: url.hostname, port: url.port, path: `${PODS}/log/log`, ca, cert, key, agent: false }, (answer) => {
    let bytes = 0;
    answer.on('data', (chunk: Buffer) => (bytes += chunk.length));
    answer.on('end', () => resolve(bytes));
  });
  request.on('error', reject);
  return promise;
}

/** A large body to a web server through one forwarded connection, until the server has read it and answers the request behind it. */
async function upload(access: Access): Promise<number> {
  const socket = socketTo(access, 'web/portforward?ports=80', 'v4.channel.k8s.io');
  let answers = 0;
  const answered = new Promise<void>((resolve) =>
    socket.on('message', (data) => {
      answers += String(data).match(/HTTP\/1\.1 \d+/g)?.length ?? 0;
      if (answers === 2) resolve();
    }),
  );
  await once(socket, 'open');
  const send = (data: Uint8Array) => new Promise<void>((sent) => socket.send(Buffer.concat([Uint8Array.of(0), data]), () => sent()));
  await send(Buffer.from(`POST / HTTP/1.1\r\nhost: web\r\ncontent-length: ${FORWARDED_BYTES}\r\n\r\n`));
  const chunk = new Uint8Array(CHUNK_BYTES);
  for (let at = 0; at < FORWARDED_BYTES; at += 4 * CHUNK_BYTES) await Promise.all([send(chunk), send(chunk), send(chunk), send(chunk)]);
  await send(Buffer.from('GET / HTTP/1.1\r\nhost: web\r\n\r\n'));
  await answered;
  socket.terminate();
  return FORWARDED_BYTES;
}

/** A page by the proxy of its Pod; gives its length. */
async function page({ url, ca, cert, key }: Access, path: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const where = { hostname: url.hostname, port: url.port, path: `${PODS}/web:80/proxy${path}`, ca, cert, key, agent: KEPT_OPEN };
  const request = get(where, (answer) => {
    let bytes = 0;
    answer.on('data', (chunk: Buffer) => (bytes += chunk.length));
    answer.on('end', () => (answer.statusCode === 200 ? resolve(bytes) : reject(new Error(`${path}: ${answer.statusCode}`))));
  });
  request.on('error', reject);
  return promise;
}
