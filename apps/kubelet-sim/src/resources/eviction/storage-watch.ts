import type { Log } from '@kubernats/client';
import type { Clock, Timer } from '@kubernats/clock';
import type { PodWorker } from '../../pod/pod-worker.ts';
import { isCriticalPod } from '../critical-pod.ts';
import { diskUseOf, limitsStorage, storageExcess } from './local-storage.ts';

/** As the kubelet: a disk tells nobody when it fills. */
const EVERY_MS = 10_000;
const GRACE_SECONDS = 1;

export interface StorageWatchDeps {
  clock: Clock;
  log: Log;
  workers(): Iterable<PodWorker>;
}

/** Evicts Pods that keep more on the node's disk than they may. It looks only while there are Pods that are limited. */
export class StorageWatch {
  readonly #deps: StorageWatchDeps;
  #timer: Timer | undefined;
  #stopped = false;

  constructor(deps: StorageWatchDeps) {
    this.#deps = deps;
  }

  /** A Pod has come. */
  saw({ pod, files }: PodWorker): void {
    if (files && limitsStorage(pod)) this.#arm();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  #arm(): void {
    if (!this.#stopped) this.#timer ??= this.#deps.clock.setTimer(EVERY_MS, () => void this.#look());
  }

  async #look(): Promise<void> {
    const { log, workers } = this.#deps;
    const limited = [...workers()].filter((worker) => worker.files && !worker.isEnding && limitsStorage(worker.pod));
    for (const worker of limited) {
      try {
        const message = storageExcess(worker.pod, await diskUseOf(worker));
        // It is the Pod's own doing: no DisruptionTarget.
        if (message !== undefined && !isCriticalPod(worker.pod)) worker.end({ reason: 'Evicted', message, graceSeconds: GRACE_SECONDS });
      } catch (error) {
        log.warn({ error, pod: worker.pod.metadata?.name }, 'what a Pod keeps on the disk could not be measured');
      }
    }
    this.#timer = undefined;
    if (limited.length > 0) this.#arm();
  }
}
