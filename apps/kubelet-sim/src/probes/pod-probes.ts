import type { Container } from '@kubernats/api';
import type { Labels } from '@kubernats/controller';
import type { Target } from '../handlers/handler.ts';
import type { PodContext, PodNames } from '../pod/pod-context.ts';
import type { RunState } from '../pod/record.ts';
import { ProbeLoop } from './probe-loop.ts';
import { runProbe, type Warn } from './run-probe.ts';
import type { Streak } from './streak.ts';
import { type Ticks, ticksFrom } from './ticks.ts';
import type { ProbeKind } from './verdict.ts';

const FIELDS = { startup: 'startupProbe', liveness: 'livenessProbe', readiness: 'readinessProbe' } as const;

/** One run of a container that is to be probed. */
export interface ProbedRun {
  container: Container;
  target: Target;
  startedAtMs: number;
  /** Where the verdicts go. */
  run: RunState;
  warn: Warn;
}

/** A probe of a container, over all its runs. */
interface Worker {
  ticks: Ticks;
  where: Labels;
  loop: ProbeLoop | undefined;
}

/**
 * The probes of one Pod. Startup first; liveness and readiness begin when it has succeeded. What a probe comes to stands in the record of
 * the run, so that a container that is started again begins anew. Source: Kubernetes, "Pod Lifecycle", container probes.
 */
export class PodProbes {
  readonly #context: Pick<PodContext, 'clock' | 'random' | 'kubeletSinceMs' | 'probeCounter'>;
  readonly #names: PodNames;
  readonly #changed: () => void;
  readonly #sinceMs: number;
  readonly #workers: Record<ProbeKind, Map<string, Worker>> = { startup: new Map(), liveness: new Map(), readiness: new Map() };
  #terminating = false;

  /** `changed` is called when a verdict is another than before. */
  constructor(context: Pick<PodContext, 'clock' | 'random' | 'kubeletSinceMs' | 'probeCounter'>, names: PodNames, changed: () => void) {
    this.#context = context;
    this.#names = names;
    this.#changed = changed;
    this.#sinceMs = context.clock.now();
  }

  /** A container is up. */
  begin(probed: ProbedRun): void {
    if (probed.container.startupProbe) this.#loop('startup', probed);
    else this.#started(probed);
  }

  /** The run of a container is over. */
  end(container: string): void {
    for (const kind of ['startup', 'liveness', 'readiness'] as const) this.#stop(kind, container);
  }

  /** The Pod is being stopped: nothing kills its containers any more, but whether they are ready still counts. */
  terminate(): void {
    this.#terminating = true;
    for (const kind of ['startup', 'liveness'] as const) for (const name of this.#workers[kind].keys()) this.#stop(kind, name);
  }

  /** The Pod is over. */
  close(): void {
    for (const kind of ['startup', 'liveness', 'readiness'] as const) {
      for (const [name, { where }] of this.#workers[kind]) {
        this.#stop(kind, name);
        this.#context.probeCounter.forget(kind, where);
      }
      this.#workers[kind].clear();
    }
  }

  #started(probed: ProbedRun): void {
    if (probed.container.livenessProbe) this.#loop('liveness', probed);
    if (probed.container.readinessProbe) this.#loop('readiness', probed);
  }

  #loop(kind: ProbeKind, probed: ProbedRun): void {
    const { container, target, startedAtMs, run, warn } = probed;
    const probe = container[FIELDS[kind]];
    if (!probe || (this.#terminating && kind !== 'readiness')) return;
    const { clock, probeCounter } = this.#context;
    const worker = this.#workerOf(kind, container.name, (probe.periodSeconds ?? 10) * 1000);
    worker.loop = new ProbeLoop({
      clock,
      probe,
      ticks: worker.ticks,
      startedAtMs,
      probeOnce: async (signal) => {
        const result = await runProbe(kind, probe, target, signal, warn);
        if (result !== undefined) probeCounter.count(kind, result === 'success' ? 'successful' : 'failed', worker.where);
        return result;
      },
      verdict: (result) => this.#verdict(kind, result, run, probed),
    });
    // Nobody wants to wait for the next tick to hear that a Pod is ready.
    worker.loop.start(kind === 'readiness');
  }

  #verdict(kind: ProbeKind, result: Streak['result'], run: RunState, probed: ProbedRun): void {
    if (run.verdicts[kind] === result) return;
    run.verdicts[kind] = result;
    const { name } = probed.container;
    // A container that is going to be killed is not asked any more, one that has started not whether it has.
    if (kind === 'startup' || (kind === 'liveness' && result === 'failure')) this.#stop(kind, name);
    if (kind === 'startup' && result === 'success') this.#started(probed);
    this.#changed();
  }

  #stop(kind: ProbeKind, container: string): void {
    const worker = this.#workers[kind].get(container);
    worker?.loop?.stop();
    if (worker) worker.loop = undefined;
  }

  #workerOf(kind: ProbeKind, container: string, periodMs: number): Worker {
    let worker = this.#workers[kind].get(container);
    if (!worker) {
      const { namespace, name, uid } = this.#names;
      const where = { container, pod: name, namespace, pod_uid: uid };
      worker = { ticks: ticksFrom(this.#sinceMs + this.#jitter(periodMs), periodMs), where, loop: undefined };
      this.#workers[kind].set(container, worker);
    }
    return worker;
  }

  /** After a start of the kubelet all Pods' probes would begin at the same time; later they are spread as the Pods are. */
  #jitter(periodMs: number): number {
    const { kubeletSinceMs, random } = this.#context;
    return this.#sinceMs - kubeletSinceMs < periodMs ? Math.floor(random.next() * periodMs) : 0;
  }
}
