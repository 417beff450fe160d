import type { Container, LifecycleHandler, Pod } from '@kubernats/api';
import type { RunningContainer, Sandbox } from '@kubernats/containers';
import { nodeDialer } from '../handlers/dial.ts';
import type { Target } from '../handlers/handler.ts';
import { HookError, runHook } from '../handlers/hook.ts';
import { PodProbes } from '../probes/pod-probes.ts';
import { podTitle } from '../status/container-status.ts';
import { namesOf, type PodContext } from './pod-context.ts';
import type { PodEvents } from './pod-events.ts';
import { type PodRecord, type Role, type RunState, recordOf } from './record.ts';

interface Attended {
  container: Container;
  role: Role;
  target: Target;
  startedAtMs: number;
  run: RunState;
  /** Aborts when the run is over. */
  over: AbortController;
}

const HOOKS = {
  postStart: { reason: 'FailedPostStartHook', message: 'PostStartHook failed' },
  preStop: { reason: 'FailedPreStopHook', message: 'PreStopHook failed' },
} as const;

/** What the node does beside a container that runs: its hooks, and its probes. What comes of it stands in the record of the run. */
export class Attendant {
  readonly #context: PodContext;
  readonly #pod: () => Pod;
  readonly #record: PodRecord;
  readonly #events: PodEvents;
  readonly #changed: () => void;
  readonly #probes: PodProbes;
  readonly #attended = new Map<string, Attended>();
  #closed = false;

  constructor(context: PodContext, pod: () => Pod, record: PodRecord, events: PodEvents, changed: () => void) {
    this.#context = context;
    this.#pod = pod;
    this.#record = record;
    this.#events = events;
    this.#changed = changed;
    this.#probes = new PodProbes(context, namesOf(pod()), changed);
  }

  /** A run of a container has begun: `postStart`, then the probes. Returns at once. */
  started(sandbox: Sandbox, container: Container, role: Role, running: RunningContainer, run: RunState): void {
    const { startedAtMs } = running;
    const target = this.#targetOf(sandbox, container, running);
    // Where containers are their status only, there is nothing to ask, and they are well.
    if (!target) {
      run.verdicts = { startup: 'success', liveness: 'success', readiness: 'success' };
      return;
    }
    const attended = { container, role, target, startedAtMs, run, over: new AbortController() };
    this.#attended.set(container.name, attended);
    const postStart = container.lifecycle?.postStart;
    if (!postStart) return this.#probe(attended);
    run.postStart = 'running';
    void this.#hook('postStart', postStart, attended).then((done) => {
      if (attended.over.signal.aborted) return;
      run.postStart = done ? undefined : 'failed';
      if (done) this.#probe(attended);
      this.#changed();
    });
  }

  /** The container is about to be told to stop: runs `preStop`. Returns at once. */
  preStop(name: string): void {
    const { run } = recordOf(this.#record, name);
    if (!run) return;
    const attended = this.#attended.get(name);
    const preStop = attended?.container.lifecycle?.preStop;
    if (!attended || !preStop) {
      run.preStop = 'done';
      return;
    }
    run.preStop = 'running';
    void this.#hook('preStop', preStop, attended).then(() => {
      run.preStop = 'done';
      this.#changed();
    });
  }

  /** The run of a container is over. */
  ended(name: string): void {
    this.#attended.get(name)?.over.abort(new Error('the container has ended'));
    this.#attended.delete(name);
    this.#probes.end(name);
  }

  /** The Pod is being stopped. */
  terminate(): void {
    this.#probes.terminate();
  }

  /** The Pod is over, or its node: nothing more is done or said. */
  close(): void {
    this.#closed = true;
    for (const name of [...this.#attended.keys()]) this.ended(name);
    this.#probes.close();
  }

  #probe({ container, role, target, startedAtMs, run }: Attended): void {
    const warn = (reason: string, message: string): void => this.#events.ofContainer(container, role, 'Warning', reason, message);
    this.#probes.begin({ container, target, startedAtMs, run, warn });
  }

  /** Whether the hook went well. */
  async #hook(which: keyof typeof HOOKS, handler: LifecycleHandler, { container, role, target, over }: Attended): Promise<boolean> {
    const pod = podTitle(this.#pod());
    try {
      const warn = (reason: string, message: string): void => this.#events.ofPod('Warning', reason, message);
      await runHook(handler, { target, pod, signal: over.signal, warn });
      return true;
    } catch (error) {
      if (this.#closed) return false;
      // The event says no more than that: what a hook prints may be a secret.
      const { reason, message } = HOOKS[which];
      this.#events.ofContainer(container, role, 'Warning', reason, message);
      this.#context.log.info({ hook: which, error: error instanceof HookError ? error.message : error }, 'a lifecycle hook failed');
      return false;
    }
  }

  #targetOf(sandbox: Sandbox, container: Container, running: RunningContainer): Target | undefined {
    const { network, node, clock, resolveName } = this.#context;
    if (!network || !sandbox.network) return undefined;
    const { namespace } = namesOf(this.#pod());
    const dial = nodeDialer({
      network,
      nodeIp: node.ip,
      hostPod: this.#pod().spec?.hostNetwork === true ? sandbox.network : undefined,
      resolve: (name) => resolveName(name, namespace),
    });
    return { container, podIp: this.#record.ip ?? '', running, dial, clock };
  }
}
