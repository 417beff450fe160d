import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/**
 * A test of a whole cluster waits more than it computes, so more files run than there are processors. One number for both projects: the files of one fill
 * the gaps of the other. Those of `cluster` come first, by its name.
 */
const maxWorkers = availableParallelism() + 1;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'packages/*/src/**/*.test.ts',
            'packages/*/test/**/*.test.ts',
            'apps/*/src/**/*.test.ts',
            'apps/*/test/**/*.test.ts',
            'scripts/**/*.test.{ts,mjs}',
            'tests/support/*.test.ts',
          ],
          // Loading a file's modules costs more than running its tests: files share them. (What a file may leave behind in them: nothing.)
          isolate: false,
          maxWorkers,
          // Timings are no assertions: this only ends what hangs, on a machine that is busy as well.
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'cluster',
          include: ['tests/*.test.ts'],
          maxWorkers,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
