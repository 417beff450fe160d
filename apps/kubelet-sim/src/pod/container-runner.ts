import { type Container, type Pod, usageOf } from '@kubernats/api';
import type { ContainerExit, Mount, RunningContainer, Sandbox, SignalName } from '@kubernats/containers';
import type { Files } from '@kubernats/files';
import { podDns } from '../dns/pod-dns.ts';
import { makeResolvFile, nodeResolvConf, resolvMount } from '../dns/resolv-file.ts';
import { containerEnv } from '../env/container-env.ts';
import { among, expand } from '../env/expand.ts';
import { serviceEnv } from '../env/service-env.ts';
import { ensureImage, tellPullBackOff } from '../images/pull-image.ts';
import type { ContainerLog } from '../logs/container-log.ts';
import { PodLogs } from '../logs/pod-logs.ts';
import { containerResources } from '../resources/container-resources.ts';
import { containerRoot } from '../volumes/container-root.ts';
import type { PodVolumes } from '../volumes/pod-volumes.ts';
import { Attendant } from './attendant.ts';
import { podHostname } from './hostname.ts';
import { hostsMount, makeHostsFile } from './hosts-file.ts';
import { namesOf, type PodContext } from './pod-context.ts';
import type { PodEvents } from './pod-events.ts';
import { type ContainerRecord, type PodRecord, partsOf, type Role, recordOf, type StartAgain } from './record.ts';
import { restartAtMs, restarts } from './restart.ts';
import { runBegins, startFailed } from './start-outcome.ts';
import { makeTerminationLog, terminationMessage, terminationMount } from './termination-message.ts';

/** When it is tried again to give a container less memory than it uses. */
const RESIZE_RETRY_MS = 10_000;

interface NameFiles {
  hosts: Files;
  resolvConf: Files;
}

/** Starts and signals the containers of one Pod, and keeps their records and logs. */
export class ContainerRunner {
  readonly #context: PodContext;
  readonly #pod: () => Pod;
  readonly #record: PodRecord;
  readonly #events: PodEvents;
  readonly #changed: () => void;
  readonly #running = new Map<string, RunningContainer>();
  readonly #logs: PodLogs;
  readonly #lastWords = new Map<string, Files>();
  readonly #attendant: Attendant;
  #names: { ip: string; files: Promise<NameFiles> } | undefined;

  constructor(context: PodContext, pod: () => Pod, record: PodRecord, events: PodEvents, changed: () => void) {
    this.#context = context;
    this.#pod = pod;
    this.#record = record;
    this.#events = events;
    this.#changed = changed;
    this.#logs = new PodLogs(namesOf(pod()), context.clock, context.logLimits);
    this.#attendant = new Attendant(context, pod, record, events, changed);
  }

