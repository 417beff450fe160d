import { type Node, Nodes, type Pod, type Service } from '@kubernats/api';
import { type Client, type EventRecorder, type Informer, type Log, referenceTo } from '@kubernats/client';
import type { Clock, Ids, Random } from '@kubernats/clock';
import type { ContainerRuntime, NodeResources } from '@kubernats/containers';
import type { Files } from '@kubernats/files';
import type { KubeletSimConfig, NodeConfig } from '../config.ts';
import type { Sources } from '../env/sources.ts';
import type { PodContext } from '../pod/pod-context.ts';
import { PodWorker } from '../pod/pod-worker.ts';
import { newRecord } from '../pod/record.ts';
import { recoverRecord } from '../pod/recover.ts';
import { refusedUnderMemoryPressure } from '../resources/eviction/admission.ts';
import type { MemoryPressure } from '../resources/eviction/memory-pressure.ts';
import { nodePressure, nodeResources } from '../resources/eviction/node-pressure.ts';
import { StorageWatch } from '../resources/eviction/storage-watch.ts';
import type { NodeUse } from '../resources/stats/node-use.ts';
import { PODS_FOLDER } from '../volumes/pod-volumes.ts';
import { beat } from './heartbeat.ts';
import { IpPool } from './ip-pool.ts';
import { postNodeStatus, registerNode } from './node-registration.ts';

export interface NodeDeps {
  client: Client;
  clock: Clock;
  random: Random;
  ids: Ids;
  log: Log;
  runtime: ContainerRuntime;
  sources: Sources;
  services: Informer<Service> | undefined;
  events: EventRecorder | undefined;
  /** The node's own disk. */
  files: Files | undefined;
  shared: Files | undefined;
  /** What the API knows of this node's Pods now. */
  podsOf(node: string): Pod[];
  resolveName?(name: string, namespace: string): Promise<string | undefined>;
}

/** What a node that is switched on has. */
interface Power {
  off: AbortController;
  bootId: string;
  startedAtMs: number;
  workers: Map<string, PodWorker>;
  addresses: IpPool | undefined;
  pulled: Set<string>;
  resources: NodeResources;
  pressure: MemoryPressure;
  storage: StorageWatch | undefined;
  node: Node | undefined;
  done: Promise<void>;
  /** The last of the status writes: each waits for the one before. */
  posting: Promise<void>;
}

/** One simulated machine: it can be switched off and on, which is a power cut and a boot. */
export class NodeAgent {
  readonly config: NodeConfig;
  readonly #kubelet: KubeletSimConfig;
  readonly #deps: NodeDeps;
  readonly #machineId: string;
  #power: Power | undefined;
  #settled: Promise<void> = Promise.resolve();
  readonly #ready = Promise.withResolvers<void>();

  constructor(deps: NodeDeps, kubelet: KubeletSimConfig, config: NodeConfig) {
    this.#deps = deps;
    this.#kubelet = kubelet;
    this.config = config;
    this.#machineId = deps.ids.uid();
  }

  /** Resolves when the node has told the API for the first time that it is Ready. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  get isOn(): boolean {
    return this.#power !== undefined;
  }

  /** Boots: registers the node, beats, and brings back the Pods that the API says are its own. */
  start(): Promise<void> {
    this.#settled = this.#settled.then(async () => {
      if (this.#power) return;
      const resources = nodeResources(this.#kubelet, this.#deps.clock);
      const power: Power = {
        resources,
        pressure: this.#watchPressure(resources),
        storage: this.#watchStorage(),
        off: new AbortController(),
        bootId: this.#deps.ids.uid(),
        startedAtMs: this.#deps.clock.now(),
        workers: new Map(),
        addresses: undefined,
        pulled: new Set(),
        node: undefined,
        done: Promise.resolve(),
        posting: Promise.resolve(),
      };
      this.#power = power;
      power.done = this.#run(power);
    });
    return this.#settled;
  }

