import type { HorizontalPodAutoscaler, MetricSpec, MetricStatus, MetricTarget, MetricValueStatus } from '../../../../generated/types.ts';
import type { Column } from '../../../kind.ts';
import { AGE, NAME, text } from '../../../table/common-columns.ts';

/** So many targets are shown; more are counted. */
const SHOWN = 2;
const UNKNOWN = '<unknown>';

/** `kubectl get hpa`. */
export const autoscalerColumns: Column<HorizontalPodAutoscaler>[] = [
  NAME,
  text('Reference', 'What it scales.', ({ spec }) => `${spec?.scaleTargetRef?.kind ?? ''}/${spec?.scaleTargetRef?.name ?? ''}`),
  text('Targets', 'What is used, and what should be.', ({ spec, status }) => targetsText(spec?.metrics, status?.currentMetrics)),
  text('MinPods', 'How many there are at least.', ({ spec }) => String(spec?.minReplicas ?? '<unset>')),
  text('MaxPods', 'How many there are at most.', ({ spec }) => String(spec?.maxReplicas ?? 0)),
  text('Replicas', 'How many there are.', ({ status }) => String(status?.currentReplicas ?? 0)),
  AGE,
];

function targetsText(metrics: readonly MetricSpec[] = [], statuses: readonly MetricStatus[] = []): string {
  if (metrics.length === 0) return '<none>';
  const shown = metrics.slice(0, SHOWN).map((metric, i) => targetText(metric, statuses[i]));
  const more = metrics.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` + ${more} more...` : ''}`;
}

function targetText(metric: MetricSpec, status: MetricStatus | undefined): string {
  switch (metric.type) {
    case 'Resource':
      return `${metric.resource?.name ?? ''}: ${usageText(metric.resource?.target, status?.resource?.current)}`;
    case 'ContainerResource':
      return `${metric.containerResource?.name ?? ''}: ${usageText(metric.containerResource?.target, status?.containerResource?.current)}`;
    case 'Pods':
      return `${status?.pods?.current?.averageValue ?? UNKNOWN}/${metric.pods?.target?.averageValue ?? ''}`;
    case 'Object':
      return valueText(metric.object?.target, status?.object?.current);
    case 'External':
      return valueText(metric.external?.target, status?.external?.current);
    default:
      return '<unknown type>';
  }
}

function usageText(target: MetricTarget | undefined, current: MetricValueStatus | undefined): string {
  if (target?.averageValue !== undefined) return `${current?.averageValue ?? UNKNOWN}/${target.averageValue}`;
  const wanted = target?.averageUtilization === undefined ? '<auto>' : `${target.averageUtilization}%`;
  return `${current?.averageUtilization === undefined ? UNKNOWN : `${current.averageUtilization}%`}/${wanted}`;
}

function valueText(target: MetricTarget | undefined, current: MetricValueStatus | undefined): string {
  if (target?.averageValue !== undefined) return `${current?.averageValue ?? UNKNOWN}/${target.averageValue} (avg)`;
  return `${current?.value ?? UNKNOWN}/${target?.value ?? ''}`;
}
