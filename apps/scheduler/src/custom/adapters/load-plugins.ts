import { realpathSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { type Clock, settledWithin } from '@kubernats/clock';
import { inFull, inShort } from '@kubernats/errors';
import { containment } from '@kubernats/errors/containment';
import { loadModule, providePackage } from '@kubernats/files/module-loader';
import { modulesIn } from '@kubernats/files/modules';
import { FileError } from '@kubernats/runtime/user-files';
import type { PluginHooks, SchedulerPluginDefinition } from '@kubernats/scheduler-plugin';
import * as api from '@kubernats/scheduler-plugin';
import { EXTENSION_POINTS, POINTS } from '../../config/extension-points.ts';
import type { SchedulerConfiguration } from '../../config/read-configuration.ts';
import { WaitingPods } from '../../framework/waiting-pods.ts';
import { PLUGIN_TABLE, type PluginRow } from '../../plugins/plugin-table.ts';
import { adaptPlugin } from '../adapt-plugin.ts';
import { requireDefinition, requireHooks } from '../check-definition.ts';
import { Guard } from '../guard.ts';
import { clusterFor } from '../views.ts';

/** What a module may take to load: beyond any that goes well. */
const LOAD_PATIENCE_MS = 10_000;
const NO_NODES = { nodes: [], node: () => undefined };

export interface PluginsOptions {
  /** Where the modules are. */
  readonly folder: string;
  readonly clock: Clock;
  /** What the plug-ins are told in it is tried on them at once. */
  readonly configuration?: Pick<SchedulerConfiguration, 'profiles'>;
  /** An error of a plug-in, in full. */
  onProblem?(file: string, problem: string): void;
}

/**
 * The plug-ins of a folder of modules, which run in this process. They are read once. Throws `FileError` that names the file of one that cannot be loaded,
 * is no plug-in, has a name that is taken, or does not take what the configuration tells it.
 */
export async function loadPlugins({ folder, clock, configuration, onProblem = () => {} }: PluginsOptions): Promise<PluginRow[]> {
  const root = realpathSync(resolve(folder));
  providePackage(root, '@kubernats/scheduler-plugin', api);
  const rows: PluginRow[] = [];
  for (const path of [...modulesIn(root).keys()].sort()) {
    const file = relative(root, path);
    const row = await loadPlugin(path, file, { clock, configuration, onProblem: (problem) => onProblem(file, problem) });
    if (!row) continue;
    if ([...PLUGIN_TABLE, ...rows].some(({ name }) => name === row.name))
      throw new FileError(`${path}: there is another plug-in "${row.name}"`);
    rows.push(row);
  }
  return rows;
}

interface Surroundings extends Pick<PluginsOptions, 'clock' | 'configuration'> {
  onProblem(problem: string): void;
}

async function loadPlugin(path: string, file: string, { clock, configuration, onProblem }: Surroundings): Promise<PluginRow | undefined> {
  const inside = containment((error) => onProblem(`outside of any call: ${inFull(error)}`));
  try {
    const late = `it was not loaded within ${LOAD_PATIENCE_MS / 1000} s`;
    const loading = inside.run(() => loadModule(path));
    const definition = await settledWithin(LOAD_PATIENCE_MS, clock, loading, () => new Error(late));
    if (definition === undefined) return undefined;
    requireDefinition(definition);
    const { name, weight } = definition;
    const guard = new Guard(name, file, inside, clock, onProblem);
    const told = (configuration?.profiles ?? []).map(({ args }) => args.get(name)).filter((args) => args !== undefined);
    const nowhere = clusterFor(name, { cluster: NO_NODES, waiting: new WaitingPods(clock) }, clock);
    const made = (told.length > 0 ? told : [{}]).map((args) => inside.run(() => hooksOf(definition, args, nowhere)));
    return {
      name,
      weight,
      points: POINTS.filter((point) => made.some((hooks) => hooks[EXTENSION_POINTS[point]] !== undefined)),
      create(args, deps) {
        const cluster = clusterFor(name, deps, clock);
        const hooks = guard.call(`plug-in "${name}": create`, () => hooksOf(definition, args ?? {}, cluster));
        return adaptPlugin(definition, hooks, guard, cluster);
      },
    };
  } catch (error) {
    throw new FileError(`${path}: the plug-in cannot be loaded: ${inShort(error)}`);
  }
}

function hooksOf(definition: SchedulerPluginDefinition, args: unknown, cluster: api.ClusterView): PluginHooks {
  const hooks: unknown = definition.create(args as Readonly<Record<string, unknown>>, cluster);
  requireHooks(hooks);
  return hooks;
}
