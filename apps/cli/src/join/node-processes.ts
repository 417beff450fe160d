import { Child, type ChildSpec } from '../supervisor/child.ts';
import { PlainOutput } from './plain-output.ts';

/** Longer than a component takes to end in order, and shorter than the ten seconds that a container has. */
const GRACE_MS = 8_000;

/** Runs what a node consists of, each process started again when it dies. */
export class NodeProcesses {
  readonly #children: Child[];
  readonly #failed = Promise.withResolvers<never>();
  #restarts = 0;
  #wasReady = false;
  /** Called once, when all of them are ready. */
  onReady: () => void = () => {};
  /** Called when one has ended before it was told to. What it throws ends all of them. */
  onEnded: () => Promise<void> = async () => {};

  constructor(specs: readonly ChildSpec[]) {
    const output = new PlainOutput(process.stdout);
    this.#children = specs.map((spec) => new Child(spec, output, () => this.#changed()));
    this.#failed.promise.catch(() => {});
  }

  /** Runs them until this process is interrupted. Rejects with what `onEnded` throws. */
  async run(): Promise<void> {
    const interrupted = new Promise<void>((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
    });
    for (const child of this.#children) child.start();
    try {
      await Promise.race([interrupted, this.#failed.promise]);
    } finally {
      await Promise.all(this.#children.map((child) => child.stop(GRACE_MS)));
    }
  }

  #changed(): void {
    if (!this.#wasReady && this.#children.every(({ ready }) => ready)) {
      this.#wasReady = true;
      this.onReady();
    }
    const restarts = this.#children.reduce((sum, child) => sum + child.restarts, 0);
    if (restarts === this.#restarts) return;
    this.#restarts = restarts;
    this.onEnded().catch((error: unknown) => this.#failed.reject(error));
  }
}
