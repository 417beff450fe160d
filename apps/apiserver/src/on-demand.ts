import type { Timer } from '@kubernats/clock';
import type { Core } from './core.ts';

const RETRY_MS = 1_000;

/** Work that is done again whenever there is a reason to. */
export interface OnDemand {
  /** There is a reason. */
  wake(): void;
  /** There is a reason after so long, if there is none before. */
  wakeIn(ms: number): void;
  /** Resolves when there is nothing to do, or what there is has failed. */
  idle(): Promise<void>;
  /** What is under way still ends. */
  stop(): void;
}

/** Runs `step` when it is woken, never twice at a time; what it throws is told of as `failure`, and it is tried again after a second. */
export function onDemand({ clock, log }: Pick<Core, 'clock' | 'log'>, step: () => Promise<void>, failure: string): OnDemand {
  let isStopped = false;
  let isWorking = false;
  let isDue = false;
  let underWay = Promise.resolve();
  let timer: Timer | undefined;

  const work = async (): Promise<void> => {
    isWorking = true;
    try {
      while (isDue && !isStopped) {
        isDue = false;
        await step();
      }
    } catch (error) {
      if (isStopped) return;
      log.warn({ error }, failure);
      wakeIn(RETRY_MS);
    } finally {
      isWorking = false;
    }
  };

  function wakeIn(ms: number): void {
    timer?.cancel();
    if (!isStopped) timer = clock.setTimer(ms, wake);
  }

  function wake(): void {
    timer?.cancel();
    isDue = true;
    if (!isWorking && !isStopped) underWay = work();
  }

  return {
    wake,
    wakeIn,
    idle: () => underWay,
    stop() {
      isStopped = true;
      timer?.cancel();
    },
  };
}
