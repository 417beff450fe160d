import { join } from 'node:path';
import { ROOT } from '@kubernats/testing/real-cluster';
import { testExamples } from './support/examples.ts';

const ownBackends = 'examples/storage-backends';
testExamples('volumes', 2, { flags: ['--storage-backends', join(ROOT, ownBackends)], pages: [ownBackends] });
