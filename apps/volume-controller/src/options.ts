import { componentOptions, leaderOptions, option, storageBackendOptions, text, toggle } from '@kubernats/runtime';

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
  disableForceDetachOnTimeout: option({
    description: 'Never take a volume from a silent node that may have it mounted; otherwise it is taken after six minutes.',
    schema: toggle,
    default: false,
  }),
};
