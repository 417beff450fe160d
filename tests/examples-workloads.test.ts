import { testExamples } from './support/examples.ts';

testExamples('workloads', 2, { flags: ['--cloud'] });
