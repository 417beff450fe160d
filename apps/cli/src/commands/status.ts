import { Failure } from '../failure.ts';
import { clusterPaths } from '../state/paths.ts';
import { isAlive } from '../state/process-identity.ts';
import { runningCluster } from '../state/supervisor-file.ts';

/** Prints the components of a running cluster: process, readiness, restarts, age. Exit code 1 when it does not run. */
export function status(options: { name: string }): void {
  const paths = clusterPaths(options.name);
  const state = runningCluster(paths);
  if (!state) throw new Failure(`cluster ${options.name} is not running. Start it with: ./kubernats up`);
  const rows = [['COMPONENT', 'PROCESS', 'READY', 'RESTARTS', 'AGE']];
  for (const [name, child] of Object.entries(state.children)) {
    const alive = isAlive(child.process);
    rows.push([
      name,
      alive ? String(child.process.pid) : '-',
      alive && child.ready ? 'yes' : 'no',
      String(child.restarts),
      age(Date.now() - child.startedAt),
    ]);
  }
  process.stdout.write(`cluster ${options.name}: ${state.nodes.length} nodes, ${state.server}, supervisor ${state.supervisor.pid}\n`);
  process.stdout.write(`kubeconfig: ${paths.kubeconfig}\nDNS: ${state.dns.host}, port ${state.dns.port}\n\n${table(rows)}\n`);
}

function table(rows: string[][]): string {
  const widths = (rows[0] ?? []).map((_cell, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('   ')
        .trimEnd(),
    )
    .join('\n');
}

function age(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)}m`;
  return `${Math.floor(seconds / 3600)}h`;
}
