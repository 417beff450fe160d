import type { Clock, Ids } from '@kubernats/clock';
import { createMemoryFiles } from '@kubernats/files';
import type { Network } from '@kubernats/net';
import { containerId } from '../container-id.ts';
import type { Image } from '../image.ts';
import { Localhost } from '../network/localhost.ts';
import { podNetwork } from '../network/pod-network.ts';
import { type ContainerConfig, type ContainerRuntime, ContainerStartError, type Sandbox, type SandboxConfig } from '../port.ts';
import { MemoryMounts } from './memory-mounts.ts';
import { mounted } from './mounted.ts';
import { imageRegistry, type UserImages } from './registry.ts';
import { SimContainer } from './sim-container.ts';

export interface SimRuntimeDeps {
  clock: Clock;
  ids: Ids;
  network: Network;
  /** Images beside the built-in ones; they win over them. */
  images?: readonly Image[];
  /** Images that may come and go; they win over all others. */
  userImages?: UserImages;
}

/** Runs images as TypeScript functions, with the Pod's real sockets and mounted folders. */
export function createSimRuntime({ clock, ids, network, images, userImages }: SimRuntimeDeps): ContainerRuntime {
  const find = imageRegistry(images, userImages);
  /** Of nodes, by their address: a Pod that has it is on the network of its node. */
  const localhosts = new Map<string, Localhost>();

  function localhostOf({ ip, node }: SandboxConfig): Localhost {
    const shared = ip === node.ip ? localhosts.get(ip) : undefined;
    const localhost = shared ?? new Localhost();
    if (ip === node.ip) localhosts.set(ip, localhost);
    return localhost;
  }

  async function start(given: ContainerConfig, sandbox: SandboxConfig, pod: ReturnType<typeof podNetwork>): Promise<SimContainer> {
    await userImages?.refresh();
    const memory = new MemoryMounts(given.mounts);
    const config: ContainerConfig = { ...given, mounts: memory.mounts };
    const { command = [], args = [], env, workingDir, mounts } = config;
    const { image, known } = find(config.image, command, args);
    const files = await mounted(async () => (await config.root?.()) ?? createMemoryFiles(clock), mounts);
    const refused = await image.refuses?.({ image: config.image, command, args, env, workingDir, mounts, files });
    if (refused !== undefined) throw new ContainerStartError('RunContainerError', refused);
    if (!known) {
      const ports = config.ports.map((port) => port.containerPort).join(', ') || 'no port';
      config.event?.('Normal', 'Simulated', `Image "${config.image}" is not built in: simulated by an HTTP echo server on ${ports}`);
    }
    return new SimContainer(containerId(ids), { clock, ids, image, sandbox, network: pod, config, files, find, memory });
  }

  return {
    mountsFiles: true,
    async comesWith(image) {
      await userImages?.refresh();
      return find(image, [], []).known;
    },
    async createSandbox(sandbox): Promise<Sandbox> {
      const pod = podNetwork(network, sandbox.ip, { hostname: sandbox.hostname, localhost: localhostOf(sandbox) });
      const running = new Set<SimContainer>();
      let stopped = false;
      return {
        id: containerId(ids),
        network: pod,
        async start(config) {
          if (stopped) throw new ContainerStartError('RunContainerError', 'the sandbox has been stopped');
          const container = await start(config, sandbox, pod);
          running.add(container);
          if (stopped) container.signal('SIGKILL');
          void container.released.then(() => running.delete(container));
          return container;
        },
        async stop() {
          stopped = true;
          const left = [...running];
          for (const container of left) container.signal('SIGKILL');
          await Promise.all(left.map((container) => container.released));
        },
      };
    },
  };
}
