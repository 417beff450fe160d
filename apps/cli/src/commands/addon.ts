import { spawnSync } from 'node:child_process';
import { addonSpec } from '../addons/addon-process.ts';
import { ADDON_NAMES, ADDONS, type AddonName, addonNamed, withAddon } from '../addons/addons.ts';
import { Failure } from '../failure.ts';
import { type ClusterPaths, clusterPaths } from '../state/paths.ts';
import { isAlive, signalProcess } from '../state/process-identity.ts';
import { readSettings, writeSettings } from '../state/settings.ts';
import { readSupervisorState, runningCluster, type SupervisorState } from '../state/supervisor-file.ts';
import { table } from './table.ts';

const PATIENCE_MS = 30_000;
const POLL_MS = 25;

/** Prints the add-ons and whether they run. */
export function addonList(options: { name: string }): void {
  const { addons } = running(clusterPaths(options.name));
  const rows = ADDON_NAMES.map((name) => [name, addons.includes(name) ? 'enabled' : 'disabled', ADDONS[name].description]);
  process.stdout.write(`${table([['NAME', 'STATUS', 'DESCRIPTION'], ...rows])}\n`);
}

/** Starts or stops an add-on of a running cluster, and of its later lives. Returns when that is done; what is so already is fine. */
export async function addon(action: 'enable' | 'disable', text: string, options: { name: string }): Promise<void> {
  const name = addonNamed(text);
  const paths = clusterPaths(options.name);
  const { supervisor, slot, address, natsUrl } = running(paths);
  // Looked for here, where a person hears of it.
  const spec = addonSpec(paths, { slot, address, natsUrl, logLevel: 'warn', exposeAddress: undefined, metricsPort: undefined }, name);
  const settings = readSettings(paths);
  writeSettings(paths, { ...settings, addons: withAddon(settings.addons, name, action === 'enable') });
  signalProcess(supervisor, 'SIGUSR2');
  const isStillWanted = (): boolean => (readSettings(paths).addons ?? []).includes(name) === (action === 'enable');
  if (!(await reached(paths, (state) => isSo(state, name, action), isStillWanted))) {
    if (!isStillWanted()) throw new Failure(`another command has ${action === 'enable' ? 'disabled' : 'enabled'} ${name} meanwhile`);
    throw new Failure(`${name} could not be ${action}d within ${PATIENCE_MS / 1000} s. See ./kubernats logs ${name}`);
  }
  if (action === 'disable') withdraw(name, spec);
  process.stdout.write(`${name} ${action}d\n`);
}

function running(paths: ClusterPaths): SupervisorState {
  const state = runningCluster(paths);
  if (!state) throw new Failure(`cluster ${paths.cluster} is not running. Start it with: ./kubernats up`);
  return state;
}

const isSo = ({ addons, children }: SupervisorState, name: AddonName, action: 'enable' | 'disable'): boolean =>
  action === 'enable' ? addons.includes(name) && children[name]?.ready === true : !addons.includes(name);

/** Whether the supervisor got there in time, and before it was told otherwise. */
async function reached(paths: ClusterPaths, holds: (state: SupervisorState) => boolean, isStillWanted: () => boolean): Promise<boolean> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const state = readSupervisorState(paths);
    if (!state || !isAlive(state.supervisor)) throw new Failure(`cluster ${paths.cluster} has ended meanwhile`);
    if (holds(state)) return true;
    if (Date.now() > until || !isStillWanted()) return false;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** An add-on that is gone leaves nothing behind in the cluster: its own program clears up. */
function withdraw(name: AddonName, { command, args }: { command: string; args: string[] }): void {
  const { status, stdout, stderr } = spawnSync(command, [...args, '--withdraw'], { encoding: 'utf8', timeout: PATIENCE_MS });
  if (status === 0) return;
  throw new Failure(`${name} is stopped, but what it did could not be taken back; try again.\n${stdout}${stderr}`.trimEnd());
}
