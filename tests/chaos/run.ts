import { Namespaces } from '@kubernats/api';
import { realClock } from '@kubernats/clock';
import { isAlreadyExists } from '@kubernats/errors';
import type { Verdict } from './checkers/checker.ts';
import { CHECKERS } from './checkers/checkers.ts';
import { notConverged } from './checkers/converged.ts';
import { orphansIn } from './checkers/orphans.ts';
import { type Fault, type FaultKind, faultInWords } from './faults.ts';
import { Recorder } from './history/recorder.ts';
import { listAll, Watches } from './history/watches.ts';
import { type Plan, plan } from './plan.ts';
import type { Target } from './targets/target.ts';
import { until } from './until.ts';
import type { Activity } from './workload/activity.ts';
import { clientOf, insist, NAMESPACE } from './workload/ask.ts';
import { callEachWay, callServices } from './workload/calls.ts';
import { configMaps } from './workload/config-maps.ts';
import { deployments } from './workload/deployments.ts';
import { keepers } from './workload/keepers.ts';
import { services } from './workload/services.ts';
import { statefulSets } from './workload/stateful-sets.ts';
import { type ActionOf, type ActivityName, actionInWords } from './workload/steps.ts';

export interface RunOptions {
  seed: number;
  durationMs: number;
  kinds: readonly FaultKind[];
  /** Where what happens is noted. */
  folder: string;
  start(folder: string): Promise<Target>;
  /** Told of each fault, as it is done. */
  say(line: string): void;
}

/** No assertions: they end what hangs, and what is not well by then is told by the checkers. */
const PATIENCE_MS = { convergence: 180_000, tidiness: 180_000, fault: 180_000 };

type Activities = { [Name in ActivityName]: Activity<Name> };

/** A run from the start of a cluster to its end: what each checker says, by its name. */
export async function runChaos({ seed, durationMs, kinds, folder, start, say }: RunOptions): Promise<Map<string, Verdict>> {
  const target = await start(folder);
  using recorder = new Recorder(folder, realClock);
  const run = new Run(target, recorder, say);
  try {
    await run.prepare();
    await run.carryOut(plan({ seed, durationMs, components: target.components, kinds }));
    await run.settle();
  } finally {
    await run.stop();
    recorder.note({ what: 'left', things: await target.end() });
  }
  return new Map(CHECKERS.map((checker) => [checker.name, checker.check(recorder.entries)]));
}

class Run {
  readonly #target: Target;
  readonly #recorder: Recorder;
  readonly #say: (line: string) => void;
  readonly #watches: Watches;
  readonly #activities: Activities;
  readonly #watching = new AbortController();
  readonly #calling = new AbortController();
  #calls: Promise<void> = Promise.resolve();
  #watched: Promise<void> = Promise.resolve();

  constructor(target: Target, recorder: Recorder, say: (line: string) => void) {
    this.#target = target;
    this.#recorder = recorder;
    this.#say = say;
    this.#watches = new Watches(recorder);
    this.#activities = {
      'config-maps': configMaps(target, recorder),
      deployments: deployments(target),
      keepers: keepers(target),
      services: services(target),
      'stateful-sets': statefulSets(target),
    };
  }

  /** All that is used, at work before the first fault. */
  async prepare(): Promise<void> {
    const client = clientOf(this.#target);
    await insist(() => client.kind(Namespaces).create({ metadata: { name: NAMESPACE } }), isAlreadyExists);
    this.#watched = this.#watches.follow(client, this.#watching.signal);
    for (const activity of Object.values(this.#activities)) await activity.begin?.();
    if (!(await this.#watches.until(() => this.#notConverged().length === 0, PATIENCE_MS.convergence)))
      throw new Error(`the cluster did not come to work:\n${this.#notConverged().join('\n')}`);
    this.#calls = callServices(this.#target, this.#recorder, this.#watches, this.#calling.signal);
  }

  /** Faults and steps at their times; the steps of one activity one after the other. */
  async carryOut({ faults, steps }: Plan): Promise<void> {
    const beganAt = this.#recorder.now();
    const at = (atMs: number): Promise<void> => realClock.sleep(Math.max(0, beganAt + atMs - this.#recorder.now()));
    const ofActivities = [...Map.groupBy(steps, ({ activity }) => activity).values()].map(async (ofOne) => {
      for (const { atMs, ...action } of ofOne) {
        await at(atMs);
        this.#recorder.note({ what: 'step', action });
        try {
          await (this.#activities[action.activity] as Activity<ActivityName>).perform(action as ActionOf<ActivityName>);
        } catch (error) {
          throw new Error(`cannot ${actionInWords(action)}`, { cause: error });
        }
      }
    });
    const ofFaults = faults.map(async (fault) => {
      await at(fault.atMs);
      await this.#suffer(fault);
    });
    await Promise.all([...ofActivities, ...ofFaults]);
    this.#recorder.note({ what: 'peace' });
  }

  async #suffer(fault: Fault): Promise<void> {
    this.#say(`${(this.#recorder.now() / 1000).toFixed(1).padStart(6)} s  fault ${fault.id}: ${faultInWords(fault)}`);
    this.#recorder.note({ what: 'fault-begun', fault });
    // Another fault may stand in the way: a node cannot be asked to stop while NATS stands still.
    if (!(await this.#insistOn(fault, () => this.#target.begin(fault)))) return;
    await realClock.sleep(fault.forMs);
    if (await this.#insistOn(fault, () => this.#target.heal(fault))) this.#recorder.note({ what: 'fault-healed', fault });
  }

  /** Whether it could be done in the end; notes why not. */
  async #insistOn(fault: Fault, act: () => Promise<void>): Promise<boolean> {
    let why: unknown;
    const done = await until(
      () =>
        act().then(
          () => true,
          (error: unknown) => {
            why = error;
            return false;
          },
        ),
      PATIENCE_MS.fault,
    );
    if (!done) this.#recorder.note({ what: 'fault-failed', fault, why: String(why) });
    return done === true;
  }

  /** Waits until nothing changes any more, and notes what is there then. */
  async settle(): Promise<void> {
    await this.#watches.until(() => this.#notConverged().length === 0, PATIENCE_MS.convergence);
    this.#calling.abort();
    await this.#calls;
    await callEachWay(this.#target, this.#recorder);
    const client = clientOf(this.#target);
    await until(async () => orphansIn(await this.#target.inventory(), await listAll(client)).length === 0, PATIENCE_MS.tidiness);
    // Events that are under way arrive: each is awaited by its revision.
    const objects = await listAll(client);
    await this.#watches.until(() => this.#watches.haveSeen(objects), PATIENCE_MS.tidiness);
    this.#recorder.note({ what: 'state', objects: await listAll(client) });
    this.#recorder.note({ what: 'inventory', inventory: await this.#target.inventory() });
    this.#watching.abort();
    await this.#watched;
  }

  async stop(): Promise<void> {
    this.#calling.abort();
    this.#watching.abort();
    await Promise.allSettled([this.#calls, this.#watched]);
  }

  #notConverged(): string[] {
    const pods = this.#watches.of('Pod');
    return (['Deployment', 'StatefulSet'] as const).flatMap((kind) => {
      const all = this.#watches.of(kind);
      return all.length === 0 ? [`no ${kind}`] : all.flatMap((each) => notConverged(each, pods, undefined));
    });
  }
}
