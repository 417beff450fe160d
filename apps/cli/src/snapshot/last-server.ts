import { mkdirSync, rmSync } from 'node:fs';
import * as z from 'zod';
import { Failure } from '../failure.ts';
import { readJsonFile, writeJsonFile } from '../state/json-file.ts';
import type { ClusterPaths } from '../state/paths.ts';
import { identityOf, isAlive } from '../state/process-identity.ts';

const identity = z.object({ pid: z.number().int(), startTime: z.string() });

const PATIENCE_MS = 10_000;
const POLL_MS = 25;

/** Writes down which NATS server runs on the cluster's folder for a snapshot: no other one may run there beside it. */
export function rememberServer(paths: ClusterPaths, pid: number | undefined): void {
  mkdirSync(paths.run, { recursive: true });
  const server = pid === undefined ? undefined : identityOf(pid);
  if (server) writeJsonFile(paths.snapshotServerFile, server);
}

/** Waits for the NATS server of a `snapshot` command that was killed: it ends by itself, a moment later. */
export async function lastServerGone(paths: ClusterPaths): Promise<void> {
  const server = readJsonFile(paths.snapshotServerFile, identity);
  const until = Date.now() + PATIENCE_MS;
  while (server && isAlive(server)) {
    if (Date.now() > until) throw new Failure(`nats-server (process ${server.pid}) still runs on ${paths.nats}: end it first`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  rmSync(paths.snapshotServerFile, { force: true });
}
