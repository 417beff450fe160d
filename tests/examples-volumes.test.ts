import { join } from 'node:path';
import { ROOT } from '@kubernats/testing/real-cluster';
import { testExamples } from './support/examples.ts';

const ownBackends = 'examples/storage-backends';
const ownPlugins = 'examples/scheduler-plugins';
testExamples('volumes', 2, {
  flags: [
    ...['--storage-backends', join(ROOT, ownBackends)],
    ...['--scheduler-plugins', join(ROOT, ownPlugins), '--scheduler-config', join(ROOT, ownPlugins, 'scheduler.yaml')],
  ],
  pages: [ownBackends, ownPlugins],
});
