import type { Node, Pod, Service } from '@kubernats/api';
import type { Client, EventRecorder, Informer, Log } from '@kubernats/client';
import type { Clock, Ids, Random } from '@kubernats/clock';
import type { ContainerRuntime } from '@kubernats/containers';
import type { Files } from '@kubernats/files';
import type { KubeletSimConfig, NodeConfig } from '../config.ts';
import type { Sources } from '../env/sources.ts';
import type { PodContext } from '../pod/pod-context.ts';
import { PodWorker } from '../pod/pod-worker.ts';
import { newRecord } from '../pod/record.ts';
import { recoverRecord } from '../pod/recover.ts';
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
  workers: Map<string, PodWorker>;
  addresses: IpPool | undefined;
  pulled: Set<string>;
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
      const power: Power = {
        off: new AbortController(),
        bootId: this.#deps.ids.uid(),
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
    const facts = { bootId: power.bootId, machineId: this.#machineId, networkReady: power.addresses !== undefined };
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
      files,
      shared,
      client,
      sources,
      services,
      events,
      clock,
      log,
      logLimits: { maxBytes: this.#kubelet.logMaxBytes, maxFiles: this.#kubelet.logMaxFiles },
      addresses,
      resolveName,
      pulled: power.pulled,
      forget: (gone) => power.workers.delete(gone),
    };
    // A Pod that has a start time was running here before: this node, or its kubelet, was switched off in between.
    const record = pod.status?.startTime === undefined ? newRecord(pod, clock.now()) : recoverRecord(pod, clock.now());
    const worker = new PodWorker(context, pod, record);
    power.workers.set(uid, worker);
    worker.poke();
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
