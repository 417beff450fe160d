import { componentOptions, leaderOptions, storageBackendOptions } from '@kubernats/runtime';

export const volumeControllerOptions = { ...componentOptions, ...leaderOptions, ...storageBackendOptions };
