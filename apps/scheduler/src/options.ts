import { componentOptions, integer, leaderOptions, option, schedulerFileOptions, text } from '@kubernats/runtime';

export const schedulerOptions = {
  ...componentOptions,
  ...leaderOptions,
  config: schedulerFileOptions.schedulerConfig,
  plugins: schedulerFileOptions.schedulerPlugins,
  schedulerName: option({
    description: 'Pods that name this scheduler are placed by it. Default: those of the configuration, or default-scheduler.',
    schema: text.optional(),
    value: 'NAME',
  }),
  bindConcurrency: option({
    description: 'How many bindings may be under way at a time.',
    schema: integer(1, 10_000),
    default: 256,
    value: 'NUMBER',
  }),
};
