import type { Clock, Ids, Timer } from '@kubernats/clock';
import { containerId } from '../container-id.ts';
import {
  type ContainerConfig,
  type ContainerExit,
  type ContainerRuntime,
  ContainerStartError,
  type ContainerStats,
  type ContainerUsage,
  NO_USE,
  type RunningContainer,
  type SandboxConfig,
} from '../port.ts';
import type { ContainerAccount } from '../resources/container-account.ts';
import { boundless } from '../resources/node-resources.ts';
import { openAccount } from '../resources/open-account.ts';
import { SIGNALS, type SignalName } from '../signals.ts';
import { type Behaviour, behaviourOf } from './behaviour.ts';

export interface StatusRuntimeDeps {
  clock: Clock;
  ids: Ids;
  /** The first row that matches counts; without one a container starts at once and runs until it is stopped. */
  behaviours?: readonly Behaviour[];
}

/** Runs nothing: containers begin and end as a table says. For clusters too large to have sockets and files. */
export function createStatusRuntime({ clock, ids, behaviours = [] }: StatusRuntimeDeps): ContainerRuntime {
  return {
    mountsFiles: false,
    async createSandbox(sandbox) {
      const running = new Set<StatusContainer>();
      return {
        id: containerId(ids),
        network: undefined,
        async start(config) {
          const behaviour = behaviourOf(behaviours, sandbox.pod, config);
          if (behaviour.startMs) await clock.sleep(behaviour.startMs);
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

class StatusContainer implements RunningContainer {
  readonly id: string;
  readonly startedAtMs: number;
  readonly exited: Promise<ContainerExit>;
  readonly #clock: Clock;
  readonly #behaviour: Behaviour;
  readonly #settle: (exit: ContainerExit) => void;
  readonly #name: string;
  readonly #resources: ContainerConfig['resources'];
  readonly #sandbox: SandboxConfig;
  /** Only of those that are made to use something: there may be tens of thousands of others. */
  #account: ContainerAccount | undefined;
  #timer: Timer | undefined;
  #ended = false;

  constructor(id: string, clock: Clock, behaviour: Behaviour, config: ContainerConfig, sandbox: SandboxConfig) {
    this.id = id;
    this.#clock = clock;
    this.#behaviour = behaviour;
    this.#name = config.name;
    this.#resources = config.resources;
    this.#sandbox = sandbox;
    this.startedAtMs = clock.now();
    const { promise, resolve } = Promise.withResolvers<ContainerExit>();
    this.exited = promise;
    this.#settle = resolve;
    if (behaviour.exitAfterMs !== undefined) this.#endIn(behaviour.exitAfterMs, behaviour.exitCode ?? 0);
    config.log('stdout', new TextEncoder().encode(`${config.name} of ${sandbox.pod.name}: simulated by its status only\n`));
    if (config.usage) this.use(config.usage);
  }

  signal(name: SignalName): void {
    const { stopMs = 0, stopCode } = this.#behaviour;
    if (name === 'SIGKILL') return this.#end(128 + SIGNALS.SIGKILL, SIGNALS.SIGKILL);
    if (name !== 'SIGTERM' || stopMs === 'never') return;
    if (stopMs === 0) this.#end(stopCode ?? 0);
    else this.#endIn(stopMs, stopCode ?? 0);
  }

  stats(): ContainerStats {
    return this.#account?.stats() ?? NO_USE;
  }

  use(usage: ContainerUsage): void {
    if (this.#ended) return;
    if (!this.#account) {
      const node = this.#sandbox.resources ?? boundless(this.#clock);
      this.#account = openAccount(node, this.#sandbox.pod.uid, { name: this.#name, resources: this.#resources }, 0, () =>
        this.#end(128 + SIGNALS.SIGKILL, undefined, 'OOMKilled'),
      );
    }
    this.#account.use(usage);
  }

  exec(): Promise<number> {
    return Promise.reject(notRunning());
  }

  attach(): Promise<void> {
    return Promise.reject(notRunning());
  }

  #endIn(delayMs: number, exitCode: number): void {
    this.#timer?.cancel();
    this.#timer = this.#clock.setTimer(delayMs, () => this.#end(exitCode));
  }

  #end(exitCode: number, signal?: number, reason: ContainerExit['reason'] = exitCode === 0 ? 'Completed' : 'Error'): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#timer?.cancel();
    this.#account?.close();
    this.#settle({ exitCode, signal, reason, finishedAtMs: this.#clock.now() });
  }
}

const notRunning = (): ContainerStartError =>
  new ContainerStartError('RunContainerError', 'the container is simulated by its status only: nothing runs in it');
