import { componentOptions, leaderOptions } from '@kubernats/runtime';

export const volumeControllerOptions = { ...componentOptions, ...leaderOptions };
