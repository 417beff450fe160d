import { type HostPort, type Pod, sameUsage, usageProblems } from '@kubernats/api';
import { controllerOf } from '@kubernats/apimachinery';
import type { Timer } from '@kubernats/clock';
import type { RunningContainer, Sandbox } from '@kubernats/containers';
import type { Files } from '@kubernats/files';
import { heldHostPorts } from '../host-ports/admission.ts';
import type { ContainerLog } from '../logs/container-log.ts';
import { asAllocated, sameResources, withResourcesOf } from '../resize/allocated.ts';
import { PodResizing } from '../resize/pod-resizing.ts';
import { podStatusOf, waitingReasonOf } from '../status/pod-status.ts';
import { PodVolumes, VolumeError, type VolumeUsage } from '../volumes/pod-volumes.ts';
import { ContainerRunner } from './container-runner.ts';
import { type Action, decide } from './decide.ts';
import { hostnameProblem, podHostname } from './hostname.ts';
import { confirmDeletion, removeFolders } from './leave.ts';
import { namesOf, type PodContext } from './pod-context.ts';
import { PodEvents } from './pod-events.ts';
import { type PodRecord, partsOf, rejection, retryNow, setUpAgain } from './record.ts';
import { StatusWriter } from './status-writer.ts';

const TROUBLE_RETRY_MS = 1_000;

/** One Pod on its node: asks `decide` what to do, does it, and reports. Everything that happens to the Pod is a reason to ask again. */
export class PodWorker {
  readonly #context: PodContext;
  readonly #record: PodRecord;
  readonly #events: PodEvents;
  readonly #status: StatusWriter;
  readonly #runner: ContainerRunner;
  readonly #volumes: PodVolumes;
  readonly #resizing: PodResizing;
  #pod: Pod;
  #sandbox: Sandbox | undefined;
  #working: Promise<void> | undefined;
  #again = false;
  #dead = false;
  #timer: Timer | undefined;

