import type { HorizontalPodAutoscaler, HorizontalPodAutoscalerV1 } from '../../../generated/types.ts';
import type { Column } from '../../kind.ts';
import { HorizontalPodAutoscalersV1 } from '../../refs.ts';
import { defineKind } from '../define.ts';
import { strategyOfStored } from '../stored-strategy.ts';
import { fromStored, toStored } from './horizontal-pod-autoscaler/conversion.ts';
import { horizontalPodAutoscalerRow as stored } from './horizontal-pod-autoscaler.ts';

/** The older version, which knows the use of CPU alone: annotations say the rest. */
export const horizontalPodAutoscalerV1Row = defineKind<HorizontalPodAutoscalerV1>(HorizontalPodAutoscalersV1, {
  shortNames: stored.shortNames,
  categories: stored.categories,
  hasStatus: true,
  columns: stored.columns.map(ofStored),
  storedAs: { group: stored.group, version: stored.version, plural: stored.plural, toStored, fromStored },
  strategy: strategyOfStored<HorizontalPodAutoscalerV1, HorizontalPodAutoscaler>(stored.strategy, { toStored, fromStored }),
});

function ofStored(column: Column<HorizontalPodAutoscaler>): Column<HorizontalPodAutoscalerV1> {
  return { ...column, value: (autoscaler, nowMs) => column.value(toStored(autoscaler), nowMs) };
}
