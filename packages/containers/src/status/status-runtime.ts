import type { Clock, Ids, Random } from '@kubernats/clock';
import { containerId } from '../container-id.ts';
import { type ContainerRuntime, ContainerStartError } from '../port.ts';
import { type Behaviour, behaviourOf } from './behaviour.ts';
import type { BehaviourRow } from './row.ts';
import { StatusContainer } from './status-container.ts';

export interface StatusRuntimeDeps {
  clock: Clock;
  ids: Ids;
  random: Random;
  /** What it says nothing of: a container starts at once, is ready, and runs until it is stopped. */
  table?: readonly BehaviourRow[];
}

/** Runs nothing: containers begin and end as a table says. For clusters too large to have sockets and files. */
export function createStatusRuntime({ clock, ids, random, table = [] }: StatusRuntimeDeps): ContainerRuntime {
  return {
    mountsFiles: false,
    async createSandbox(sandbox) {
      const running = new Set<StatusContainer>();
      const starts = new Map<string, number>();
      const drawn = new Map<string, Behaviour>();
      const draw = (name: string, image: string): Behaviour => {
        const before = starts.get(name) ?? 0;
        starts.set(name, before + 1);
        return behaviourOf(table, { pod: sandbox.pod, container: name, image, starts: before }, random);
      };
      return {
        id: containerId(ids),
        network: undefined,
        startDelayMs({ name, image }) {
          const behaviour = draw(name, image);
          drawn.set(name, behaviour);
          return behaviour.startMs;
        },
        async start(config) {
          const behaviour = drawn.get(config.name) ?? draw(config.name, config.image);
          drawn.delete(config.name);
          if (behaviour.refusal) throw new ContainerStartError(behaviour.refusal.reason, behaviour.refusal.message);
          const container = new StatusContainer(containerId(ids), clock, behaviour, config, sandbox);
          running.add(container);
          void container.exited.then(() => running.delete(container));
          return container;
        },
        async stop() {
          for (const container of running) container.signal('SIGKILL');
        },
      };
    },
  };
}
