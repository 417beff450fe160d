import { expect, test } from 'vitest';
import { programNames } from '../plan.ts';
import { allPrograms } from './programs.ts';

test('the list of programs, which is known without loading them, is complete', () => {
  expect([...programNames()].sort()).toEqual(allPrograms());
});