  /** A power cut: containers are dead, sockets closed, nobody is told. */
  stop(): Promise<void> {
    this.#settled = this.#settled.then(async () => {
      const power = this.#power;
      if (!power) return;
      this.#power = undefined;
      power.pressure.stop();
      power.storage?.stop();
      power.off.abort(new Error('the node is switched off'));
      await Promise.all([...power.workers.values()].map((worker) => worker.cut()));
      await power.done;
    });
    return this.#settled;
  }

  /** What the API says of this node. */
  sawNode(node: Node): void {
    const power = this.#power;
    if (!power) return;
    power.node = node;
    if (power.addresses === undefined && node.spec?.podCIDR !== undefined) this.#networkIsUp(power, node.spec.podCIDR);
  }

  /** A Pod that is bound to this node was added or changed. */
  sawPod(pod: Pod): void {
    const power = this.#power;
    const uid = pod.metadata?.uid;
    if (!power?.addresses || uid === undefined) return;
    const worker = power.workers.get(uid);
    if (worker) worker.update(pod);
    else this.#adopt(power, power.addresses, pod);
  }

  lostPod(pod: Pod): void {
    this.#power?.workers.get(pod.metadata?.uid ?? '')?.gone();
  }

  /** The worker of a Pod, by name. */
  worker(namespace: string, name: string): PodWorker | undefined {
    for (const worker of this.#power?.workers.values() ?? []) {
      if (worker.pod.metadata?.name === name && worker.pod.metadata.namespace === namespace) return worker;
    }
    return undefined;
  }

  /** What it uses now; undefined while it is switched off. */
  use(): NodeUse | undefined {
    const power = this.#power;
    if (!power) return undefined;
    const pods = Array.from(power.workers.values(), ({ pod, startedAtMs, running }) => ({
      pod,
      startedAtMs,
      containers: Array.from(running, ([name, container]) => {
        const { id, startedAtMs: since } = container;
        return { name, id, startedAtMs: since, stats: container.stats() };
      }),
    }));
    const { resources, startedAtMs, pressure } = power;
    return { node: this.config.name, nowMs: this.#deps.clock.now(), startedAtMs, resources, pods, evictions: pressure.evictions };
  }

  /** How many Pods it has. */
  get size(): number {
    return this.#power?.workers.size ?? 0;
  }

  async #run(power: Power): Promise<void> {
    const { clock, client, log } = this.#deps;
    const { signal } = power.off;
    const registered = await this.#persist(signal, () => registerNode(client, this.#kubelet, this.config, signal));
    if (!registered || signal.aborted) return;
    if (this.#power === power) this.sawNode(registered);
    const node = { name: this.config.name, uid: registered.metadata?.uid ?? '' };
    const beating = beat(this.#deps, node, this.#kubelet.heartbeatMs, signal);
    while (!signal.aborted) {
      await this.#post(power, true).catch((error: unknown) => log.warn({ error, node: node.name }, 'the node status could not be written'));
      await clock.sleep(this.#kubelet.statusEveryMs, signal).catch(() => {});
    }
    await beating;
  }

  /** One after the other: of two that are under way at a time, the older one might be written last, and would stand. */
  #post(power: Power, always: boolean): Promise<void> {
    const posted = power.posting.then(() => this.#postNow(power, always));
    power.posting = posted.catch(() => {});
    return posted;
  }

  async #postNow(power: Power, always: boolean): Promise<void> {
    if (!power.node || power.off.signal.aborted) return;
    const facts = {
      bootId: power.bootId,
      machineId: this.#machineId,
      networkReady: power.addresses !== undefined,
      memoryPressure: power.pressure.isActive,
    };
    const posted = await postNodeStatus(this.#deps, this.#kubelet, this.config, facts, power.node, always);
    if (!power.off.signal.aborted) power.node = posted;
    if (facts.networkReady) this.#ready.resolve();
  }

  #networkIsUp(power: Power, podCidr: string): void {
    const addresses = new IpPool(podCidr);
    power.addresses = addresses;
    const pods = this.#deps.podsOf(this.config.name);
    for (const pod of pods) if (pod.status?.podIP !== undefined && pod.spec?.hostNetwork !== true) addresses.startBehind(pod.status.podIP);
    for (const pod of pods) this.#adopt(power, addresses, pod);
    void this.#removeStrays(new Set(pods.map((pod) => pod.metadata?.uid ?? '')));
    void this.#persist(power.off.signal, () => this.#post(power, false));
  }

  #adopt(power: Power, addresses: IpPool, pod: Pod): void {
    const uid = pod.metadata?.uid ?? '';
    const { clock, client, log, runtime, sources, services, events, files, shared, resolveName } = this.#deps;
    const context: PodContext = {
      node: { name: this.config.name, ip: this.config.ip },
      allocatable: { cpu: this.#kubelet.cpu, memory: this.#kubelet.memory, 'ephemeral-storage': this.#kubelet.ephemeralStorage },
      runtime,
      resources: power.resources,
      files,
      shared,
      client,
      sources,
      services,
      events,
      clock,
      log,
      addresses,
      resolveName,
      pulled: power.pulled,
      forget: (gone) => power.workers.delete(gone),
    };
    // A Pod that has a start time was running here before: this node, or its kubelet, was switched off in between.
    const isNew = pod.status?.startTime === undefined;
    const record = isNew ? newRecord(pod, clock.now()) : recoverRecord(pod, clock.now());
    const worker = new PodWorker(context, pod, record);
    power.workers.set(uid, worker);
    power.storage?.saw(worker);
    const refusal = isNew && power.pressure.isActive ? refusedUnderMemoryPressure(pod) : undefined;
    if (refusal) worker.reject(refusal.reason, refusal.message);
    worker.poke();
  }

  #watchPressure(resources: NodeResources): MemoryPressure {
    const { clock } = this.#deps;
    const pressure = nodePressure(this.#kubelet, {
      clock,
      resources,
      workers: () => this.#power?.workers.values() ?? [],
      changed: () => {
        const power = this.#power;
        if (!power) return;
        const reason = pressure.isActive ? 'NodeHasInsufficientMemory' : 'NodeHasSufficientMemory';
        this.#tell('Normal', reason, `Node ${this.config.name} status is now: ${reason}`);
        void this.#persist(power.off.signal, () => this.#post(power, false));
      },
      tell: (type, reason, message) => this.#tell(type, reason, message),
    });
    return pressure;
  }

  #watchStorage(): StorageWatch | undefined {
    const { files, clock, log } = this.#deps;
    return files && new StorageWatch({ clock, log, files, workers: () => this.#power?.workers.values() ?? [] });
  }

  /** An event of the node. */
  #tell(type: 'Normal' | 'Warning', reason: string, message: string): void {
    const node = this.#power?.node;
    if (node) this.#deps.events?.event(referenceTo(Nodes, node), type, reason, message, { host: this.config.name });
  }

  /** Folders of Pods that went while the node was off. */
  async #removeStrays(known: ReadonlySet<string>): Promise<void> {
    const { files, log } = this.#deps;
    if (!files) return;
    try {
      if (!(await files.stat(PODS_FOLDER))) return;
      for (const uid of await files.list(PODS_FOLDER)) if (!known.has(uid)) await files.remove(`${PODS_FOLDER}/${uid}`);
      for (const folder of (await files.stat('/var/log/pods')) ? await files.list('/var/log/pods') : []) {
        if (!known.has(folder.slice(folder.lastIndexOf('_') + 1))) await files.remove(`/var/log/pods/${folder}`);
      }
    } catch (error) {
      log.warn({ error, node: this.config.name }, 'old folders could not be removed');
    }
  }

  /** Tries until it works or the node is switched off. */
  async #persist<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T | undefined> {
    for (let waitMs = 100; !signal.aborted; waitMs = Math.min(waitMs * 2, 5000)) {
      try {
        return await work();
      } catch (error) {
        if (signal.aborted) return undefined;
        this.#deps.log.warn({ error, node: this.config.name }, 'the node could not be reported; trying again');
        await this.#deps.clock.sleep(waitMs, signal).catch(() => {});
      }
    }
    return undefined;
  }
}
