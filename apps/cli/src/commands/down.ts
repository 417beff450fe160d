import { rmSync } from 'node:fs';
import { Failure } from '../failure.ts';
import { type ClusterPaths, clusterPaths } from '../state/paths.ts';
import { isAlive, type ProcessIdentity, signalProcess } from '../state/process-identity.ts';
import { readSupervisorState } from '../state/supervisor-file.ts';

const PATIENCE_MS = 30_000;
const POLL_MS = 25;

/** Stops a cluster in order and keeps its state, or with `purge` removes it. Processes are known by number and start time: no other one is ever signalled. */
export async function down(options: { name: string; purge?: boolean }): Promise<void> {
  const paths = clusterPaths(options.name);
  const wasRunning = await stop(paths);
  if (!options.purge) {
    const text = wasRunning ? `is down; its state stays in ${paths.folder}` : 'is not running';
    process.stdout.write(`cluster ${options.name} ${text}\n`);
    return;
  }
  const { purge } = await import('../state/purge.ts');
  const { removed, left } = await purge(paths);
  process.stdout.write(`cluster ${options.name} is down; ${removed.length === 0 ? 'it has no state' : 'its state is removed:'}\n`);
  for (const path of removed) process.stdout.write(`  ${path}\n`);
  if (left.length > 0) process.stdout.write(`not the cluster's own, and left as it is:\n${left.map((path) => `  ${path}\n`).join('')}`);
}

/** Ends all processes of a cluster. Returns whether there were any. */
async function stop(paths: ClusterPaths): Promise<boolean> {
  const state = readSupervisorState(paths);
  const processes = state ? [state.supervisor, ...Object.values(state.children).map((child) => child.process)] : [];
  if (!processes.some(isAlive)) {
    rmSync(paths.supervisorFile, { force: true });
    return false;
  }
  const [supervisor, ...children] = processes as [ProcessIdentity, ...ProcessIdentity[]];
  signalProcess(supervisor, 'SIGTERM');
  if (!(await gone([supervisor], PATIENCE_MS))) signalProcess(supervisor, 'SIGKILL');
  // With the supervisor gone its children end by themselves; what hangs is ended.
  if (!(await gone(children, 2000))) for (const child of children) signalProcess(child, 'SIGKILL');
  if (!(await gone(processes, 5000)))
    throw new Failure(`some processes of cluster ${paths.cluster} could not be ended: ${processes.filter(isAlive).map((p) => p.pid)}`);
  rmSync(paths.supervisorFile, { force: true });
  return true;
}

async function gone(processes: ProcessIdentity[], patienceMs: number): Promise<boolean> {
  const until = Date.now() + patienceMs;
  while (processes.some(isAlive)) {
    if (Date.now() > until) return false;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return true;
}
