import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type RealCluster, ROOT, realCluster } from '@kubernats/testing/real-cluster';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { runLesson } from './lesson.ts';

interface More {
  /** Of `./kubernats up`. */
  flags?: readonly string[];
  /** More environment of `./kubernats up`: options of its processes. */
  env?: Readonly<Record<string, string>>;
  /** Other folders with a page, by their paths in the project. */
  pages?: readonly string[];
}

/** Runs the pages of a folder of examples, one after another, on a cluster of that many nodes. */
export function testExamples(folder: string, nodes: number, { flags = [], env = {}, pages = [] }: More = {}): void {
  describe(`examples/${folder}, as they are written`, () => {
    const home = join(ROOT, 'examples', folder);
    let cluster: RealCluster;
    beforeAll(async () => {
      cluster = await realCluster({ nodes, flags, env });
    });
    afterAll(async () => {
      await cluster[Symbol.asyncDispose]();
    });

    test.each(readdirSync(home).filter((name) => /^[a-z]\d-/.test(name)))('%s', async (name) => {
      await runLesson(cluster, join(home, name, 'README.md'));
    });

    test.each(pages)('%s', async (page) => {
      await runLesson(cluster, join(ROOT, page, 'README.md'));
    });
  });
}
