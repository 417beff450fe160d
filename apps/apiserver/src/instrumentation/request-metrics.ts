import type { Count, CounterFamily, Histogram, HistogramFamily } from './families.ts';
import type { Instruments } from './instruments.ts';
import { LABELS, type RequestLabels, valuesOf } from './request-labels.ts';

/** Seconds, as kube-apiserver has them: fine where a service level would be measured. */
const DURATION_BUCKETS = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60] as const;
/** Bytes: 1 kB to 1 GB. */
const SIZE_BUCKETS = [1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9] as const;

/** All series of requests that look the same but for their code: found once, then only added to. */
export interface RequestSeries {
  labels: RequestLabels;
  duration: Histogram;
  /** Of requests that read only. */
  size: Histogram | undefined;
  byCode: Map<number, Count>;
}

/** What is counted of requests over HTTPS. Source: "Kubernetes Metrics Reference", `apiserver_…`. */
export class RequestMetrics {
  readonly #total: CounterFamily;
  readonly #durations: HistogramFamily;
  readonly #sizes: HistogramFamily;
  readonly #terminations: CounterFamily;
  readonly #longRunning = new Map<RequestSeries, number>();
  /** By resource: of one resource there are a few, and to look through them is cheaper than to put a key together. */
  readonly #series = new Map<string, RequestSeries[]>();
  readonly #isServed: IsServed;

  constructor(instruments: Instruments, isServed: IsServed) {
    this.#isServed = isServed;
    this.#total = instruments.counter(
      'apiserver_request_total',
      'Counter of apiserver requests broken out for each verb, dry run value, group, version, resource, scope, component, and HTTP response code.',
      ['verb', 'dry_run', ...LABELS, 'code'],
    );
    this.#durations = instruments.histogram(
      'apiserver_request_duration_seconds',
      'Response latency distribution in seconds for each verb, dry run value, group, version, resource, subresource, scope and component.',
      ['verb', 'dry_run', ...LABELS],
      DURATION_BUCKETS,
    );
    this.#sizes = instruments.histogram(
      'apiserver_response_sizes',
      'Response size distribution in bytes for each group, version, verb, resource, subresource, scope and component.',
      ['verb', ...LABELS],
      SIZE_BUCKETS,
    );
    this.#terminations = instruments.counter(
      'apiserver_request_terminations_total',
      'Number of requests which apiserver terminated in self-defense.',
      ['verb', ...LABELS, 'code'],
    );
    instruments.gauge(
      'apiserver_longrunning_requests',
      'Gauge of all active long-running apiserver requests broken out by verb, group, version, resource, scope and component. Not all requests are tracked this way.',
      ['verb', ...LABELS],
      () => this.#longRunningNow(),
    );
  }

  /** The series of a request. What is not served is counted without names: clients choose those. */
  seriesOf(labels: RequestLabels): RequestSeries {
    const { verb, resource, dryRun } = labels;
    const ofResource = this.#series.get(resource);
    const known = ofResource?.find((each) => isSame(each.labels, labels));
    if (known) return known;
    if (resource !== '' && !this.#isServed(labels)) return this.seriesOf({ ...NAMELESS, verb });
    const values = valuesOf(labels);
    const series: RequestSeries = {
      labels,
      duration: this.#durations.series(verb, dryRun, ...values),
      size: verb === 'GET' || verb === 'LIST' ? this.#sizes.series(verb, ...values) : undefined,
      byCode: new Map(),
    };
    if (ofResource) ofResource.push(series);
    else this.#series.set(resource, [series]);
    return series;
  }

  /** A request has been answered. */
  answered(series: RequestSeries, code: number, seconds: number, bodyBytes: number): void {
    let count = series.byCode.get(code);
    if (!count) {
      const { verb, dryRun } = series.labels;
      series.byCode.set(code, (count = this.#total.series(verb, dryRun, ...valuesOf(series.labels), String(code))));
    }
    count.add();
    series.duration.observe(seconds);
    series.size?.observe(bodyBytes);
  }

  /** The server has refused a request to protect itself, or given it up. */
  terminated({ labels }: RequestSeries, code: number): void {
    this.#terminations.series(labels.verb, ...valuesOf(labels), String(code)).add();
  }

  /** `by` more of them are open. */
  longRunning(series: RequestSeries, by: 1 | -1): void {
    this.#longRunning.set(series, (this.#longRunning.get(series) ?? 0) + by);
  }

  *#longRunningNow(): Iterable<{ labels: Record<string, string>; value: number }> {
    for (const [{ labels }, value] of this.#longRunning) {
      const values = valuesOf(labels);
      yield { labels: { verb: labels.verb, ...Object.fromEntries(LABELS.map((name, i) => [name, values[i] ?? ''])) }, value };
    }
  }
}

const isSame = (a: RequestLabels, b: RequestLabels): boolean =>
  a.verb === b.verb &&
  a.scope === b.scope &&
  a.subresource === b.subresource &&
  a.version === b.version &&
  a.group === b.group &&
  a.dryRun === b.dryRun;

/** Whether there is such a resource, or such a part of it. */
export type IsServed = (labels: Pick<RequestLabels, 'group' | 'version' | 'resource' | 'subresource'>) => boolean;

const NAMELESS = { group: '', version: '', resource: '', subresource: '', scope: '', dryRun: '' } as const;
