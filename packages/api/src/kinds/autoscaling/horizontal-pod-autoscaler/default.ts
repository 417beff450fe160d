import type { HorizontalPodAutoscaler, HPAScalingRules } from '../../../../generated/types.ts';

/** The target of who names no metric. */
const DEFAULT_CPU_UTILIZATION = 80;

/** Up without delay, by four Pods or by half of those there will be within 15 s, whichever is more. */
const SCALE_UP = (): HPAScalingRules => ({
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
});

/** Down by all at once; how long it waits is the controller's to say. */
const SCALE_DOWN = (): HPAScalingRules => ({
  selectPolicy: 'Max',
  policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
});

/** Fills what the author left out. Source: the concept "Horizontal Pod Autoscaling", default behavior. */
export function defaultAutoscaler({ spec }: HorizontalPodAutoscaler): void {
  if (!spec) return;
  spec.minReplicas ??= 1;
  if (!spec.metrics?.length) {
    const target = { type: 'Utilization', averageUtilization: DEFAULT_CPU_UTILIZATION };
    spec.metrics = [{ type: 'Resource', resource: { name: 'cpu', target } }];
  }
  const { behavior } = spec;
  if (!behavior) return;
  behavior.scaleUp = { ...SCALE_UP(), ...behavior.scaleUp };
  behavior.scaleDown = { ...SCALE_DOWN(), ...behavior.scaleDown };
}
