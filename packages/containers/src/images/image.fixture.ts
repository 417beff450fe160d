import { type Clock, realClock, realIds } from '@kubernats/clock';
import { createMemoryFiles, type Files } from '@kubernats/files';
import { VirtualNetwork } from '@kubernats/net';
import { fetchHttp } from '../adapters/http.ts';
import type { Image } from '../image.ts';
import { type PodNetwork, podNetwork } from '../network/pod-network.ts';
import type { ContainerConfig, Mount, RunningContainer, Sandbox } from '../port.ts';
import type { UserImages } from '../sim/registry.ts';
import { createSimRuntime } from '../sim/sim-runtime.ts';

/** One Pod on a network of its own, with a client beside it: for tests of images. */
export class ImageFixture implements AsyncDisposable {
  readonly network = new VirtualNetwork();
  readonly client: PodNetwork = podNetwork(this.network, '10.244.0.9', { hostname: 'client' });
  readonly ip = '10.244.0.5';
  readonly #clock: Clock;
  readonly #more: { images?: readonly Image[]; userImages?: UserImages };
  #sandbox: Promise<Sandbox> | undefined;

  constructor(options: { clock?: Clock; images?: readonly Image[]; userImages?: UserImages } = {}) {
    const { clock = realClock, ...more } = options;
    this.#clock = clock;
    this.#more = more;
  }

  sandbox(): Promise<Sandbox> {
    this.#sandbox ??= createSimRuntime({ clock: this.#clock, ids: realIds, network: this.network, ...this.#more }).createSandbox({
      pod: { name: 'web-1', namespace: 'shop', uid: 'u1', labels: {}, annotations: {} },
      node: { name: 'node1', ip: '10.0.0.1' },
      ip: this.ip,
      hostname: 'web-1',
    });
    return this.#sandbox;
  }

  /** Starts an image with arguments. */
  async start(image: string, args: readonly string[] = [], part: Partial<ContainerConfig> = {}): Promise<StartedImage> {
    const started = new StartedImage();
    const config: ContainerConfig = {
      ...{ name: 'main', image, args, env: {}, ports: [] },
      log: (stream, chunk) => started.wrote(stream, chunk),
      event: (_type, reason, message) => void started.events.push(`${reason}: ${message}`),
      ...part,
      mounts: await withHosts(part.mounts ?? [], this.ip, ['web']),
    };
    started.container = await (await this.sandbox()).start(config);
    return started;
  }

  /** Asks the Pod over HTTP. */
  async get(port: number, path = '/', more: { method?: string; headers?: Record<string, string>; body?: string } = {}) {
    const answer = await fetchHttp(this.client, { url: `http://${this.ip}:${port}${path}`, ...more });
    return { status: answer.status, headers: answer.headers, text: Buffer.from(answer.body).toString() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#sandbox)?.stop();
  }
}

/** A container that runs, and what it has said. */
export class StartedImage {
  readonly events: string[] = [];
  container!: RunningContainer;
  out = '';
  err = '';
  #waiting: (() => void)[] = [];

  wrote(stream: 'stdout' | 'stderr', chunk: Uint8Array): void {
    const text = new TextDecoder().decode(chunk);
    if (stream === 'stdout') this.out += text;
    else this.err += text;
    for (const look of this.#waiting.splice(0)) look();
  }

  /** Resolves when the container has written this, on either stream. */
  async said(text: string | RegExp): Promise<void> {
    while (!(typeof text === 'string' ? (this.out + this.err).includes(text) : text.test(this.out + this.err))) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async exitCode(): Promise<number> {
    return (await this.container.exited).exitCode;
  }
}

/** The mounts, with a hosts file that gives these names to an address, unless a mount has the place. */
export async function withHosts(mounts: readonly Mount[], ip: string, names: readonly string[]): Promise<Mount[]> {
  if (mounts.some(({ path }) => path === '/etc' || path === '/etc/hosts')) return [...mounts];
  const files = await folder({ '/hosts': `${ip} ${names.join(' ')}\n` });
  return [...mounts, { path: '/etc/hosts', files: await files.scope('/hosts'), readOnly: false }];
}

/** A folder with these files. */
export async function folder(content: Readonly<Record<string, string>>): Promise<Files> {
  const files = createMemoryFiles(realClock);
  for (const [path, text] of Object.entries(content)) {
    await files.mkdir(path.slice(0, path.lastIndexOf('/')) || '/', { recursive: true });
    await files.write(path, new TextEncoder().encode(text));
  }
  return files;
}
