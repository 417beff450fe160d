// What `kubectl get pods` says of a Pod in three words. Source: how Kubernetes' server prints Pods.
import type { ContainerStateTerminated, ContainerStatus, Pod } from '../../../../generated/types.ts';
import { ageOf } from '../../../table/human-duration.ts';
import { isSidecar, isTerminal } from './containers.ts';

export interface PodSummary {
  ready: number;
  containers: number;
  status: string;
  restarts: number;
  lastRestart: string | undefined;
}

/** How many containers are ready, the one reason that says most, and how often containers were restarted. */
export function podSummary(pod: Pod): PodSummary {
  const { spec, status = {} } = pod;
  const sidecars = new Set((spec?.initContainers ?? []).filter(isSidecar).map(({ name }) => name));
  const summary: PodSummary = {
    ready: 0,
    containers: (spec?.containers ?? []).length + sidecars.size,
    status: status.reason || status.phase || '',
    restarts: 0,
    lastRestart: undefined,
  };
  if (status.conditions?.some(({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated'))
    summary.status = 'SchedulingGated';
  const initializing = readInitContainers(pod, sidecars, summary);
  if (!initializing || hasCondition(pod, 'Initialized')) readContainers(pod, sidecars, summary);
  if (pod.metadata?.deletionTimestamp !== undefined) {
    if (status.reason === 'NodeLost') summary.status = 'Unknown';
    else if (!isTerminal(pod)) summary.status = 'Terminating';
  }
  return summary;
}

/** `3 (5m ago)`. */
export function restartsText({ restarts, lastRestart }: PodSummary, nowMs: number): string {
  return restarts > 0 && lastRestart !== undefined ? `${restarts} (${ageOf(lastRestart, nowMs)} ago)` : String(restarts);
}

function readInitContainers(pod: Pod, sidecars: ReadonlySet<string>, summary: PodSummary): boolean {
  for (const [i, container] of (pod.status?.initContainerStatuses ?? []).entries()) {
    countRestarts(container, summary);
    const { terminated, waiting } = container.state ?? {};
    if (terminated?.exitCode === 0) continue;
    if (sidecars.has(container.name) && container.started) {
      if (container.ready) summary.ready++;
      continue;
    }
    if (terminated) summary.status = `Init:${terminated.reason || exitText(terminated)}`;
    else if (waiting?.reason && waiting.reason !== 'PodInitializing') summary.status = `Init:${waiting.reason}`;
    else summary.status = `Init:${i}/${(pod.spec?.initContainers ?? []).length}`;
    return true;
  }
  return false;
}

function readContainers(pod: Pod, sidecars: ReadonlySet<string>, summary: PodSummary): void {
  summary.restarts = 0;
  summary.lastRestart = undefined;
  for (const container of pod.status?.initContainerStatuses ?? []) if (sidecars.has(container.name)) countRestarts(container, summary);
  let running = false;
  for (const container of (pod.status?.containerStatuses ?? []).toReversed()) {
    countRestarts(container, summary);
    const { terminated, waiting, running: isRunning } = container.state ?? {};
    if (waiting?.reason) summary.status = waiting.reason;
    else if (terminated) summary.status = terminated.reason || exitText(terminated);
    else if (container.ready && isRunning) {
      running = true;
      summary.ready++;
    }
  }
  if (summary.status === 'Completed' && running) summary.status = hasCondition(pod, 'Ready') ? 'Running' : 'NotReady';
}

function countRestarts(container: ContainerStatus, summary: PodSummary): void {
  summary.restarts += container.restartCount ?? 0;
  const finished = container.lastState?.terminated?.finishedAt;
  if (finished !== undefined && (summary.lastRestart === undefined || summary.lastRestart < finished)) summary.lastRestart = finished;
}

const exitText = ({ signal, exitCode }: ContainerStateTerminated): string => (signal ? `Signal:${signal}` : `ExitCode:${exitCode}`);

const hasCondition = (pod: Pod, name: string): boolean =>
  pod.status?.conditions?.some(({ type, status }) => type === name && status === 'True') ?? false;
