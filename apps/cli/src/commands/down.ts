import { rmSync } from 'node:fs';
import { Failure } from '../failure.ts';
import { clusterPaths } from '../state/paths.ts';
import { isAlive, type ProcessIdentity, signalProcess } from '../state/process-identity.ts';
import { readSupervisorState } from '../state/supervisor-file.ts';

const PATIENCE_MS = 30_000;
const POLL_MS = 25;

/** Stops a cluster in order and keeps its state. Processes are known by number and start time: no other one is ever signalled. */
export async function down(options: { name: string }): Promise<void> {
  const paths = clusterPaths(options.name);
  const state = readSupervisorState(paths);
  const processes = state ? [state.supervisor, ...Object.values(state.children).map((child) => child.process)] : [];
  if (!processes.some(isAlive)) {
    rmSync(paths.supervisorFile, { force: true });
    process.stdout.write(`cluster ${options.name} is not running\n`);
    return;
  }
  const [supervisor, ...children] = processes as [ProcessIdentity, ...ProcessIdentity[]];
  signalProcess(supervisor, 'SIGTERM');
  if (!(await gone([supervisor], PATIENCE_MS))) signalProcess(supervisor, 'SIGKILL');
  // With the supervisor gone its children end by themselves; what hangs is ended.
  if (!(await gone(children, 2000))) for (const child of children) signalProcess(child, 'SIGKILL');
  if (!(await gone(processes, 5000)))
    throw new Failure(`some processes of cluster ${options.name} could not be ended: ${processes.filter(isAlive).map((p) => p.pid)}`);
  rmSync(paths.supervisorFile, { force: true });
  process.stdout.write(`cluster ${options.name} is down; its state stays in ${paths.folder}\n`);
}

async function gone(processes: ProcessIdentity[], patienceMs: number): Promise<boolean> {
  const until = Date.now() + patienceMs;
  while (processes.some(isAlive)) {
    if (Date.now() > until) return false;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return true;
}
