import { type FieldPath, invalidValue } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { PluginSet, PluginSets } from './configuration.ts';
import { type ExtensionPoint, POINTS } from './extension-points.ts';

/** What is known of a plug-in before it is made. */
export interface KnownPlugin {
  readonly name: string;
  readonly points: readonly ExtensionPoint[];
  /** How often its scores count. Default 1. */
  readonly weight?: number;
}

export interface EnabledPlugin {
  readonly name: string;
  readonly weight: number;
}

/** Who is asked at each extension point, in order. */
export type EnabledPlugins = Readonly<Record<ExtensionPoint, readonly EnabledPlugin[]>>;

interface Entry {
  name: string;
  weight?: number;
}

/**
 * Who is asked where, from what a profile says over the default plug-ins. At each extension point come first those of `multiPoint` (the default ones, in
 * their order, and the profile's) that the point itself names as well, in its order; then the others of `multiPoint`; then the others that the point
 * names. Pure. Source: KEP-2891, "Simplified scheduler config".
 */
export function enabledPlugins(
  sets: PluginSets,
  defaults: readonly KnownPlugin[],
  known: ReadonlyMap<string, KnownPlugin>,
  path: FieldPath,
): { enabled: EnabledPlugins; causes: Cause[] } {
  const causes: Cause[] = [];
  for (const [name, { enabled }] of Object.entries(sets))
    for (const [i, plugin] of enabled.entries())
      if (!known.has(plugin.name))
        causes.push(invalidValue(path.child(name, 'enabled').index(i).child('name'), plugin.name, 'there is no such plug-in'));
  const everywhere = overDefaults(defaults, sets.multiPoint);
  const weights = weightsOf([...sets.score.enabled, ...everywhere]);
  const enabled = Object.fromEntries(
    POINTS.map((point) => {
      const names = atPoint(point, sets[point], everywhere, known, path.child(point), causes);
      return [point, names.map((name) => ({ name, weight: weights.get(name) ?? 1 }))];
    }),
  ) as unknown as EnabledPlugins;
  causes.push(...oneSortAndSomeBind(enabled, path));
  return { enabled, causes };
}

/** The default plug-ins that are not taken away, those that are named again as named, then the others. */
function overDefaults(defaults: readonly KnownPlugin[], { enabled, disabled }: PluginSet): Entry[] {
  const gone = new Set(disabled.map(({ name }) => name));
  const kept: Entry[] = gone.has('*') ? [] : defaults.filter(({ name }) => !gone.has(name));
  const replaced = kept.map((entry) => enabled.find(({ name }) => name === entry.name) ?? entry);
  return [...replaced, ...enabled.filter((entry) => !replaced.includes(entry))];
}

/** What the score point says of a plug-in wins; 0 is as if it was left out. */
function weightsOf(entries: readonly Entry[]): Map<string, number> {
  const weights = new Map<string, number>();
  for (const { name, weight } of entries) if (!weights.has(name)) weights.set(name, weight || 1);
  return weights;
}

function atPoint(
  point: ExtensionPoint,
  { enabled, disabled }: PluginSet,
  everywhere: readonly Entry[],
  known: ReadonlyMap<string, KnownPlugin>,
  path: FieldPath,
  causes: Cause[],
): string[] {
  const implementsIt = (name: string): boolean => known.get(name)?.points.includes(point) ?? false;
  const named: string[] = [];
  for (const [i, { name }] of enabled.entries()) {
    const at = path.child('enabled').index(i).child('name');
    if (named.includes(name)) causes.push(invalidValue(at, name, 'already registered'));
    else if (known.has(name) && !implementsIt(name)) causes.push(invalidValue(at, name, `does not extend ${point}`));
    named.push(name);
  }
  const gone = new Set(disabled.map(({ name }) => name));
  if (gone.has('*')) return named;
  const here = everywhere.map(({ name }) => name).filter((name) => implementsIt(name) && !gone.has(name));
  const twice = here.find((name, i) => here.indexOf(name) < i);
  if (twice !== undefined) causes.push(invalidValue(path, twice, 'already registered'));
  return [
    ...named.filter((name) => here.includes(name)),
    ...here.filter((name) => !named.includes(name)),
    ...named.filter((name) => !here.includes(name)),
  ];
}

function oneSortAndSomeBind({ queueSort, bind }: EnabledPlugins, path: FieldPath): Cause[] {
  const names = queueSort.map(({ name }) => name).join(', ');
  const causes: Cause[] = [];
  if (queueSort.length !== 1)
    causes.push(
      invalidValue(path.child('queueSort', 'enabled'), names, `exactly one queue sort plugin is needed, but got ${queueSort.length}`),
    );
  if (bind.length === 0) causes.push(invalidValue(path.child('bind', 'enabled'), '', 'at least one bind plugin is needed'));
  return causes;
}
