import type { ContainerStatus, Pod, PodCondition, PodStatus } from '@kubernats/api';
import { rfc3339 } from '@kubernats/clock';
import { type PodRecord, partsOf, recordOf } from '../pod/record.ts';
import { isResized } from '../resize/resize-step.ts';

interface Statuses {
  init: ContainerStatus[];
  main: ContainerStatus[];
}

type Verdict = Pick<PodCondition, 'status' | 'reason' | 'message'>;
const TRUE: Verdict = { status: 'True' };

/** The kubelet's own conditions of a Pod, in its order; those of others stay behind them. Times change when the status does. */
export function conditionsOf(pod: Pod, record: PodRecord, phase: string, statuses: Statuses, nowMs: number): PodCondition[] {
  const before = pod.status?.conditions ?? [];
  const initialized = initializedVerdict(pod, phase, statuses);
  const containersReady = containersReadyVerdict(pod, phase, statuses);
  const own: [string, Verdict][] = [
    ['PodReadyToStartContainers', { status: record.ip !== undefined ? 'True' : 'False' }],
    ['Initialized', initialized],
    ['Ready', readyVerdict(pod, before, containersReady)],
    ['ContainersReady', containersReady],
  ];
  const { failure } = record;
  if (failure?.disrupted) own.push(['DisruptionTarget', { status: 'True', reason: 'TerminationByKubelet', message: failure.message }]);
  own.push(...resizeVerdicts(pod, record));
  const generation = pod.metadata?.generation;
  const conditions = own.map(([type, verdict]): PodCondition => {
    const known = before.find((condition) => condition.type === type);
    return {
      type,
      ...verdict,
      ...(generation === undefined ? {} : { observedGeneration: generation }),
      lastTransitionTime: known?.status === verdict.status && known.lastTransitionTime ? known.lastTransitionTime : rfc3339(nowMs),
    };
  });
  return [...conditions, ...before.filter(({ type }) => !RESIZE_CONDITIONS.has(type) && own.every(([name]) => name !== type))];
}

/** They are there only as long as they hold. */
const RESIZE_CONDITIONS: ReadonlySet<string> = new Set(['PodResizePending', 'PodResizeInProgress']);

function resizeVerdicts(pod: Pod, record: PodRecord): [string, Verdict][] {
  const { resizePending } = record;
  const verdicts: [string, Verdict][] = resizePending ? [['PodResizePending', { status: 'True', ...resizePending }]] : [];
  const under = partsOf(pod).filter(({ container }) => isResized(container, recordOf(record, container.name)));
  if (under.length === 0) return verdicts;
  const [error] = under.flatMap(({ container }) => recordOf(record, container.name).run?.notResized?.error ?? []);
  return [...verdicts, ['PodResizeInProgress', { status: 'True', ...(error === undefined ? {} : { reason: 'Error', message: error }) }]];
}

function initializedVerdict(pod: Pod, phase: string, statuses: Statuses): Verdict {
  if (phase === 'Succeeded') return { status: 'True', reason: 'PodCompleted' };
  const incomplete = partsOf(pod).filter(({ role, container }) => {
    if (role !== 'init' && role !== 'sidecar') return false;
    const status = statuses.init.find(({ name }) => name === container.name);
    return !(role === 'sidecar' ? status?.started : status?.ready);
  });
  // Once the main containers have begun it stays so, whatever becomes of a sidecar.
  const begun = statuses.main.some(({ state, lastState, restartCount }) => {
    const seen = state?.running ?? state?.terminated?.startedAt ?? lastState?.terminated;
    return seen !== undefined || restartCount > 0;
  });
  if (incomplete.length === 0 || begun) return TRUE;
  const names = incomplete.map(({ container }) => container.name).join(' ');
  return { status: 'False', reason: 'ContainersNotInitialized', message: `containers with incomplete status: [${names}]` };
}

function containersReadyVerdict(pod: Pod, phase: string, { init, main }: Statuses): Verdict {
  if (phase === 'Succeeded') return { status: 'False', reason: 'PodCompleted' };
  if (phase === 'Failed') return { status: 'False', reason: 'PodFailed' };
  const sidecars = partsOf(pod).filter(({ role }) => role === 'sidecar');
  const all = [...sidecars.map(({ container }) => init.find(({ name }) => name === container.name)), ...main];
  const unready = all.filter((status) => !status?.ready).map((status) => status?.name ?? '');
  if (unready.length === 0) return TRUE;
  return { status: 'False', reason: 'ContainersNotReady', message: `containers with unready status: [${unready.join(' ')}]` };
}

function readyVerdict(pod: Pod, before: NonNullable<PodStatus['conditions']>, containersReady: Verdict): Verdict {
  if (containersReady.status !== 'True') return containersReady;
  const missing: string[] = [];
  for (const { conditionType } of pod.spec?.readinessGates ?? []) {
    const gate = before.find(({ type }) => type === conditionType);
    if (!gate) missing.push(`corresponding condition of pod readiness gate "${conditionType}" does not exist.`);
    else if (gate.status !== 'True') missing.push(`the status of pod readiness gate "${conditionType}" is not "True", but ${gate.status}`);
  }
  return missing.length === 0 ? TRUE : { status: 'False', reason: 'ReadinessGatesNotReady', message: missing.join(', ') };
}
