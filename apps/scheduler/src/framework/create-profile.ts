import { EXTENSION_POINTS, type ExtensionPoint } from '../config/extension-points.ts';
import type { ResolvedProfile } from '../config/resolve-profiles.ts';
import type { PluginDeps, PluginRow } from '../plugins/plugin-table.ts';
import type { Plugin } from './plugin.ts';
import type { Profile } from './profile.ts';

/** Makes the plug-ins that a profile has, each once, with what the profile tells it. */
export function createProfile(
  { schedulerName, enabled, args, percentageOfNodesToScore }: ResolvedProfile,
  rows: readonly PluginRow[],
  deps: PluginDeps,
): Profile {
  const isAt = (name: string, point: ExtensionPoint): boolean => enabled[point].some((plugin) => plugin.name === name);
  const made = new Map<string, Plugin>();
  for (const { name, points, create } of rows) {
    const here = points.filter((point) => isAt(name, point));
    if (here.length === 0) continue;
    const plugin = create(args.get(name), deps);
    made.set(name, here.length === points.length ? plugin : only(plugin, points, here));
  }
  const at = (point: ExtensionPoint): Plugin[] => enabled[point].flatMap(({ name }) => made.get(name) ?? []);
  const filter = at('filter');
  const [queueSort] = at('queueSort');
  if (!queueSort) throw new Error(`profile ${schedulerName} sorts no queue`);
  return {
    schedulerName,
    queueSort,
    preEnqueue: at('preEnqueue'),
    // One that looks at Pods only before any node comes after those that look at nodes as well.
    filter: [...filter, ...at('preFilter').filter((plugin) => !filter.includes(plugin))],
    postFilter: at('postFilter'),
    score: enabled.score.flatMap(({ name, weight }) => {
      const plugin = made.get(name);
      return plugin ? [{ plugin, weight }] : [];
    }),
    reserve: at('reserve'),
    permit: at('permit'),
    preBind: at('preBind'),
    bind: at('bind'),
    postBind: at('postBind'),
    percentageOfNodesToScore,
  };
}

/** The plug-in without what it does at the extension points where it is not enabled. */
function only(plugin: Plugin, points: readonly ExtensionPoint[], enabled: readonly ExtensionPoint[]): Plugin {
  const off = points.filter((point) => !enabled.includes(point)).map((point) => [EXTENSION_POINTS[point], undefined]);
  return { ...plugin, ...Object.fromEntries(off) };
}
