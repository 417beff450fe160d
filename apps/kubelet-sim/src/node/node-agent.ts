import type { CSIDriver, CSINodeDriver, Node, Pod, Service } from '@kubernats/api';
import { type Client, type EventRecorder, type Informer, type Log, objectKey } from '@kubernats/client';
import type { Clock, Ids, Random } from '@kubernats/clock';
import type { ContainerRuntime } from '@kubernats/containers';
import type { Files } from '@kubernats/files';
import type { Network } from '@kubernats/net';
import { type KubeletSimConfig, type NodeConfig, type NodeShape, shapeOf } from '../config.ts';
import type { Sources } from '../env/sources.ts';
import type { HostPorts } from '../host-ports/host-ports.ts';
import type { Gate } from '../pod/gate.ts';
import type { PodContext } from '../pod/pod-context.ts';
import { PodWorker } from '../pod/pod-worker.ts';
import { newRecord } from '../pod/record.ts';
import { recoverRecord } from '../pod/recover.ts';
import type { ProbeCounter } from '../probes/probe-counter.ts';
import { resizeProblem } from '../resize/resize-problem.ts';
import { type NodeUse, useOf } from '../resources/stats/node-use.ts';
import type { NodeStorageDeps } from '../volumes/storage/node-storage.ts';
import { refusalOf } from './admission.ts';
import { layBaseFiles } from './base-files.ts';
import { annotateNodeIds, driversOf, registerDrivers } from './csi-node.ts';
import { eventsFor } from './events-for.ts';
import { type Fidelity, fidelityOf } from './fidelity.ts';
import { Heartbeat } from './heartbeat.ts';
import { IpPool } from './ip-pool.ts';
import { machineIdOf } from './machine-id.ts';
import { registerNode } from './node-registration.ts';
import { NodeReporter } from './node-reporter.ts';
import { persist } from './persist.ts';
import { cutPower, forgetWorker, learnNode, newPower, otherPods, type Power } from './power.ts';
import { allocatableOf } from './resources.ts';
import { removeStrays } from './strays.ts';

export interface NodeDeps {
  client: Client;
  clock: Clock;
  random: Random;
  ids: Ids;
  log: Log;
  /** Where live Pods get their sockets. */
  network: Network;
  hostPorts: HostPorts;
  probeCounter: ProbeCounter;
  runtimes: Readonly<Record<Fidelity, ContainerRuntime>>;
  sources: Sources;
  services: Informer<Service>;
  events: EventRecorder;
  /** Bounds the status writes of all nodes together. */
  writes: Gate;
  /** Resolves when the addresses of a range can be listened on. Absent: they always can. */
  openRange: ((cidr: string) => Promise<void>) | undefined;
  /** The node's own disk; made when it is first asked for. */
  disk(): Files;
  /** The disk with what is joined to it by hand. */
  tree(): Promise<Files>;
  /** What the node has of storage. */
  storage: Omit<NodeStorageDeps, 'node' | 'report'> & { installed(): readonly CSIDriver[] };
  /** What the API knows of this node's Pods now. */
  podsOf(node: string): Pod[];
  /** Finds the address of a name, asking from the node's address. */
  resolveName(name: string, namespace: string, nodeIp: string): Promise<string | undefined>;
}

/** How soon the API hears of an image that was pulled: as often as a kubelet looks at its Node's status. */
const IMAGES_TOLD_MS = 10_000;

/** One simulated machine: it can be switched off and on, which is a power cut and a boot. */
export class NodeAgent {
  readonly config: NodeConfig;
  readonly shape: NodeShape;
  readonly #kubelet: KubeletSimConfig;
  readonly #deps: NodeDeps;
  #power: Power | undefined;
  #settled: Promise<void> = Promise.resolve();
  readonly #ready = Promise.withResolvers<void>();

  constructor(deps: NodeDeps, kubelet: KubeletSimConfig, config: NodeConfig) {
    this.#deps = deps;
    this.#kubelet = kubelet;
    this.config = config;
    this.shape = shapeOf(kubelet, config.shape);
  }

