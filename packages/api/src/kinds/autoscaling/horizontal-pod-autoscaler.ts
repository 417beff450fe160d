import type { HorizontalPodAutoscaler } from '../../../generated/types.ts';
import { HorizontalPodAutoscalers } from '../../refs.ts';
import { defineKind } from '../define.ts';
import { autoscalerColumns } from './horizontal-pod-autoscaler/columns.ts';
import { defaultAutoscaler } from './horizontal-pod-autoscaler/default.ts';
import { validateChange, validateNew, validateStatus } from './horizontal-pod-autoscaler/validate.ts';

export const horizontalPodAutoscalerRow = defineKind<HorizontalPodAutoscaler>(HorizontalPodAutoscalers, {
  shortNames: ['hpa'],
  categories: ['all'],
  hasStatus: true,
  columns: autoscalerColumns,
  strategy: {
    default: defaultAutoscaler,
    prepareForCreate(autoscaler) {
      autoscaler.status = { desiredReplicas: 0 };
    },
    validateCreate: validateNew,
    validateUpdate: validateChange,
    validateStatusUpdate: validateStatus,
    countsGeneration: false,
  },
});
