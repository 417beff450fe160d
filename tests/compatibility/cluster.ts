// The one cluster that all clients of a run talk to, each in a namespace of its own.
import { rm } from 'node:fs/promises';
import { type RealCluster, realCluster } from '@kubernats/testing/real-cluster';
import type { TestProject } from 'vitest/node';
import { RESULTS } from './support/results.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    kubeconfig: string;
  }
}

let cluster: RealCluster | undefined;

export async function setup(project: TestProject): Promise<void> {
  await rm(RESULTS, { recursive: true, force: true });
  cluster = await realCluster({ nodes: 3 });
  project.provide('kubeconfig', cluster.kubeconfig);
}

export async function teardown(): Promise<void> {
  await cluster?.[Symbol.asyncDispose]();
}
