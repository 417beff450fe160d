import type { HorizontalPodAutoscaler, MetricStatus, Pod, PodMetrics, Scale } from '@kubernats/api';
import { parseQuantity } from '@kubernats/apimachinery';
import { type History, recommended } from './history.ts';
import { lookAt, type NotFound } from './metric.ts';
import { type Bounds, bounded, stabilize, windowsOf } from './normalize.ts';
import { type Plan, type Said, StatusDraft } from './plan.ts';
import type { Tolerances } from './replicas.ts';
import type { AutoscalingSettings } from './settings.ts';

export interface Snapshot {
  autoscaler: HorizontalPodAutoscaler;
  /** Of its target. */
  scale: Scale;
  /** Those that the target's selector selects. */
  pods: readonly Pod[];
  /** What `metrics.k8s.io` said of them; a text says why it said nothing. Looked at where `needsMetrics`. */
  metrics: readonly PodMetrics[] | string;
  /** The autoscalers, this one among them, whose targets select any of the Pods: `namespace/name`, sorted. */
  selecting: readonly string[];
  history: History;
  settings: AutoscalingSettings;
  nowMs: number;
}

/** What the metrics ask for. */
interface Wanted {
  statuses: MetricStatus[];
  events: Said[];
  /** Undefined: they cannot say. */
  replicas: number | undefined;
  /** The metric that asks for the most. */
  name: string;
  /** Of metrics that cannot say. */
  problem: string;
}

type Sizes = Pick<Snapshot, 'autoscaler' | 'scale'>;

/** How many replicas a target should have. Source: the concept "Horizontal Pod Autoscaling". */
export function decide(snapshot: Snapshot): Plan {
  const { autoscaler, history, nowMs } = snapshot;
  const draft = new StatusDraft(autoscaler, nowMs);
  const { current, min, max } = boundsOf(snapshot);
  draft.say('AbleToScale', true, {
    reason: 'SucceededGetScale',
    message: "the HPA controller was able to get the target's current scale",
  });
  const stay = (): Plan => ({ status: draft.finished(current, current, []), events: [], history });
  const goTo = (to: number, reason: string): Plan => ({
    ...{ status: draft.finished(current, undefined, []), events: [], history },
    rescale: { from: current, to, reason },
  });
  if (current === 0 && min !== 0) {
    draft.say('ScalingActive', false, {
      reason: 'ScalingDisabled',
      message: 'scaling is disabled since the replica count of the target is zero',
    });
    return stay();
  }
  if (current > max) return goTo(max, 'Current number of replicas above Spec.MaxReplicas');
  if (current < min) return goTo(min, 'Current number of replicas below Spec.MinReplicas');
  return byMetrics(snapshot, draft);
}

/** Whether a decision takes what is measured of the Pods. */
export function needsMetrics({ autoscaler, scale }: Sizes): boolean {
  const { current, min, max } = boundsOf({ autoscaler, scale });
  const isResource = autoscaler.spec.metrics?.some(({ type }) => type === 'Resource' || type === 'ContainerResource') ?? false;
  return isResource && !(current === 0 && min !== 0) && current >= min && current <= max;
}

function boundsOf({ autoscaler: { spec }, scale }: Sizes): Pick<Bounds, 'current' | 'min' | 'max'> {
  return { current: scale.spec?.replicas ?? 0, min: spec.minReplicas ?? 1, max: spec.maxReplicas };
}