  constructor(context: PodContext, pod: Pod, record: PodRecord) {
    this.#context = context;
    this.#pod = asAllocated(pod);
    this.#record = record;
    this.#events = new PodEvents(context, () => this.#pod);
    this.#status = new StatusWriter(context, () => {
      const known = this.#status.latest ?? this.#pod;
      const held = sameResources(known, this.#pod) ? known : withResourcesOf(known, this.#pod);
      return { pod: known, status: podStatusOf(held, this.#record, context.node.ip, context.clock.now()) };
    });
    this.#status.saw(pod);
    this.#volumes = new PodVolumes({
      log: context.log,
      pod: () => this.#pod,
      changed: () => {
        retryNow(this.#record);
        this.poke();
      },
      failed: (message) => this.#events.ofPod('Warning', 'FailedMount', message),
      tell: (reason, message, claim) =>
        claim ? this.#events.ofClaim(claim, 'Normal', reason, message) : this.#events.ofPod('Normal', reason, message),
    });
    this.#resizing = new PodResizing(context, record, this.#events, () => this.update(this.#status.latest ?? this.#pod));
    this.#runner = new ContainerRunner(
      context,
      () => this.#pod,
      record,
      this.#events,
      () => this.poke(),
    );
    this.#tellOfUsage();
  }

  get pod(): Pod {
    return this.#pod;
  }

  /** Tells of something that is wrong with the Pod. */
  warn(reason: string, message: string): void {
    this.#events.ofPod('Warning', reason, message);
  }

  /** The node's disk; undefined where the Pod is only told of and nothing of it is there. */
  get files(): Files | undefined {
    return this.#context.files;
  }

  /** What its own volumes take up now. */
  volumeUsage(): Promise<VolumeUsage[]> {
    return this.#volumes.usage();
  }

  /** Its containers that run now, by name. */
  get running(): ReadonlyMap<string, RunningContainer> {
    return this.#runner.running;
  }

  /** It has ended, or is on its way to. */
  get isEnding(): boolean {
    const { failure, tornDown, gone } = this.#record;
    return failure !== undefined || tornDown === true || gone === true || this.#pod.metadata?.deletionTimestamp !== undefined;
  }

  /** The ports of its node that nobody else may have. */
  get hostPorts(): HostPort[] {
    return heldHostPorts(this.#pod, this.#record);
  }

  /** When the node first saw the Pod. */
  get startedAtMs(): number {
    return this.#record.startedAtMs;
  }

  /** The node ends the Pod for good. */
  end(failure: NonNullable<PodRecord['failure']>): void {
    if (this.isEnding) return;
    this.#record.failure = failure;
    this.#events.ofPod('Warning', failure.reason, failure.message);
    this.poke();
  }

  /** The node does not take the Pod: nothing of it ever runs here. */
  reject(reason: string, message: string): void {
    this.#record.failure = rejection(reason, message);
    this.#events.ofPod('Warning', reason, message);
  }

  /** Where its containers live; undefined before it is set up, and after. */
  get sandbox(): Sandbox | undefined {
    return this.#sandbox;
  }

  /** The log of a container's latest run, or of the one before; the path alone when it is not being written. */
  log(container: string, previous: boolean): { path: string; live: ContainerLog | undefined } | undefined {
    return this.#runner.log(container, previous);
  }

  /** Why a container is not running, as its status says it. */
  waitingReason(container: string): string {
    const status = podStatusOf(this.#pod, this.#record, this.#context.node.ip, this.#context.clock.now());
    return waitingReasonOf(status, container);
  }

  /** Begins its work, after all Pods that were on the node before are known: what this one was asked to be given meanwhile must be left by them. */
  begin(): void {
    const asked = this.#status.latest ?? this.#pod;
    if (asked === this.#pod && !this.#record.resizePending) this.poke();
    else this.update(asked);
  }

  /** Something may have changed. */
  poke(): void {
    if (this.#dead) return;
    this.#again = true;
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
      // It was poked after its last look, and before this.
      if (this.#again) this.poke();
    });
  }

  update(pod: Pod): void {
    const before = this.#pod;
    this.#pod = this.#resizing.allocate(pod, before);
    this.#status.saw(pod);
    this.#volumes.podChanged(before);
    if (!sameUsage(before.metadata?.annotations, pod.metadata?.annotations)) {
      this.#runner.usageChanged();
      this.#tellOfUsage();
    }
    this.poke();
  }

  /** The API no longer knows the Pod. */
  gone(): void {
    this.#record.gone = true;
    this.#status.stop();
    this.poke();
  }

  /** A power cut: everything stops at once and nobody is told. */
  async cut(): Promise<void> {
    this.#dead = true;
    this.#timer?.cancel();
    this.#status.stop();
    this.#resizing.close();
    this.#runner.close();
    await this.#sandbox?.stop();
    await this.#working;
    await this.#context.hostPorts.close(this.#pod);
    await this.#sandbox?.stop();
    await this.#volumes.close();
    if (this.#record.ip !== undefined && this.#pod.spec?.hostNetwork !== true) this.#context.addresses.give(this.#record.ip);
  }

  #tellOfUsage(): void {
    const names = partsOf(this.#pod).map(({ container }) => container.name);
    for (const problem of usageProblems(this.#pod.metadata?.annotations, names)) this.#events.ofPod('Warning', 'InvalidUsage', problem);
  }

  async #work(): Promise<void> {
    const { clock, log } = this.#context;
    while (this.#again && !this.#dead) {
      this.#again = false;
      this.#timer?.cancel();
      const { actions, wakeAtMs } = decide(this.#pod, this.#record, clock.now());
      // All of them come to an end before anything is decided anew: what is under way must not be begun twice.
      const outcomes = await Promise.allSettled(actions.map((action) => this.#apply(action)));
      const failed = outcomes.find((outcome) => outcome.status === 'rejected');
      if (failed) {
        log.error({ error: failed.reason, pod: namesOf(this.#pod) }, 'a Pod could not be brought on; trying again');
        this.#again = false;
        this.#timer = clock.setTimer(TROUBLE_RETRY_MS, () => this.poke());
        continue;
      }
      if (this.#dead || (this.#record.gone && this.#record.tornDown)) break;
      if (actions.length > 0) this.#again = true;
      else if (wakeAtMs !== undefined) this.#timer = clock.setTimer(Math.max(0, wakeAtMs - clock.now()), () => this.poke());
    }
    if (this.#dead) return;
    if (this.#record.gone && this.#record.tornDown) {
      this.#dead = true;
      this.#resizing.close();
      await removeFolders(this.#pod, this.#context, { logs: true });
      this.#context.forget(namesOf(this.#pod).uid);
      return;
    }
    this.#resizing.tellOfEnd(this.#pod);
    void this.#status.write();
  }

  async #apply(action: Action): Promise<void> {
    const record = this.#record;
    switch (action.do) {
      case 'setUp':
        return this.#setUp();
      case 'start':
        if (this.#sandbox) await this.#runner.start(this.#sandbox, this.#volumes, action.container, action.role);
        return;
      case 'renameRefusal':
        return this.#runner.renameRefusal(action.container, action.role);
      case 'beginStop':
        record.stopByMs = this.#context.clock.now() + action.graceSeconds * 1000;
        return this.#runner.terminate();
      case 'kill':
        return this.#runner.kill(action.container, action.graceSeconds, action.message, action.startAgain);
      case 'resize':
        return this.#runner.resize(action.container);
      case 'preStop':
        return this.#runner.preStop(action.container);
      case 'signal':
        return this.#runner.signal(action.container, action.name);
      case 'fail':
        record.failure = { reason: action.reason, message: action.message };
        this.#events.ofPod('Normal', action.reason, action.message);
        return;
      case 'tearDown':
        return this.#tearDown();
      case 'confirmDeletion':
        return this.#confirmDeletion();
    }
  }

  async #setUp(): Promise<void> {
    const { runtime, files, tree, node, addresses, client, clock, sources, storage, dns, hostPorts, missingHostPaths } = this.#context;
    const record = this.#record;
    const { namespace, name, uid } = namesOf(this.#pod);
    const hostNetwork = this.#pod.spec?.hostNetwork === true;
    const ip = hostNetwork ? node.ip : addresses.take();
    const hostname = podHostname(this.#pod, node.name, dns.domain);
    const nameProblem = hostnameProblem(hostname);
    const place = { podIp: ip ?? '', hostIp: node.ip, nodeName: node.name, allocatable: this.#context.allocatable };
    try {
      if (ip === undefined) throw new VolumeError(`no free address is left on node "${node.name}"`);
      if (nameProblem !== undefined) throw new VolumeError(nameProblem);
      const disk = runtime.mountsFiles ? files : undefined;
      await this.#volumes.setUp({ node: disk, tree, nodeName: node.name, missingHostPaths, storage, client, clock, sources, place });
      const { labels = {}, annotations = {} } = this.#pod.metadata ?? {};
      this.#sandbox = await runtime.createSandbox({
        pod: { name, namespace, uid, labels, annotations, ownerKind: controllerOf(this.#pod)?.kind },
        node,
        ip,
        hostname: hostname.name,
        resources: this.#context.resources,
        nameserverPorts: dns.cluster && { [dns.cluster.host]: dns.cluster.port },
      });
      if (this.#sandbox.network) await hostPorts.open(this.#pod, ip, node.ip, (problem) => this.warn('PortNotOpened', problem));
      record.ip = ip;
      record.tornDown = false;
      record.setUpFailed = undefined;
    } catch (error) {
      if (ip !== undefined && !hostNetwork) addresses.give(ip);
      if (!(error instanceof VolumeError)) throw error;
      setUpAgain(record, clock.now());
      const ofSandbox = ip === undefined || nameProblem !== undefined;
      for (const message of error.messages) this.#events.ofPod('Warning', ofSandbox ? 'FailedCreatePodSandBox' : 'FailedMount', message);
    }
  }

  async #tearDown(): Promise<void> {
    const record = this.#record;
    this.#runner.close();
    await this.#context.hostPorts.close(this.#pod);
    await this.#sandbox?.stop();
    await this.#runner.closeLogs();
    this.#sandbox = undefined;
    if (record.ip !== undefined && this.#pod.spec?.hostNetwork !== true) this.#context.addresses.give(record.ip);
    record.ip = undefined;
    await this.#volumes.close();
    await this.#context.storage.release(namesOf(this.#pod).uid);
    // The volumes of a Pod that has ended stay until it is deleted: people look into them.
    if (record.gone || this.#pod.metadata?.deletionTimestamp !== undefined) {
      await removeFolders(this.#pod, this.#context, { logs: record.gone === true });
    }
    record.tornDown = true;
  }

  /** The last word on a Pod: its final status, then the deletion that the API waits for. */
  async #confirmDeletion(): Promise<void> {
    await this.#status.write();
    if (this.#dead) return;
    await confirmDeletion(this.#pod, this.#context);
    this.#record.deleted = true;
  }
}
