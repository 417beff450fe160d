import type { Counter, Labels, Metrics } from '@kubernats/controller';
import type { ProbeKind } from './verdict.ts';

const TYPES: Readonly<Record<ProbeKind, string>> = { startup: 'Startup', readiness: 'Readiness', liveness: 'Liveness' };
const RESULTS = ['successful', 'failed'] as const;

/** The kubelet's count of its probes; their results go with their Pod. */
export class ProbeCounter {
  readonly #counter: Counter;

  constructor(metrics: Metrics) {
    this.#counter = metrics.counter(
      'prober_probe_total',
      'Cumulative number of a liveness, readiness or startup probe for a container by result.',
      ['probe_type', 'result', 'container', 'pod', 'namespace', 'pod_uid'],
    );
  }

  /** `where` is the container's: container, pod, namespace, pod_uid. */
  count(kind: ProbeKind, result: (typeof RESULTS)[number], where: Labels): void {
    this.#counter.inc({ ...where, probe_type: TYPES[kind], result });
  }

  forget(kind: ProbeKind, where: Labels): void {
    for (const result of RESULTS) this.#counter.remove({ ...where, probe_type: TYPES[kind], result });
  }
}