function byMetrics(snapshot: Snapshot, draft: StatusDraft): Plan {
  const { autoscaler, settings, nowMs } = snapshot;
  const bounds: Bounds = {
    ...boundsOf(snapshot),
    behavior: autoscaler.spec.behavior,
    downscaleStabilizationMs: settings.downscaleStabilizationMs,
  };
  const { current } = bounds;
  const { statuses, events, replicas: wanted, name, problem } = wantedBy(snapshot, draft);
  if (wanted === undefined) {
    const failed: Said = { type: 'Warning', reason: 'FailedComputeMetricsReplicas', message: problem };
    return { status: draft.finished(current, undefined, statuses), events: [...events, failed], history: snapshot.history };
  }
  const stable = stabilize(wanted, snapshot.history, bounds, nowMs);
  draft.say('AbleToScale', true, stable.why ?? { reason: 'ReadyForNewScale', message: 'recommended size matches current size' });
  const end = bounded(stable.replicas, snapshot.history, bounds, nowMs);
  draft.say('ScalingLimited', end.replicas !== stable.replicas, end.why);
  const windows = windowsOf(bounds);
  const history = recommended(snapshot.history, wanted, Math.max(windows.upMs, windows.downMs), nowMs);
  if (end.replicas === current) return { status: draft.finished(current, current, statuses), events, history };
  const reason = wanted > current ? `${name} above target` : wanted < current ? 'All metrics below target' : '';
  return { status: draft.finished(current, undefined, statuses), events, history, rescale: { from: current, to: end.replicas, reason } };
}

/** The most that any metric asks for. While one of them cannot say, the others may ask for more, but not for less. */
function wantedBy(snapshot: Snapshot, draft: StatusDraft): Wanted {
  const { autoscaler, scale, settings } = snapshot;
  const trouble = selectorTrouble(snapshot);
  if (trouble) {
    draft.say('ScalingActive', false, { reason: trouble.reason, message: trouble.condition });
    const event: Said = { type: 'Warning', reason: trouble.event, message: trouble.message };
    return { statuses: [], events: [event], replicas: undefined, name: '', problem: trouble.message };
  }
  const current = scale.spec?.replicas ?? 0;
  const metrics = autoscaler.spec.metrics ?? [];
  const situation = {
    ...snapshot,
    namespace: autoscaler.metadata?.namespace ?? '',
    currentReplicas: current,
    tolerances: tolerancesOf(autoscaler, settings),
  };
  const statuses: MetricStatus[] = [];
  const failures: NotFound[] = [];
  let [replicas, name] = [0, ''];
  for (const metric of metrics) {
    const outcome = lookAt(metric, situation);
    if ('failed' in outcome) failures.push(outcome.failed);
    else if (replicas === 0 || outcome.found.replicas > replicas) ({ replicas, name } = outcome.found);
    statuses.push('found' in outcome ? outcome.found.status : { type: '' });
  }
  const events = failures.map(({ reason, message }): Said => ({ type: 'Warning', reason, message }));
  const [first] = failures;
  const problem = `invalid metrics (${failures.length} invalid out of ${metrics.length}), first error is: ${first?.inShort}`;
  if (first && (failures.length === metrics.length || replicas < current)) {
    const message = `the HPA was unable to compute the replica count: ${first.message}`;
    draft.say('ScalingActive', false, { reason: first.reason, message });
    return { statuses, events, replicas: undefined, name, problem };
  }
  const message = `the HPA was able to successfully calculate a replica count from ${name}`;
  draft.say('ScalingActive', true, { reason: 'ValidMetricFound', message });
  return { statuses, events, replicas, name, problem };
}

interface SelectorTrouble {
  /** Reasons of the condition and of the event. */
  reason: string;
  event: string;
  condition: string;
  message: string;
}

function selectorTrouble({ scale, selecting }: Snapshot): SelectorTrouble | undefined {
  const selector = scale.status?.selector ?? '';
  if (selector === '') {
    const condition = "the HPA target's scale is missing a selector";
    return { reason: 'InvalidSelector', event: 'SelectorRequired', condition, message: 'selector is required' };
  }
  if (selecting.length <= 1) return undefined;
  const message = `pods by selector ${selector} are controlled by multiple HPAs: [${selecting.join(' ')}]`;
  return { reason: 'AmbiguousSelector', event: 'AmbiguousSelector', condition: message, message };
}

function tolerancesOf({ spec: { behavior } }: HorizontalPodAutoscaler, { tolerance }: AutoscalingSettings): Tolerances {
  const own = (text: string | undefined): number => (text === undefined ? tolerance : parseQuantity(text).toNumber());
  return { down: own(behavior?.scaleDown?.tolerance), up: own(behavior?.scaleUp?.tolerance) };
}
