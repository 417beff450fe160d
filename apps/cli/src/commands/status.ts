import { Failure } from '../failure.ts';
import { clusterPaths, nameFlag } from '../state/paths.ts';
import { isAlive } from '../state/process-identity.ts';
import { runningCluster } from '../state/supervisor-file.ts';
import { table } from './table.ts';

/** Prints the components of a running cluster: process, readiness, restarts, age, and where the metrics are. Exit code 1 when it does not run. */
export function status(options: { name: string }): void {
  const paths = clusterPaths(options.name);
  const state = runningCluster(paths);
  if (!state) throw new Failure(`cluster ${options.name} is not running. Start it with: ./kubernats up`);
  const rows = [['COMPONENT', 'PROCESS', 'READY', 'RESTARTS', 'AGE', 'METRICS']];
  for (const [name, child] of Object.entries(state.children)) {
    const alive = isAlive(child.process);
    rows.push([
      name,
      alive ? String(child.process.pid) : '-',
      alive && child.ready ? 'yes' : 'no',
      String(child.restarts),
      age(Date.now() - child.startedAt),
      child.metricsPort === undefined ? '-' : `http://127.0.0.1:${child.metricsPort}/metrics`,
    ]);
  }
  process.stdout.write(`cluster ${options.name}: ${state.nodes.length} nodes, ${state.server}, supervisor ${state.supervisor.pid}\n`);
  const dns = state.dns ? `DNS: ${state.dns.host}, port ${state.dns.port}\n` : '';
  if (state.address !== undefined)
    process.stdout.write(`machines join at ${state.natsUrl}: ./kubernats token create --print-join-command${nameFlag(paths)}\n`);
  if (state.exposeAddress !== undefined)
    process.stdout.write(`exposed: node ports and load balancers are open on ${state.exposeAddress} too\n`);
  process.stdout.write(`kubeconfig: ${paths.kubeconfig}\n${dns}\n${table(rows)}\n`);
}

function age(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)}m`;
  return `${Math.floor(seconds / 3600)}h`;
}
