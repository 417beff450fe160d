import { testExamples } from './support/examples.ts';

testExamples('sets', 2, { flags: ['--cloud'] });
