import type { Container, Pod } from '@kubernats/api';
import { type ContainerExit, ContainerStartError, type RunningContainer, type Sandbox, type SignalName } from '@kubernats/containers';
import type { Files } from '@kubernats/files';
import { containerEnv } from '../env/container-env.ts';
import { expand } from '../env/expand.ts';
import { serviceEnv } from '../env/service-env.ts';
import { ConfigError } from '../env/sources.ts';
import { ContainerLog, logFolder } from '../logs/container-log.ts';
import { mountsOf } from '../volumes/pod-volumes.ts';
import { namesOf, type PodContext } from './pod-context.ts';
import type { PodEvents } from './pod-events.ts';
import { type PodRecord, partsOf, type Role, recordOf } from './record.ts';
import { nextBackoff, restartAtMs, restarts } from './restart.ts';

const REFUSED_RETRY_MS = 10_000;

/** Starts and signals the containers of one Pod, and keeps their records and logs. */
export class ContainerRunner {
  readonly #context: PodContext;
  readonly #pod: () => Pod;
  readonly #record: PodRecord;
  readonly #events: PodEvents;
  readonly #changed: () => void;
  readonly #running = new Map<string, RunningContainer>();
  readonly #logs = new Map<string, ContainerLog>();

  constructor(context: PodContext, pod: () => Pod, record: PodRecord, events: PodEvents, changed: () => void) {
    this.#context = context;
    this.#pod = pod;
    this.#record = record;
    this.#events = events;
    this.#changed = changed;
  }

  /** Starts a container, for the first time or again. What keeps it from starting goes into its record. */
  async start(sandbox: Sandbox, volumes: ReadonlyMap<string, Files>, container: Container, role: Role): Promise<void> {
    const { clock } = this.#context;
    const record = recordOf(this.#record, container.name);
    const again = record.exit !== undefined;
    if (!record.refused) this.#events.pulled(container, role);
    const restartCount = record.restartCount + (again ? 1 : 0);
    try {
      const running = await this.#launch(sandbox, volumes, container, role, restartCount);
      this.#events.ofContainer(container, role, 'Normal', 'Created', 'Container created');
      this.#events.ofContainer(container, role, 'Normal', 'Started', 'Container started');
      if (again) record.backoffMs = nextBackoff(record);
      Object.assign(record, {
        restartCount,
        refused: undefined,
        stopping: false,
        killed: false,
        lastExit: record.exit ?? record.lastExit,
        exit: undefined,
      });
      record.running = { id: running.id, startedAtMs: running.startedAtMs };
      this.#running.set(container.name, running);
      void running.exited.then((exit) => this.#exited(container, role, running, exit));
    } catch (error) {
      const reason =
        error instanceof ContainerStartError ? error.reason : error instanceof ConfigError ? 'CreateContainerConfigError' : undefined;
      if (reason === undefined || !(error instanceof Error)) throw error;
      record.refused = { reason, message: error.message, retryAtMs: clock.now() + REFUSED_RETRY_MS };
      this.#events.ofContainer(container, role, 'Warning', 'Failed', `Error: ${error.message}`);
    }
  }

  signal(name: string, signal: SignalName): void {
    const record = recordOf(this.#record, name);
    const container = [...(this.#pod().spec?.initContainers ?? []), ...(this.#pod().spec?.containers ?? [])].find(
      (one) => one.name === name,
    );
    if (!record.stopping && !record.killed && container) {
      const role = this.#pod().spec?.containers.includes(container) ? 'main' : 'init';
      this.#events.ofContainer(container, role, 'Normal', 'Killing', `Stopping container ${name}`);
    }
    record.stopping = true;
    if (signal === 'SIGKILL') record.killed = true;
    this.#running.get(name)?.signal(signal);
  }

  log(name: string, previous: boolean): { path: string; live: ContainerLog | undefined } | undefined {
    if (!this.#context.files) return undefined;
    const { running, exit, lastExit, restartCount } = recordOf(this.#record, name);
    // While a container waits for its restart, its latest run is the previous one too.
    const part = partsOf(this.#pod()).find(({ container }) => container.name === name);
    const latestIsPrevious = exit !== undefined && part !== undefined && restarts(part, this.#pod(), exit.exitCode);
    if (previous ? !lastExit && !latestIsPrevious : !running && !exit && !lastExit) return undefined;
    const path = this.#logPath(name, previous && !latestIsPrevious ? restartCount - 1 : restartCount);
    const live = this.#logs.get(name);
    return { path, live: live?.path === path ? live : undefined };
  }

  async closeLogs(): Promise<void> {
    await Promise.all([...this.#logs.values()].map((log) => log.close()));
  }

  async #launch(
    sandbox: Sandbox,
    volumes: ReadonlyMap<string, Files>,
    container: Container,
    role: Role,
    restartCount: number,
  ): Promise<RunningContainer> {
    const { runtime, files, clock } = this.#context;
    const env = runtime.mountsFiles ? await this.#env(container) : {};
    const mounts = runtime.mountsFiles ? await mountsOf(container, volumes, env) : [];
    let log: ContainerLog | undefined;
    if (files && runtime.mountsFiles) {
      const path = this.#logPath(container.name, restartCount);
      await files.mkdir(path.slice(0, path.lastIndexOf('/')), { recursive: true });
      await files.remove(this.#logPath(container.name, restartCount - 2));
      log = new ContainerLog(files, path, clock);
      await this.#logs.get(container.name)?.close();
      this.#logs.set(container.name, log);
    }
    return sandbox.start({
      name: container.name,
      image: container.image ?? '',
      command: container.command?.map((word) => expand(word, env)),
      args: container.args?.map((word) => expand(word, env)),
      env,
      workingDir: container.workingDir,
      stdin: container.stdin === true,
      stdinOnce: container.stdinOnce === true,
      tty: container.tty === true,
      mounts,
      ports: (container.ports ?? []).map(({ name, containerPort, protocol = 'TCP' }) => ({ name, containerPort, protocol })),
      log: (stream, chunk) => log?.write(stream, chunk),
      event: (type, reason, message) => this.#events.ofContainer(container, role, type, reason, message),
    });
  }

  async #env(container: Container): Promise<Record<string, string>> {
    const { node, services, sources, allocatable } = this.#context;
    const pod = this.#pod();
    const links = serviceEnv(services?.values() ?? [], namesOf(pod).namespace, pod.spec?.enableServiceLinks !== false);
    const place = { podIp: this.#record.ip ?? '', hostIp: node.ip, nodeName: node.name, allocatable };
    return containerEnv(pod, container, place, links, sources);
  }

  #exited(container: Container, role: Role, running: RunningContainer, exit: ContainerExit): void {
    const record = recordOf(this.#record, container.name);
    this.#running.delete(container.name);
    record.running = undefined;
    record.exit = { containerId: running.id, startedAtMs: running.startedAtMs, ...exit };
    void this.#logs.get(container.name)?.close();
    const pod = this.#pod();
    const stays = this.#record.stopByMs === undefined && restarts({ container, role }, pod, exit.exitCode);
    if (stays && restartAtMs(record) > exit.finishedAtMs) this.#events.backOff(container, role);
    this.#changed();
  }

  #logPath(name: string, restartCount: number): string {
    return `${logFolder(namesOf(this.#pod()), name)}/${restartCount}.log`;
  }
}
