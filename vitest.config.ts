import { defineConfig } from 'vitest/config';

/** With Docker, where that is asked for; after the others, because it takes the whole machine. */
const compose = {
  test: {
    name: 'compose',
    include: ['tests/compose/*.test.ts'],
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 120_000,
    sequence: { groupOrder: 1 },
  },
};

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
          ],
        },
      },
      { test: { name: 'cluster', include: ['tests/*.test.ts'], fileParallelism: false, testTimeout: 120_000, hookTimeout: 120_000 } },
      ...(process.env.KUBERNATS_COMPOSE === '1' ? [compose] : []),
    ],
  },
});
