import { mkdirSync, rmSync } from 'node:fs';
import type { AddonName } from '../addons/addons.ts';
import { Failure } from '../failure.ts';
import type { ClusterPaths } from '../state/paths.ts';
import { identityOf } from '../state/process-identity.ts';
import { type SupervisorState, writeSupervisorState } from '../state/supervisor-file.ts';
import { Child, type ChildSpec } from './child.ts';
import type { Output } from './output.ts';

/** What the supervisor is to run. */
export interface SupervisedSpecs {
  nats: ChildSpec;
  components: ChildSpec[];
  /** The add-ons to begin with. */
  addons: readonly AddonName[];
  /** How to run an add-on. May throw. */
  addon(name: AddonName): ChildSpec;
}

const COMPONENT_GRACE_MS = 8000;
const NATS_GRACE_MS = 10_000;
/** Once may be bad luck. */
const EARLY_ENDS_MAX = 3;

/** What `run/supervisor.json` says of the cluster itself. */
type ClusterFacts = Pick<SupervisorState, 'slot' | 'nodes' | 'server' | 'natsUrl' | 'dns' | 'address' | 'exposeAddress'>;

/** Runs a cluster's processes, keeps them running, and tells other commands about them in `run/supervisor.json`. */
export class Supervisor {
  readonly #paths: ClusterPaths;
  readonly #facts: ClusterFacts;
  readonly #nats: Child;
  readonly #components: Child[];
  readonly #addonSpec: SupervisedSpecs['addon'];
  readonly #addons = new Map<AddonName, Child>();
  /** Changes of the add-ons come one after the other. */
  #changing: Promise<void> = Promise.resolve();
  readonly #startedAt = Date.now();
  readonly #output: Output;
  readonly #started = Promise.withResolvers<void>();
  #stopped = false;

  constructor(paths: ClusterPaths, facts: ClusterFacts, specs: SupervisedSpecs, output: Output) {
    this.#paths = paths;
    this.#facts = facts;
    this.#output = output;
    const changed = () => this.#changed();
    this.#nats = new Child(specs.nats, output, changed);
    this.#components = specs.components.map((spec) => new Child(spec, output, changed));
    this.#addonSpec = specs.addon;
    this.#output = output;
    for (const name of specs.addons) this.#addAddon(name);
    mkdirSync(paths.run, { recursive: true });
  }

  /**
   * Starts everything at once: whoever needs another waits for it by itself. Resolves when all are ready. Rejects with a Failure that shows the
   * end of its log when one of them ends again and again before it is ready.
   */
  start(): Promise<void> {
    for (const child of this.#all()) child.start();
    return this.#started.promise;
  }

  /** Starts and stops add-ons until these run and no others. Resolves when those that are not wanted have ended. */
  runAddons(wanted: readonly AddonName[]): Promise<void> {
    this.#changing = this.#changing.catch(() => {}).then(() => this.#changeAddons(wanted));
    return this.#changing;
  }

  async #changeAddons(wanted: readonly AddonName[]): Promise<void> {
    if (this.#stopped) return;
    for (const [name, child] of this.#addons) {
      if (wanted.includes(name)) continue;
      await child.stop(COMPONENT_GRACE_MS);
      this.#addons.delete(name);
      this.#changed();
    }
    for (const name of wanted) if (!this.#addons.has(name)) this.#addAddon(name).start();
  }

  #addAddon(name: AddonName): Child {
    const child = new Child(this.#addonSpec(name), this.#output, () => this.#changed());
    this.#addons.set(name, child);
    return child;
  }

  /** Starts nats-server anew, by its configuration as it is now. */
  restartNats(): void {
    this.#nats.kill();
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
    await this.#changing.catch(() => {});
    await stop([...this.#addons.values(), ...this.#components.filter(({ spec }) => !spec.servesOthers)]);
    await stop(this.#components.filter(({ spec }) => spec.servesOthers));
    await this.#nats.stop(NATS_GRACE_MS);
    rmSync(this.#paths.supervisorFile, { force: true });
  }

  #all(): Child[] {
    return [this.#nats, ...this.#components, ...this.#addons.values()];
  }

  #changed(): void {
    if (this.#stopped) return;
    const me = identityOf(process.pid);
    if (me)
      writeSupervisorState(this.#paths, {
        supervisor: me,
        startedAt: this.#startedAt,
        ...this.#facts,
        addons: [...this.#addons.keys()],
        children: this.#children(),
      });
    const children = this.#all();
    if (children.every((child) => child.ready)) this.#started.resolve();
    const failing = children.find((child) => child.earlyEnds >= EARLY_ENDS_MAX);
    if (failing) this.#started.reject(this.#failureOf(failing));
  }

  #failureOf({ spec: { name }, earlyEnds, lastExit }: Child): Failure {
    const lines = this.#output.recent(name).map((line) => `  ${line}`);
    return new Failure(
      [
        `${name} ended ${earlyEnds} times before it was ready (${lastExit})${lines.length > 0 ? ':' : '.'}`,
        ...lines,
        `All that it said: ${this.#paths.log(name)}`,
      ].join('\n'),
    );
  }

  #children(): SupervisorState['children'] {
    const rows = this.#all().flatMap((child) =>
      child.identity
        ? [
            [
              child.spec.name,
              {
                ...{ process: child.identity, startedAt: child.startedAt, restarts: child.restarts, ready: child.ready },
                metricsPort: child.spec.metricsPort,
              },
            ] as const,
          ]
        : [],
    );
    return Object.fromEntries(rows);
  }
}
