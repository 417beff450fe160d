import { parseDuration } from '@kubernats/apimachinery';
import * as z from 'zod';
import { POINTS } from './extension-points.ts';

// The form of a KubeSchedulerConfiguration; `validate.ts` has the rules.

export const API_VERSION = 'kubescheduler.config.k8s.io/v1';

const whole = z.int('must be a whole number');
const text = z.string('must be a text');
const flag = z.boolean('must be true or false');
const duration = text.transform((value, context) => {
  const ms = parseDuration(value);
  if (ms !== undefined) return ms;
  context.issues.push({ code: 'custom', message: 'must be a time such as 15s', input: value });
  return z.NEVER;
});

const enabled = z.strictObject({
  name: text.min(1, 'must not be empty'),
  weight: whole
    .min(0)
    .max(2 ** 31 - 1)
    .optional(),
});
const disabled = z.strictObject({ name: text.min(1, 'must not be empty') });
const pluginSet = z
  .strictObject({ enabled: z.array(enabled, 'must be a list').default([]), disabled: z.array(disabled, 'must be a list').default([]) })
  .prefault({});

/** The plug-ins that a profile adds at an extension point, and those of the default ones that it takes away. */
export type PluginSet = z.output<typeof pluginSet>;

const SETS = ['multiPoint', ...POINTS] as const;
const plugins = z
  .strictObject(Object.fromEntries(SETS.map((name) => [name, pluginSet])) as Record<(typeof SETS)[number], typeof pluginSet>)
  .prefault({});
export type PluginSets = z.output<typeof plugins>;

const profile = z.strictObject({
  schedulerName: text.default('default-scheduler'),
  percentageOfNodesToScore: whole.optional(),
  plugins,
  pluginConfig: z
    .array(
      z.strictObject({ name: text.min(1, 'must not be empty'), args: z.record(z.string(), z.unknown()).default({}) }),
      'must be a list',
    )
    .default([]),
});
export type ProfileFields = z.output<typeof profile>;

export const configuration = z.strictObject(
  {
    apiVersion: z.literal(API_VERSION, `must be ${API_VERSION}`),
    kind: z.literal('KubeSchedulerConfiguration', 'must be KubeSchedulerConfiguration'),
    parallelism: whole.optional(),
    leaderElection: z
      .strictObject({
        leaderElect: flag.optional(),
        leaseDuration: duration.optional(),
        renewDeadline: duration.optional(),
        retryPeriod: duration.optional(),
        resourceLock: text.optional(),
        resourceName: text.optional(),
        resourceNamespace: text.optional(),
      })
      .prefault({}),
    clientConnection: z
      .strictObject({
        kubeconfig: text.optional(),
        acceptContentTypes: text.optional(),
        contentType: text.optional(),
        qps: z.number().optional(),
        burst: whole.optional(),
      })
      .optional(),
    enableProfiling: flag.optional(),
    enableContentionProfiling: flag.optional(),
    delayCacheUntilActive: flag.optional(),
    percentageOfNodesToScore: whole.optional(),
    podInitialBackoffSeconds: whole.default(1),
    podMaxBackoffSeconds: whole.default(10),
    profiles: z.array(profile, 'must be a list').default([]),
    extenders: z.array(z.unknown(), 'must be a list').default([]),
  },
  'must be a KubeSchedulerConfiguration',
);

/** As it is written, with Kubernetes' defaults. */
export type ConfigurationFields = z.output<typeof configuration>;
