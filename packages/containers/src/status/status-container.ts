import type { Clock, Timer } from '@kubernats/clock';
import {
  type ContainerConfig,
  type ContainerExit,
  type ContainerResources,
  ContainerStartError,
  type ContainerStats,
  type ContainerUsage,
  NO_USE,
  type RunningContainer,
  type SandboxConfig,
  type ToldReadiness,
} from '../port.ts';
import type { ContainerAccount } from '../resources/container-account.ts';
import { boundless } from '../resources/node-resources.ts';
import { boundsOf, openAccount } from '../resources/open-account.ts';
import { HARMLESS_SIGNALS, SIGNALS, type SignalName } from '../signals.ts';
import type { Behaviour } from './behaviour.ts';

/** One run of a container that is only told of: it ends by its behaviour's clock, or when it is signalled. */
export class StatusContainer implements RunningContainer {
  readonly id: string;
  readonly startedAtMs: number;
  readonly exited: Promise<ContainerExit>;
  readonly readiness: ToldReadiness | undefined;
  readonly #clock: Clock;
  readonly #behaviour: Behaviour;
  readonly #settle: (exit: ContainerExit) => void;
  readonly #name: string;
  #resources: ContainerConfig['resources'];
  readonly #sandbox: SandboxConfig;
  /** Only of those that are made to use something: there may be tens of thousands of others. */
  #account: ContainerAccount | undefined;
  #end: Timer | undefined;
  #flap: Timer | undefined;
  #ready = true;
  #onReadiness: (() => void) | undefined;
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
    const { exit } = behaviour;
    if (exit) this.#endIn(exit.afterMs, exit);
    this.readiness = this.#tellReadiness();
    config.log('stdout', new TextEncoder().encode(simulatedLine(config.name, sandbox.pod.name)));
    if (config.usage) this.use(config.usage);
  }

  signal(name: SignalName): void {
    const { stopMs, stopCode } = this.#behaviour;
    if (name === 'SIGKILL') return this.#endNow({ exitCode: 128 + SIGNALS.SIGKILL, signal: SIGNALS.SIGKILL });
    if (HARMLESS_SIGNALS.has(name) || stopMs === 'never') return;
    if (stopMs === 0) this.#endNow({ exitCode: stopCode });
    else this.#endIn(stopMs, { exitCode: stopCode });
  }

  stats(): ContainerStats {
    return this.#account?.stats() ?? NO_USE;
  }

  resize(resources: ContainerResources): void {
    this.#resources = resources;
    this.#account?.resize(boundsOf(resources));
  }

  use(usage: ContainerUsage): void {
    if (this.#ended) return;
    this.#account ??= openAccount(
      this.#sandbox.resources ?? boundless(this.#clock),
      this.#sandbox.pod.uid,
      { name: this.#name, resources: this.#resources },
      0,
      () => this.#endNow({ exitCode: 128 + SIGNALS.SIGKILL, reason: 'OOMKilled' }),
    );
    this.#account.use(usage);
  }

  exec(): Promise<number> {
    return Promise.reject(nothingRuns());
  }

  attach(): Promise<void> {
    return Promise.reject(nothingRuns());
  }

  /** Undefined where it is ready from its start to its end, as most are: nobody has to listen. */
  #tellReadiness(): ToldReadiness | undefined {
    const { readyMs, flaps } = this.#behaviour;
    if (readyMs === 0 && !flaps) return undefined;
    this.#ready = false;
    if (readyMs === 0) this.#becomeReady();
    else if (readyMs !== 'never') this.#flap = this.#clock.setTimer(readyMs, () => this.#becomeReady());
    const isReady = (): boolean => this.#ready;
    return {
      get ready() {
        return isReady();
      },
      onChange: (listener) => {
        this.#onReadiness = listener;
      },
    };
  }

  #becomeReady(): void {
    this.#setReady(true);
    const { flaps } = this.#behaviour;
    if (flaps) this.#flap = this.#clock.setTimer(flaps.everyMs, () => this.#becomeUnready(flaps.forMs));
  }

  #becomeUnready(forMs: number): void {
    this.#setReady(false);
    this.#flap = this.#clock.setTimer(forMs, () => this.#becomeReady());
  }

  #setReady(ready: boolean): void {
    this.#ready = ready;
    this.#onReadiness?.();
  }

  #endIn(delayMs: number, how: How): void {
    this.#end?.cancel();
    this.#end = this.#clock.setTimer(delayMs, () => this.#endNow(how));
  }

  #endNow({ exitCode, signal, reason, message }: How): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#end?.cancel();
    this.#flap?.cancel();
    this.#account?.close();
    this.#settle({
      exitCode,
      signal,
      reason: reason ?? (exitCode === 0 ? 'Completed' : 'Error'),
      ...(message === undefined ? {} : { message }),
      finishedAtMs: this.#clock.now(),
    });
  }
}

type How = Pick<ContainerExit, 'exitCode' | 'signal' | 'message'> & { reason?: ContainerExit['reason'] };

/** All that such a container has to say. */
export const simulatedLine = (container: string, pod: string): string => `${container} of ${pod}: simulated by its status only\n`;

const nothingRuns = (): ContainerStartError =>
  new ContainerStartError('RunContainerError', 'the container is simulated by its status only: nothing runs in it');
