import { mkdirSync, rmSync } from 'node:fs';
import type { ClusterPaths } from '../state/paths.ts';
import { identityOf } from '../state/process-identity.ts';
import { type SupervisorState, writeSupervisorState } from '../state/supervisor-file.ts';
import { Child, type ChildSpec } from './child.ts';
import type { Output } from './output.ts';

const COMPONENT_GRACE_MS = 8000;
const NATS_GRACE_MS = 10_000;

/** Runs a cluster's processes, keeps them running, and tells other commands about them in `run/supervisor.json`. */
export class Supervisor {
  readonly #paths: ClusterPaths;
  readonly #facts: Pick<SupervisorState, 'slot' | 'nodes' | 'server' | 'natsUrl' | 'dns'>;
  readonly #nats: Child;
  readonly #components: Child[];
  readonly #startedAt = Date.now();
  #onReady: (() => void) | undefined;
  #stopped = false;

  constructor(
    paths: ClusterPaths,
    facts: Pick<SupervisorState, 'slot' | 'nodes' | 'server' | 'natsUrl' | 'dns'>,
    specs: { nats: ChildSpec; components: ChildSpec[] },
    output: Output,
  ) {
    this.#paths = paths;
    this.#facts = facts;
    const changed = () => this.#changed();
    this.#nats = new Child(specs.nats, output, changed);
    this.#components = specs.components.map((spec) => new Child(spec, output, changed));
    mkdirSync(paths.run, { recursive: true });
  }

  /** Starts everything at once: whoever needs another waits for it by itself. Resolves when all are ready. */
  start(): Promise<void> {
    const ready = new Promise<void>((resolve) => {
      this.#onReady = resolve;
    });
    for (const child of this.#all()) child.start();
    return ready;
  }

  /** What is not ready, with how it ended last time: for the message of a start that takes too long. */
  waitingFor(): string[] {
    return this.#all()
      .filter((child) => !child.ready)
      .map((child) => (child.lastExit ? `${child.spec.name} (${child.lastExit})` : child.spec.name));
  }

  /** Stops the components, those that serve the others last, then nats-server. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const stop = (children: Child[]) => Promise.all(children.map((child) => child.stop(COMPONENT_GRACE_MS)));
    await stop(this.#components.filter(({ spec }) => !spec.servesOthers));
    await stop(this.#components.filter(({ spec }) => spec.servesOthers));
    await this.#nats.stop(NATS_GRACE_MS);
    rmSync(this.#paths.supervisorFile, { force: true });
  }

  #all(): Child[] {
    return [this.#nats, ...this.#components];
  }

  #changed(): void {
    if (this.#stopped) return;
    const me = identityOf(process.pid);
    if (me)
      writeSupervisorState(this.#paths, {
        supervisor: me,
        startedAt: this.#startedAt,
        ...this.#facts,
        children: this.#children(),
      });
    if (this.#all().every((child) => child.ready)) this.#onReady?.();
  }

  #children(): SupervisorState['children'] {
    const rows = this.#all().flatMap((child) =>
      child.identity
        ? [
            [
              child.spec.name,
              { process: child.identity, startedAt: child.startedAt, restarts: child.restarts, ready: child.ready },
            ] as const,
          ]
        : [],
    );
    return Object.fromEntries(rows);
  }
}
