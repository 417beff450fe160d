import { componentOptions, integer, leaderOptions, option, text } from '@kubernats/runtime';

export const schedulerOptions = {
  ...componentOptions,
  ...leaderOptions,
  schedulerName: option({
    description: 'Pods that name this scheduler are placed by it.',
    schema: text,
    default: 'default-scheduler',
    value: 'NAME',
  }),
  bindConcurrency: option({
    description: 'How many bindings may be under way at a time.',
    schema: integer(1, 10_000),
    default: 256,
    value: 'NUMBER',
  }),
};
