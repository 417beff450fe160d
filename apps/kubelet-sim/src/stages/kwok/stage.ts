import * as z from 'zod';

const texts = z.record(z.string(), z.string());
const expression = z.strictObject({ expressionFrom: z.string().optional() });
const milliseconds = z.number().int().min(0);

/** kwok's Stage (`kwok.x-k8s.io/v1alpha1`), as its reference describes it. */
export const kwokStage = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.strictObject({
    resourceRef: z.strictObject({ apiGroup: z.string().default('v1'), kind: z.string() }),
    selector: z
      .strictObject({
        matchLabels: texts.default({}),
        matchAnnotations: texts.default({}),
        matchExpressions: z
          .array(
            z.strictObject({
              key: z.string(),
              operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
              values: z.array(z.string()).default([]),
            }),
          )
          .default([]),
      })
      .optional(),
    weight: z.number().default(0),
    delay: z
      .strictObject({
        durationMilliseconds: milliseconds.default(0),
        durationFrom: expression.optional(),
        jitterDurationMilliseconds: milliseconds.optional(),
        jitterDurationFrom: expression.optional(),
      })
      .default({ durationMilliseconds: 0 }),
    next: z.strictObject({
      statusTemplate: z.string().optional(),
      delete: z.boolean().optional(),
      finalizers: z.unknown().optional(),
      event: z.unknown().optional(),
    }),
  }),
});

export type KwokStage = z.output<typeof kwokStage>;
