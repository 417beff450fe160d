import type { Clock } from '@kubernats/clock';
import type { Files } from '@kubernats/files';
import { ContainerLog, type LogLimits } from './container-log.ts';
import { logFolder, removeRunsBefore } from './log-files.ts';
import { layLogLink, removeLinksOfRunsBefore } from './log-links.ts';

/** The logs of a Pod's containers: of each the one that is being written, and where those of all runs are. */
export class PodLogs {
  readonly #pod: { namespace: string; name: string; uid: string };
  readonly #clock: Clock;
  readonly #limits: LogLimits;
  readonly #latest = new Map<string, ContainerLog>();
  /** Settles when all links are laid. */
  #links: Promise<unknown> = Promise.resolve();

  constructor(pod: { namespace: string; name: string; uid: string }, clock: Clock, limits: LogLimits) {
    this.#pod = pod;
    this.#clock = clock;
    this.#limits = limits;
  }

  /** The log of a run that begins. Of those before it the last one stays. */
  async begin(files: Files, container: string, run: number): Promise<ContainerLog> {
    const folder = logFolder(this.#pod, container);
    await files.mkdir(folder, { recursive: true });
    await removeRunsBefore(files, folder, run - 1);
    if (run > 1) await removeLinksOfRunsBefore(files, this.#pod, container, run - 1);
    const log = await ContainerLog.open(files, this.#path(container, run), this.#clock, this.#limits);
    await this.latest(container)?.close();
    this.#latest.set(container, log);
    return log;
  }

  /** Links the log of a run that has begun. Returns at once: no container waits for that, or fails without it. */
  link(files: Files, container: string, run: number, containerId: string): void {
    const laid = layLogLink(files, this.#pod, container, containerId, this.#path(container, run)).catch(() => {});
    this.#links = Promise.all([this.#links, laid]);
  }

  /** The log of a container's latest run here. */
  latest(container: string): ContainerLog | undefined {
    return this.#latest.get(container);
  }

  /** A run's log; its path alone when it is not being written. */
  of(container: string, run: number): { path: string; live: ContainerLog | undefined } {
    const path = this.#path(container, run);
    const live = this.latest(container);
    return { path, live: live?.path === path ? live : undefined };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#latest.values()].map((log) => log.close()));
    await this.#links;
  }

  #path(container: string, run: number): string {
    return `${logFolder(this.#pod, container)}/${run}.log`;
  }
}
