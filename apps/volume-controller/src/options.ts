import { componentOptions, leaderOptions, option, text, toggle } from '@kubernats/runtime';

export const volumeControllerOptions = {
  ...componentOptions,
  ...leaderOptions,
  storage: option({
    description: 'Folder of what lies outside of all nodes: disks, network shares, … with a folder for each back end.',
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
