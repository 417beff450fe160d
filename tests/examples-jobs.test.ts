import { testExamples } from './support/examples.ts';

testExamples('jobs', 2);