  /** Resolves when the node has told the API for the first time how it is, with addresses for its Pods; or when it is told to keep silent. */
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
      const power = newPower(this.#deps, this.#kubelet, this.shape, {
        report: () => this.#report(power),
        // What cannot be told at once is told when it can be.
        reportNow: async () => power.reporter?.post(false).catch(() => this.#report(power)),
        imagesChanged: () => this.#imagesChanged(),
      });
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
      await cutPower(power);
    });
    return this.#settled;
  }

  /** What the API says of this node. */
  sawNode(node: Node): void {
    const power = this.#power;
    if (!power) return;
    learnNode(power, node);
    power.volumes.sawNode(power.node ?? node);
    // Before this boot is registered there is nothing to do about it, and nothing to report.
    if (power.isRegistered) this.#look(power, power.node ?? node);
  }

  #look(power: Power, node: Node): void {
    const { bootID } = node.status?.nodeInfo ?? {};
    // Somebody else reports for this node: the Lease says whether that is an old word, or a kubelet that has taken over.
    if (power.hasPosted && bootID !== undefined && bootID !== power.bootId) power.heartbeat?.now();
    if (power.addresses === undefined && node.spec?.podCIDR !== undefined) this.#openRange(power, node.spec.podCIDR);
    else if (Object.keys(node.status?.capacity ?? {}).length !== Object.keys(node.status?.allocatable ?? {}).length) {
      this.#report(power);
    }
  }

  /** A Pod that is bound to this node was added or changed. */
  sawPod(pod: Pod): void {
    const power = this.#power;
    const uid = pod.metadata?.uid;
    if (!power?.addresses || uid === undefined) return;
    const worker = power.workers.get(uid);
    if (worker) worker.update(pod);
    else this.#adopt(power, power.addresses, pod).begin();
  }

  /** Who stands for a driver may have changed. */
  sawDriver(name: string): void {
    const power = this.#power;
    power?.volumes.sawDriver(name);
    if (power?.isRegistered) void persist(this.#deps, this.config.name, power.off.signal, () => this.#tellDrivers(power));
  }

  /** Its disk, while it is on and has one. */
  get disk(): Files | undefined {
    return this.#power && this.shape.fidelity === 'live' ? this.#deps.disk() : undefined;
  }

  lostPod(pod: Pod): void {
    this.#power?.workers.get(pod.metadata?.uid ?? '')?.gone();
  }

  /** The worker of a Pod, by name. */
  worker(namespace: string, name: string): PodWorker | undefined {
    return this.#power?.byName.get(objectKey(namespace, name));
  }

  /** What it uses now; undefined while it is switched off. */
  use(): NodeUse | undefined {
    return this.#power && useOf(this.config.name, this.#power, this.#deps.clock.now());
  }

  /** How many Pods it has. */
  get size(): number {
    return this.#power?.workers.size ?? 0;
  }

  async #run(power: Power): Promise<void> {
    const { client, ids, log } = this.#deps;
    const { name } = this.config;
    const { signal } = power.off;
    const registered = await persist(this.#deps, name, signal, async () => {
      const drivers = this.#drivers();
      const { node, dropped } = await registerNode(client, this.#kubelet, this.shape, this.config, drivers, signal);
      await this.#deps.writes.through(() => registerDrivers(client, node, drivers, signal));
      const disk = this.shape.fidelity === 'live' ? this.#deps.disk() : undefined;
      if (disk) await layBaseFiles(disk, this.config);
      power.machineId = await machineIdOf(ids, disk, node);
      power.dropped = dropped;
      return node;
    });
    if (!registered || signal.aborted) return;
    power.images.restore(registered.status?.images);
    power.node ??= registered;
    power.heartbeat = new Heartbeat(this.#deps, {
      name,
      uid: registered.metadata?.uid ?? '',
      bootId: power.bootId,
      everyMs: this.#kubelet.heartbeatMs,
      isSilent: () => power.silence.isKept,
      onTaken: (bootId) => {
        log.error({ node: name, bootId }, 'another kubelet has taken this node over: it is switched off here');
        void this.stop();
      },
    });
    const reporter = this.#reporterOf(power);
    power.reporter = reporter;
    reporter.say('Normal', 'Starting', 'Starting kubelet.');
    if (registered.status?.nodeInfo) reporter.say('Warning', 'Rebooted', `Node ${name} has been rebooted, boot id: ${power.bootId}`);
    reporter.listen();
    const beating = power.heartbeat.run(signal);
    // Whoever writes the status holds the Lease: of two kubelets of one node the newer one. Who keeps silent does neither.
    if (!power.silence.isKept) await Promise.race([power.heartbeat.held, beating]);
    if (!signal.aborted && this.#power === power) {
      power.isRegistered = true;
      this.sawNode(registered);
      await reporter.run();
    }
    await beating;
  }

  #reporterOf(power: Power): NodeReporter {
    const of = { kubelet: this.#kubelet, config: this.config, shape: this.shape, power };
    return new NodeReporter(this.#deps, { ...of, onReported: () => this.#ready.resolve() });
  }

  /** Tells of another image, of all that come soon at once. */
  #imagesChanged(): void {
    const power = this.#power;
    if (!power || power.imagesTimer) return;
    power.imagesTimer = this.#deps.clock.setTimer(IMAGES_TOLD_MS, () => {
      power.imagesTimer = undefined;
      this.#report(power);
    });
  }

  #openRange(power: Power, podCidr: string): void {
    const { openRange } = this.#deps;
    if (!openRange) return this.#networkIsUp(power, podCidr);
    void openRange(podCidr).then(() => {
      if (power.addresses === undefined && this.#power === power) this.#networkIsUp(power, podCidr);
    });
  }

  #networkIsUp(power: Power, podCidr: string): void {
    const addresses = new IpPool(podCidr);
    power.addresses = addresses;
    const pods = this.#deps.podsOf(this.config.name);
    for (const pod of pods) if (pod.status?.podIP !== undefined && pod.spec?.hostNetwork !== true) addresses.startBehind(pod.status.podIP);
    // What ran here before comes first: a new Pod has to do with what is left.
    const adopted = [...pods.filter(hasStarted), ...pods.filter((pod) => !hasStarted(pod))].map((pod) =>
      this.#adopt(power, addresses, pod),
    );
    for (const worker of adopted) worker.begin();
    if (this.shape.fidelity === 'live') this.#contextFor(power, addresses, 'live');
    this.#report(power);
  }

  #adopt(power: Power, addresses: IpPool, pod: Pod): PodWorker {
    const { uid = '', namespace, name = '' } = pod.metadata ?? {};
    const { fidelity, problem } = fidelityOf(pod, this.shape.fidelity);
    const { clock } = this.#deps;
    // A Pod that has a start time was running here before: this node, or its kubelet, was switched off in between.
    const isNew = !hasStarted(pod);
    const record = isNew ? newRecord(pod, clock.now()) : recoverRecord(pod, clock.now());
    const refusal = isNew ? refusalOf(pod, power) : undefined;
    const worker = new PodWorker(this.#contextFor(power, addresses, fidelity), pod, record);
    power.workers.set(uid, worker);
    power.byName.set(objectKey(namespace, name), worker);
    power.storage.saw(worker);
    if (problem !== undefined) worker.warn('InvalidFidelity', problem);
    if (refusal) worker.reject(refusal.reason, refusal.message);
    return worker;
  }

  /** What Pods of one fidelity get from this node; all of them share it. */
  #contextFor(power: Power, addresses: IpPool, fidelity: Fidelity): PodContext {
    const known = power.contexts.get(fidelity);
    if (known) return known;
    const { clock, random, client, log, runtimes, sources, services, events, tree, writes, resolveName } = this.#deps;
    const context: PodContext = {
      node: { name: this.config.name, ip: this.config.ip },
      allocatable: allocatableOf(this.shape),
      runtime: runtimes[fidelity],
      resources: power.resources,
      files: fidelity === 'live' ? this.#openDisk(power) : undefined,
      ...{ tree, missingHostPaths: this.#kubelet.missingHostPaths },
      storage: power.volumes,
      client,
      sources,
      services,
      events: eventsFor(fidelity, this.#kubelet, events),
      clock,
      random,
      network: fidelity === 'live' ? this.#deps.network : undefined,
      kubeletSinceMs: power.bootedAtMs,
      probeCounter: this.#deps.probeCounter,
      log,
      logLimits: { maxBytes: this.#kubelet.logMaxBytes, maxFiles: this.#kubelet.logMaxFiles },
      addresses,
      hostPorts: this.#deps.hostPorts,
      writes: power.silence.before(writes),
      dns: { cluster: this.#kubelet.clusterDns, domain: this.#kubelet.clusterDomain, nodeFile: this.#kubelet.resolvConf },
      resolveName: (name, namespace) => resolveName(name, namespace, this.config.ip),
      images: power.images,
      imagePolicy: this.#kubelet.imagePolicy,
      resizeProblem: (pod) => resizeProblem(pod, otherPods(power, pod), allocatableOf(this.shape)),
      forget: (uid) => forgetWorker(power, uid),
    };
    power.contexts.set(fidelity, context);
    return context;
  }

  /** The node's disk, from which goes what belongs to no Pod of now. */
  #openDisk(power: Power): Files {
    const { log, disk } = this.#deps;
    const files = disk();
    const isThere = (uid: string): boolean => power.workers.has(uid);
    removeStrays(files, isThere).catch((error: unknown) => log.warn({ error, node: this.config.name }, 'old folders could not be removed'));
    void persist(this.#deps, this.config.name, power.off.signal, () => power.volumes.recover(isThere));
    return files;
  }

  /** The drivers that the node has now. */
  #drivers(): CSINodeDriver[] {
    const { backends, installed } = this.#deps.storage;
    return driversOf(this.config.name, backends, installed());
  }

  async #tellDrivers({ node, off: { signal } }: Power): Promise<void> {
    if (!node) return;
    const { client, writes } = this.#deps;
    const drivers = this.#drivers();
    await writes.through(async () => {
      await registerDrivers(client, node, drivers, signal);
      await annotateNodeIds(client, node, drivers, signal);
    });
  }

  /** Tells the API how the node is now, if that has changed. */
  #report({ off: { signal }, reporter }: Power): void {
    if (reporter) void persist(this.#deps, this.config.name, signal, () => reporter.post(false));
  }
}

const hasStarted = (pod: Pod): boolean => pod.status?.startTime !== undefined;
