import { type Node, Nodes } from '@kubernats/api';
import { type Client, type EventRecorder, type Log, referenceTo } from '@kubernats/client';
import type { Clock } from '@kubernats/clock';
import type { KubeletSimConfig, NodeConfig, NodeShape } from '../config.ts';
import { toldOf } from '../stages/node-story.ts';
import { transitions } from './node-events.ts';
import { nodeStatus } from './node-object.ts';
import { postNodeStatus } from './node-registration.ts';
import { learnNode, type Power } from './power.ts';

export interface ReporterDeps {
  client: Client;
  clock: Clock;
  log: Log;
  events: EventRecorder;
}

export interface ReporterOf {
  kubelet: Pick<KubeletSimConfig, 'statusEveryMs' | 'events'>;
  config: NodeConfig;
  shape: NodeShape;
  power: Power;
  /** The API knows how the node is, with addresses for its Pods; or it will not hear of it for now. */
  onReported(): void;
}

/** Tells the API how a node is, from one boot to the cut of its power. */
export class NodeReporter {
  readonly #deps: ReporterDeps;
  readonly #of: ReporterOf;
  /** The write that is under way, until it is settled: the next one waits for it. */
  #underWay: Promise<void> | undefined;
  /** The write that was asked for and has not begun: it says what is true by then, for all who ask until then. */
  #next: { posted: Promise<void>; always: boolean } | undefined;

  constructor(deps: ReporterDeps, of: ReporterOf) {
    this.#deps = deps;
    this.#of = of;
  }

  /** Writes the status when a table changes it, and every few minutes in any case, until the power is cut. */
  async run(): Promise<void> {
    const { clock, log } = this.#deps;
    const { power, kubelet, config } = this.#of;
    const { signal } = power.off;
    let wholeAtMs = clock.now();
    while (!signal.aborted) {
      this.listen();
      const always = clock.now() >= wholeAtMs;
      if (always) wholeAtMs = clock.now() + kubelet.statusEveryMs;
      await this.post(always).catch((error: unknown) => log.warn({ error, node: config.name }, 'the node status could not be written'));
      const waitMs = Math.min(wholeAtMs - clock.now(), power.told.changesInMs ?? Infinity);
      await clock.sleep(Math.max(1, Math.ceil(waitMs)), signal).catch(() => {});
    }
  }

  /** Takes over what the table says of this moment. */
  listen(): void {
    const { power, config } = this.#of;
    const { labels = {}, annotations = {} } = power.node?.metadata ?? {};
    const sinceBootMs = this.#deps.clock.now() - power.bootedAtMs;
    power.told = toldOf(power.story, { name: config.name, labels, annotations }, sinceBootMs);
    if (power.told.silent) power.silence.begin();
    else if (power.silence.isKept) {
      power.silence.end();
      power.heartbeat?.now();
    }
  }

  /** Writes the status, if something in it has changed or `always`. One after the other: of two that are under way, the older might be written last. */
  post(always: boolean): Promise<void> {
    if (this.#next) {
      this.#next.always ||= always;
      return this.#next.posted;
    }
    if (!this.#underWay) return this.#begin(always);
    const next = { always, posted: Promise.resolve() };
    next.posted = this.#underWay.then(() => {
      this.#next = undefined;
      return this.#begin(next.always);
    });
    this.#next = next;
    return next.posted;
  }

  #begin(always: boolean): Promise<void> {
    const posted = this.#postNow(always);
    const settled: Promise<void> = posted
      .catch(() => {})
      .then(() => {
        if (this.#underWay === settled) this.#underWay = undefined;
      });
    this.#underWay = settled;
    return posted;
  }

  /** An event of the node itself; of one that is only told of, where its steps are wanted. */
  say(type: 'Normal' | 'Warning', reason: string, message: string): void {
    const { config, shape, kubelet, power } = this.#of;
    if (!power.node || (shape.fidelity !== 'live' && !kubelet.events)) return;
    this.#deps.events.event(referenceTo(Nodes, power.node), type, reason, message, { host: config.name });
  }

  async #postNow(always: boolean): Promise<void> {
    const { power, config, shape, onReported } = this.#of;
    const { node, told, bootId, machineId, dropped, addresses, images, pressure, volumes } = power;
    if (!node || power.off.signal.aborted) return;
    if (told.silent) return onReported();
    const [networkReady, memoryPressure] = [addresses !== undefined, pressure.isActive];
    const facts = { bootId, machineId, networkReady, memoryPressure, images: images.list(), volumesInUse: volumes.inUse, dropped, told };
    const status = nodeStatus(shape, config, facts, node.status, this.#deps.clock.now());
    const posted = await postNodeStatus(this.#deps.client, node, status, always);
    if (power.off.signal.aborted) return;
    if (posted) this.#wrote(posted, transitions(node.status, status));
    if (facts.networkReady) onReported();
  }

  #wrote(node: Node, reasons: readonly string[]): void {
    const { power, config } = this.#of;
    learnNode(power, node);
    power.hasPosted = true;
    for (const reason of reasons) this.say('Normal', reason, `Node ${config.name} status is now: ${reason}`);
  }
}