  /** Starts a container, for the first time or again. What keeps it from starting goes into its record. */
  async start(sandbox: Sandbox, volumes: PodVolumes, container: Container, role: Role): Promise<void> {
    const record = recordOf(this.#record, container.name);
    if (!(await this.#mayStart(sandbox, container, role, record))) return;
    const again = record.exit !== undefined;
    const restartCount = record.restartCount + (again ? 1 : 0);
    const attempt = { container, role, record, restartCount };
    try {
      const running = await this.#launch(sandbox, volumes, container, role, restartCount);
      this.#events.ofContainer(container, role, 'Normal', 'Created', 'Container created');
      this.#events.ofContainer(container, role, 'Normal', 'Started', 'Container started');
      runBegins(attempt);
      record.running = { id: running.id, startedAtMs: running.startedAtMs, image: container.image, resources: container.resources ?? {} };
      record.run = { verdicts: {} };
      this.#listen(record, running);
      this.#running.set(container.name, running);
      if (this.#context.files && this.#context.runtime.mountsFiles) {
        this.#logs.link(this.#context.files, container.name, restartCount, running.id);
      }
      this.#attendant.started(sandbox, container, role, running, record.run);
      void running.exited.then((exit) => this.#exited(container, role, running, exit));
    } catch (error) {
      startFailed(attempt, error, this.#events, this.#context.clock.now());
    }
  }

  /** Whether its image is there, and the time is over that a start is told to take. */
  async #mayStart(sandbox: Sandbox, container: Container, role: Role, record: ContainerRecord): Promise<boolean> {
    if (record.startAtMs === undefined) {
      // What was refused for its configuration has its image already.
      const hasImage = record.refused !== undefined && record.refused.image === undefined && record.refused.reason !== 'RunContainerError';
      if (!hasImage && !(await ensureImage(this.#context, this.#events, this.#pod(), container, role, record))) return false;
      const delayMs = sandbox.startDelayMs?.({ name: container.name, image: container.image ?? '' }) ?? 0;
      if (delayMs > 0) {
        record.startAtMs = this.#context.clock.now() + delayMs;
        return false;
      }
    }
    record.startAtMs = undefined;
    return true;
  }

  /** Takes over what is told of its readiness. */
  #listen(record: ContainerRecord, { readiness }: RunningContainer): void {
    record.toldUnready = readiness && !readiness.ready;
    readiness?.onChange(() => {
      record.toldUnready = !readiness.ready;
      this.#changed();
    });
  }

  /** What a container was refused for has another name from now on. */
  renameRefusal(container: Container, role: Role): void {
    const record = recordOf(this.#record, container.name);
    const { refused } = record;
    if (!refused?.later) return;
    const { reason, message = refused.message } = refused.later;
    record.refused = reason === undefined ? undefined : { ...refused, reason, message, later: undefined };
    if (reason === undefined) this.#events.backOff(container, role);
    else tellPullBackOff(this.#events, container, role);
  }

  signal(name: string, signal: SignalName): void {
    const record = recordOf(this.#record, name);
    this.#announce(name, `Stopping container ${name}`);
    if (signal === 'SIGKILL') record.killed = true;
    else if (record.run) record.run.signalledAtMs = this.#context.clock.now();
    this.#running.get(name)?.signal(signal);
  }

  /** Begins to stop a container while its Pod lives on. */
  kill(name: string, graceSeconds: number, message: string, startAgain: StartAgain | undefined): void {
    this.#announce(name, message);
    const { run } = recordOf(this.#record, name);
    if (run) Object.assign(run, { killByMs: this.#context.clock.now() + graceSeconds * 1000, startAgain });
  }

  /** Runs the container's `preStop` hook; returns at once. */
  preStop(name: string): void {
    this.#announce(name, `Stopping container ${name}`);
    this.#attendant.preStop(name);
  }

  /** The Pod is being stopped. */
  terminate(): void {
    this.#attendant.terminate();
  }

  /** The Pod is over, or its node. */
  close(): void {
    this.#attendant.close();
  }

  /** The event that says that a container is being stopped, and why: once for each run. */
  #announce(name: string, message: string): void {
    const { run } = recordOf(this.#record, name);
    const part = partsOf(this.#pod()).find(({ container }) => container.name === name);
    if (!part || !run || run.announced) return;
    run.announced = true;
    this.#events.ofContainer(part.container, part.role, 'Normal', 'Killing', message);
  }

  log(name: string, previous: boolean): { path: string; live: ContainerLog | undefined } | undefined {
    const { running, exit, lastExit, restartCount } = recordOf(this.#record, name);
    // While a container waits for its restart, its latest run is the previous one too.
    const part = partsOf(this.#pod()).find(({ container }) => container.name === name);
    const latestIsPrevious = exit !== undefined && part !== undefined && restarts(part, this.#pod(), exit);
    if (previous ? !lastExit && !latestIsPrevious : !running && !exit && !lastExit) return undefined;
    return this.#logs.of(name, previous && !latestIsPrevious ? restartCount - 1 : restartCount);
  }

  /** Those that run now, by name. */
  get running(): ReadonlyMap<string, RunningContainer> {
    return this.#running;
  }

  /** Gives a container other resources while it runs. */
  resize(container: Container): void {
    const record = recordOf(this.#record, container.name);
    const running = this.#running.get(container.name);
    if (!running || !record.running) return;
    const resources = containerResources(this.#pod(), container, this.#context.resources.memoryCapacityBytes);
    const { memoryBytes: limit = Infinity } = resources.limits;
    const { memoryBytes: used } = running.stats();
    if (limit < used) {
      const error = `attempting to set container "${container.name}" memory limit (${limit}) below current usage (${used})`;
      if (record.run) record.run.notResized = { error, retryAtMs: this.#context.clock.now() + RESIZE_RETRY_MS };
      return;
    }
    running.resize(resources);
    record.running = { ...record.running, resources: container.resources ?? {} };
    if (record.run) record.run.notResized = undefined;
  }

  /** The Pod's annotations make its containers use something else. */
  usageChanged(): void {
    for (const [name, running] of this.#running) running.use(usageOf(this.#pod().metadata?.annotations, name) ?? {});
  }

  closeLogs(): Promise<void> {
    return this.#logs.close();
  }

  async #launch(sandbox: Sandbox, volumes: PodVolumes, container: Container, role: Role, restartCount: number): Promise<RunningContainer> {
    const { runtime, files, node, dns } = this.#context;
    const env = runtime.mountsFiles ? await this.#env(container, volumes) : {};
    const mounts = runtime.mountsFiles ? await volumes.mountsOf(container, env) : [];
    const { uid } = namesOf(this.#pod());
    let log: ContainerLog | undefined;
    if (files && runtime.mountsFiles) {
      mounts.push(...(await this.#ownMounts(files, container)));
      log = await this.#logs.begin(files, container.name, restartCount);
    }
    return sandbox.start({
      name: container.name,
      image: container.image ?? '',
      command: container.command?.map((word) => expand(word, among(env))),
      args: container.args?.map((word) => expand(word, among(env))),
      env: { HOSTNAME: podHostname(this.#pod(), node.name, dns.domain).kernel, ...env },
      workingDir: container.workingDir,
      stdin: container.stdin === true,
      stdinOnce: container.stdinOnce === true,
      tty: container.tty === true,
      mounts,
      root: files && containerRoot(files, uid, container.name, restartCount),
      ports: (container.ports ?? []).map(({ name, containerPort, protocol = 'TCP' }) => ({ name, containerPort, protocol })),
      resources: containerResources(this.#pod(), container, this.#context.resources.memoryCapacityBytes),
      usage: usageOf(this.#pod().metadata?.annotations, container.name),
      log: (stream, chunk) => log?.write(stream, chunk),
      event: (type, reason, message) => this.#events.ofContainer(container, role, type, reason, message),
    });
  }

  /** What a container gets of the kubelet itself: the files by which names are found, and the file for its last word. */
  async #ownMounts(disk: Files, container: Container): Promise<Mount[]> {
    const { clock } = this.#context;
    const ip = this.#record.ip ?? '';
    if (this.#names?.ip !== ip) this.#names = { ip, files: this.#makeNameFiles(disk, ip) };
    const { hosts, resolvConf } = await this.#names.files.catch((error: unknown) => {
      // The next start tries again.
      this.#names = undefined;
      throw error;
    });
    const lastWord = await makeTerminationLog(clock);
    this.#lastWords.set(container.name, lastWord);
    return [...hostsMount(hosts, container), ...resolvMount(resolvConf, container), ...terminationMount(lastWord, container)];
  }

  /** One of each for all containers of the Pod, as long as it has this address. */
  async #makeNameFiles(disk: Files, ip: string): Promise<NameFiles> {
    const { clock, node, dns } = this.#context;
    const pod = this.#pod();
    const { dns: wanted, warnings } = podDns(pod, { ...dns, nodeFile: await nodeResolvConf(disk, dns.nodeFile) });
    for (const [reason, message] of warnings) this.#events.ofPod('Warning', reason, message);
    return {
      hosts: await makeHostsFile(clock, disk, pod, ip, { ...node, clusterDomain: dns.domain }),
      resolvConf: await makeResolvFile(clock, wanted),
    };
  }

  async #env(container: Container, volumes: PodVolumes): Promise<Record<string, string>> {
    const { node, services, sources, allocatable } = this.#context;
    const pod = this.#pod();
    const linked = serviceEnv(services?.values() ?? [], namesOf(pod).namespace, pod.spec?.enableServiceLinks !== false);
    const place = { podIp: this.#record.ip ?? '', hostIp: node.ip, nodeName: node.name, allocatable };
    const readVolume = (volume: string, path: string) => volumes.read(volume, path);
    return containerEnv(pod, container, { place, services: linked, sources, readVolume });
  }

  async #exited(container: Container, role: Role, running: RunningContainer, exit: ContainerExit): Promise<void> {
    const { files, log } = this.#context;
    const pod = this.#pod();
    const record = recordOf(this.#record, container.name);
    this.#running.delete(container.name);
    this.#attendant.ended(container.name);
    const written = this.#logs.latest(container.name);
    const lastWord = this.#lastWords.get(container.name);
    this.#lastWords.delete(container.name);
    await written?.close();
    const message =
      files && written && lastWord
        ? await terminationMessage(lastWord, container, exit, files, written.path).catch((error: unknown) => {
            log.warn({ error, pod: namesOf(pod) }, 'a termination message could not be read');
            return exit.message;
          })
        : exit.message;
    const startAgain = record.run?.startAgain;
    record.running = undefined;
    record.exit = { containerId: running.id, startedAtMs: running.startedAtMs, ...exit, message, ...(startAgain ? { startAgain } : {}) };
    const stays = this.#record.stopByMs === undefined && restarts({ container, role }, this.#pod(), record.exit);
    if (stays && restartAtMs(record) > exit.finishedAtMs) this.#events.backOff(container, role);
    this.#changed();
  }
}
