import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/**
 * A test of a whole cluster waits more than it computes, so more files run than there are processors; not many more, as a machine has addresses for
 * eight clusters. One number for both projects: the files of one fill the gaps of the other. Those of `cluster` come first, by its name.
 */
const maxWorkers = Math.min(availableParallelism() + 1, 5);

/** No assertion: it ends what hangs, and holds on a machine that is slow and busy as well. */
const patience = { testTimeout: 300_000, hookTimeout: 300_000, expect: { poll: { timeout: 120_000 } } };

/** After the others: how long a cluster takes to heal is told by the load. Each of them waits more than it computes. */
const chaos = {
  test: {
    name: 'chaos',
    include: ['tests/under-faults/*.test.ts'],
    maxWorkers,
    ...patience,
    hookTimeout: 600_000,
    sequence: { groupOrder: 1 },
  },
};

/** With Docker, where that is asked for; after the others, because it takes the whole machine. */
const compose = {
  test: {
    name: 'compose',
    include: ['tests/compose/*.test.ts'],
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 600_000,
    sequence: { groupOrder: 2 },
  },
};

/** With every client of Kubernetes that there is, where that is asked for, on one cluster for them all. */
const compatibility = {
  test: {
    name: 'compatibility',
    include: ['tests/compatibility/clients/*.test.ts'],
    globalSetup: ['tests/compatibility/cluster.ts'],
    maxWorkers,
    ...patience,
  },
};

/** What came of it, against the page that tells it: when all have run. */
const compatibilityPage = {
  test: { name: 'compatibility-page', include: ['tests/compatibility/*.test.ts'], sequence: { groupOrder: 3 } },
};

export default defineConfig({
  test: {
    teardownTimeout: patience.hookTimeout,
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
            'tests/{support,chaos}/**/*.test.ts',
          ],
          // Loading a file's modules costs more than running its tests: files share them. (What a file may leave behind in them: nothing.)
          isolate: false,
          maxWorkers,
          ...patience,
        },
      },
      {
        test: {
          name: 'cluster',
          include: ['tests/*.test.ts'],
          maxWorkers,
          ...patience,
        },
      },
      chaos,
      ...(process.env.KUBERNATS_COMPOSE === '1' ? [compose] : []),
      ...(process.env.KUBERNATS_COMPATIBILITY ? [compatibility, compatibilityPage] : []),
    ],
  },
});
