import { componentOptions, leaderOptions, option, text } from '@kubernats/runtime';

export const volumeControllerOptions = {
  ...componentOptions,
  ...leaderOptions,
  storage: option({
    description: 'Folder of what lies outside of all nodes: disks, network shares, … with a folder for each back end.',
    schema: text,
    default: '.kubernats/default/storage',
    value: 'FOLDER',
  }),
};
