import { testExamples } from './support/examples.ts';

testExamples('volumes', 2);
