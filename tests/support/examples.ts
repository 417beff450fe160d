import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type RealCluster, ROOT, realCluster } from '@kubernats/testing/real-cluster';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { runLesson } from './lesson.ts';

/** Runs the pages of a folder of examples, one after another, on a cluster of that many nodes. */
export function testExamples(folder: string, nodes: number): void {
  describe(`examples/${folder}, as they are written`, () => {
    const home = join(ROOT, 'examples', folder);
    let cluster: RealCluster;
    beforeAll(async () => {
      cluster = await realCluster({ nodes });
    });
    afterAll(async () => {
      await cluster[Symbol.asyncDispose]();
    });

    test.each(readdirSync(home).filter((name) => /^[a-z]\d-/.test(name)))('%s', async (name) => {
      await runLesson(cluster, join(home, name, 'README.md'));
    });
  });
}
