import { testExamples } from './support/examples.ts';

testExamples('pods', 2);
