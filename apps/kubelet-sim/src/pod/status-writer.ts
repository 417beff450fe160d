import { type Pod, type PodStatus, Pods } from '@kubernats/api';
import type { Client, Log } from '@kubernats/client';
import type { Clock } from '@kubernats/clock';
import { isConflict, isNotFound } from '@kubernats/errors';
import { statusPatch } from '../status/patch.ts';
import type { Gate } from './gate.ts';

const RETRY_MS = 1000;

interface StatusWriterDeps {
  client: Client;
  clock: Clock;
  log: Log;
  /** Bounds how many writes are under way at a time. */
  writes: Pick<Gate, 'through'>;
}

/** Writes one Pod's status: one write at a time, the newest state only, and nothing when nothing has changed. */
export class StatusWriter {
  readonly #deps: StatusWriterDeps;
  readonly #compute: () => { pod: Pod; status: PodStatus };
  /** What the API has, as far as known: the answer to the last write, or what the informer brought since. */
  #known: Pod | undefined;
  #writing: Promise<void> | undefined;
  #again = false;
  #stopped = false;

  constructor(deps: StatusWriterDeps, compute: () => { pod: Pod; status: PodStatus }) {
    this.#deps = deps;
    this.#compute = compute;
  }

  /** Tells what the API has now. */
  saw(pod: Pod): void {
    if (!this.#known || Number(pod.metadata?.resourceVersion) >= Number(this.#known.metadata?.resourceVersion)) this.#known = pod;
  }

  /** The newest form of the Pod that is known. */
  get latest(): Pod | undefined {
    return this.#known;
  }

  /** Writes the status if it differs. Resolves when what it is now has been written, or cannot be. */
  write(): Promise<void> {
    this.#again = true;
    this.#writing ??= this.#loop().finally(() => {
      this.#writing = undefined;
      // Asked for after its last look, and before this.
      if (this.#again && !this.#stopped) return this.write();
    });
    return this.#writing;
  }

  /** The Pod is gone, or its node: no more writes. */
  stop(): void {
    this.#stopped = true;
  }

  async #loop(): Promise<void> {
    const { clock, log, writes } = this.#deps;
    while (this.#again && !this.#stopped) {
      this.#again = false;
      try {
        // What waits for its turn says what is true by then.
        await writes.through(() => this.#writeNow());
      } catch (error) {
        // Gone, or another Pod of that name: the informer will say so.
        if (isNotFound(error) || isConflict(error)) return;
        const { name, namespace } = this.#known?.metadata ?? {};
        log.warn({ error, pod: `${namespace}/${name}` }, 'the status of a Pod could not be written');
        await clock.sleep(RETRY_MS);
        this.#again = true;
      }
    }
  }

  async #writeNow(): Promise<void> {
    if (this.#stopped) return;
    const { pod, status } = this.#compute();
    const patch = statusPatch(pod.status ?? {}, status);
    if (!patch) return;
    const { name = '', namespace, uid } = pod.metadata ?? {};
    const kind = this.#deps.client.kind(Pods);
    this.saw(await kind.patch(name, namespace, 'strategic', { metadata: { uid }, status: patch }, { subresource: 'status' }));
  }
}
