import { type Lease, Leases } from '@kubernats/api';
import type { Client, Log } from '@kubernats/client';
import { type Clock, type Random, rfc3339Micro } from '@kubernats/clock';
import { isAlreadyExists, isConflict, isNotFound } from '@kubernats/errors';

const NAMESPACE = 'kube-node-lease';
const DURATION_SECONDS = 40;
const RETRY_MS = 1000;
/** On a node's Lease: which boot of the node holds it. A kubelet that finds another one there has been replaced. */
export const BOOT_ANNOTATION = 'kubernats.dev/boot-id';

export interface HeartbeatDeps {
  client: Client;
  clock: Clock;
  random: Random;
  log: Log;
}

export interface HeartbeatOf {
  name: string;
  uid: string;
  bootId: string;
  everyMs: number;
  /** Whether the node keeps silent now. */
  isSilent(): boolean;
  /** Another kubelet has taken the node over; this one beats no more. */
  onTaken(bootId: string): void;
}

/** Keeps a node's Lease renewed. The newest kubelet of a node has it: an older one notices, and ends. */
export class Heartbeat {
  /** Resolves when the Lease has been taken. */
  readonly held: Promise<void>;
  readonly #deps: HeartbeatDeps;
  readonly #node: HeartbeatOf;
  readonly #hold: () => void;
  #isHeld = false;
  #lease: Lease | undefined;
  #wake = new AbortController();
  #wanted = false;

  constructor(deps: HeartbeatDeps, node: HeartbeatOf) {
    this.#deps = deps;
    this.#node = node;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.held = promise;
    this.#hold = resolve;
  }

  /** Renews at once: to be seen again, or to learn whether another kubelet is there. */
  now(): void {
    this.#wanted = true;
    this.#wake.abort();
  }

  /** Renews until the signal aborts or the node is taken over. Nodes of one pool beat at different times. Never throws. */
  async run(signal: AbortSignal): Promise<void> {
    const { random, log } = this.#deps;
    const { name, everyMs, isSilent, onTaken } = this.#node;
    let waitMs = 0;
    while (!signal.aborted) {
      if (waitMs > 0) await this.#sleep(waitMs, signal);
      if (signal.aborted) return;
      if (isSilent()) {
        waitMs = everyMs;
        continue;
      }
      try {
        const other = await this.#renew(signal);
        if (other !== undefined) return onTaken(other);
        // The second beat comes at a time of the node's own within the period; from then on it is the period.
        waitMs = this.#isHeld ? everyMs : everyMs * (0.5 + random.next() / 2);
        this.#isHeld = true;
        this.#hold();
      } catch (error) {
        if (signal.aborted) return;
        if (isConflict(error) || isNotFound(error) || isAlreadyExists(error)) this.#lease = undefined;
        else log.warn({ error, node: name }, 'the node lease could not be renewed');
        waitMs = Math.min(RETRY_MS, everyMs);
      }
    }
  }

  /** Sleeps until the time has passed, `now` is called, or the signal aborts. */
  async #sleep(ms: number, signal: AbortSignal): Promise<void> {
    this.#wake = new AbortController();
    const wake = (): void => this.#wake.abort();
    signal.addEventListener('abort', wake, { once: true });
    if (!this.#wanted) await this.#deps.clock.sleep(ms, this.#wake.signal).catch(() => {});
    this.#wanted = false;
    signal.removeEventListener('abort', wake);
  }

  /** Writes the Lease. The answer is the boot that has it, when that is not ours any more. */
  async #renew(signal: AbortSignal): Promise<string | undefined> {
    const { client, clock } = this.#deps;
    const { name, uid, bootId } = this.#node;
    const leases = client.kind(Leases);
    const annotations = { [BOOT_ANNOTATION]: bootId };
    const spec = { holderIdentity: name, leaseDurationSeconds: DURATION_SECONDS, renewTime: rfc3339Micro(clock.now()) };
    const found = this.#lease ?? (await this.#find(signal));
    if (!found) {
      const ownerReferences = [{ apiVersion: 'v1', kind: 'Node', name, uid }];
      this.#lease = await leases.create({ metadata: { name, namespace: NAMESPACE, annotations, ownerReferences }, spec }, { signal });
      return undefined;
    }
    const holder = found.metadata?.annotations?.[BOOT_ANNOTATION];
    if (this.#isHeld && holder !== undefined && holder !== bootId) return holder;
    const metadata = { ...found.metadata, annotations: { ...found.metadata?.annotations, ...annotations } };
    this.#lease = await leases.update({ ...found, metadata, spec: { ...found.spec, ...spec } }, { signal });
    return undefined;
  }

  async #find(signal: AbortSignal): Promise<Lease | undefined> {
    try {
      return await this.#deps.client.kind(Leases).get(this.#node.name, NAMESPACE, { signal });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }
}
