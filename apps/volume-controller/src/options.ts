import { componentOptions, leaderOptions, option, storageBackendOptions, text } from '@kubernats/runtime';

export const volumeControllerOptions = {
  ...componentOptions,
  ...leaderOptions,
  ...storageBackendOptions,
  storage: option({
    description: 'Folder of the storage that lies outside of all nodes: network shares and cloud disks.',
    schema: text,
    default: '.kubernats/default/storage',
    value: 'FOLDER',
  }),
};
