import { testExamples } from './support/examples.ts';

testExamples('services', 3);
