import * as z from 'zod';
import { readJsonFile, writeJsonFile } from './json-file.ts';
import type { ClusterPaths } from './paths.ts';
import { isAlive } from './process-identity.ts';

const identity = z.object({ pid: z.number().int(), startTime: z.string() });

const schema = z.object({
  supervisor: identity,
  startedAt: z.number(),
  slot: z.number().int(),
  nodes: z.array(z.string()),
  server: z.string(),
  natsUrl: z.string(),
  /** Where the cluster's DNS answers. Absent in what an older version wrote. */
  dns: z.object({ host: z.string(), port: z.number().int() }).optional(),
  /** Where other machines reach it; absent: nowhere. */
  address: z.string().optional(),
  exposeAddress: z.string().optional(),
  children: z.record(
    z.string(),
    z.object({
      process: identity,
      startedAt: z.number(),
      restarts: z.number().int(),
      ready: z.boolean(),
      metricsPort: z.number().int().optional(),
    }),
  ),
  /** The add-ons that have been started and not stopped. */
  addons: z.array(z.string()).default([]),
});

/** What a running cluster's supervisor tells other commands: `run/supervisor.json`. */
export type SupervisorState = z.infer<typeof schema>;

export const readSupervisorState = (paths: ClusterPaths): SupervisorState | undefined => readJsonFile(paths.supervisorFile, schema);

export const writeSupervisorState = (paths: ClusterPaths, state: SupervisorState): void => writeJsonFile(paths.supervisorFile, state);

/** The state of a cluster that runs now; undefined when it does not (a file that a dead supervisor left is no cluster). */
export function runningCluster(paths: ClusterPaths): SupervisorState | undefined {
  const state = readSupervisorState(paths);
  return state && isAlive(state.supervisor) ? state : undefined;
}
