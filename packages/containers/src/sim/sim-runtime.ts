import type { Clock, Ids } from '@kubernats/clock';
import { createMemoryFiles } from '@kubernats/files';
import type { Network } from '@kubernats/net';
import { containerId } from '../container-id.ts';
import type { Image } from '../image.ts';
import { MountedFiles } from '../mounted-files.ts';
import { podNetwork } from '../network/pod-network.ts';
import { type ContainerConfig, type ContainerRuntime, ContainerStartError, type Sandbox, type SandboxConfig } from '../port.ts';
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

  async function start(config: ContainerConfig, sandbox: SandboxConfig, pod: ReturnType<typeof podNetwork>): Promise<SimContainer> {
    await userImages?.refresh();
    const { image, known } = find(config.image, config.command ?? [], config.args ?? []);
    const refused = await image.refuses?.({ command: config.command ?? [], args: config.args ?? [], mounts: config.mounts });
    if (refused !== undefined) throw new ContainerStartError('RunContainerError', refused);
    if (!known) {
      const ports = config.ports.map((port) => port.containerPort).join(', ') || 'no port';
      config.event?.('Normal', 'Simulated', `Image "${config.image}" is not built in: simulated by an HTTP echo server on ${ports}`);
    }
    const root = (await config.root?.()) ?? createMemoryFiles(clock);
    const files = await MountedFiles.over(root, config.mounts);
    return new SimContainer(containerId(ids), { clock, image, sandbox, network: pod, config, files, find });
  }

  return {
    mountsFiles: true,
    async createSandbox(sandbox): Promise<Sandbox> {
      const pod = podNetwork(network, sandbox.ip, { hostname: sandbox.hostname, resolve: sandbox.resolveName });
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
