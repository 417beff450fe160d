import { join } from 'node:path';
import { ROOT } from '@kubernats/testing/real-cluster';
import { testExamples } from './support/examples.ts';

// Autoscalers look more often than people mind, and at Pods that have just started.
const env = {
  KUBERNATS_HORIZONTAL_POD_AUTOSCALER_SYNC_PERIOD: '1s',
  KUBERNATS_HORIZONTAL_POD_AUTOSCALER_CPU_INITIALIZATION_PERIOD: '0s',
};

testExamples('workloads', 2, { flags: ['--cloud', '--images', join(ROOT, 'examples/images')], env });
