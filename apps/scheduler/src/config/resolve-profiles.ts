import { type FieldPath, fieldPath, forbiddenField, invalidValue } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import { configuration, type PluginSets } from './configuration.ts';
import { type EnabledPlugins, enabledPlugins, type KnownPlugin } from './enabled-plugins.ts';
import type { ExtensionPoint } from './extension-points.ts';
import type { ProfileConfiguration, SchedulerConfiguration } from './read-configuration.ts';
import { refuse } from './read-configuration.ts';

/** A profile that says of each extension point who is asked there. */
export interface ResolvedProfile {
  readonly schedulerName: string;
  readonly enabled: EnabledPlugins;
  readonly args: ReadonlyMap<string, unknown>;
  readonly percentageOfNodesToScore: number | undefined;
}

/** What a plug-in finds out at the second point, it needs at the first. */
const NEEDS: Partial<Record<ExtensionPoint, ExtensionPoint>> = { filter: 'preFilter', reserve: 'preFilter', score: 'preScore' };

/** A profile that says nothing: all default plug-ins. */
export const emptyProfile = (schedulerName: string): ProfileConfiguration => ({
  schedulerName,
  plugins: configuration.shape.profiles.parse([{}])[0]?.plugins as PluginSets,
  args: new Map(),
  percentageOfNodesToScore: undefined,
});

/**
 * The profiles of a configuration, with the plug-ins that there are: kube-scheduler's, and those of the user's folder. One of the latter that no profile
 * enables by name is a default plug-in of all. Throws `FileError` that names each field that is wrong.
 */
export function resolveProfiles(
  { file, profiles }: Pick<SchedulerConfiguration, 'file' | 'profiles'>,
  own: readonly KnownPlugin[],
  custom: readonly KnownPlugin[],
): ResolvedProfile[] {
  const known = new Map([...own, ...custom].map((plugin) => [plugin.name, plugin]));
  const defaults = defaultPlugins(
    own,
    custom.filter(({ name }) => !isNamed(name, profiles)),
  );
  const causes: Cause[] = [];
  const resolved = profiles.map((profile, i) => {
    const path = fieldPath('profiles').index(i);
    const { enabled, causes: found } = enabledPlugins(profile.plugins, defaults, known, path.child('plugins'));
    causes.push(...found, ...needed(enabled, known, path.child('plugins')), ...unknownArgs(profile, known, path.child('pluginConfig')));
    return { ...profile, enabled };
  });
  causes.push(...oneQueue(resolved));
  refuse(file, causes);
  return resolved;
}

const isNamed = (name: string, profiles: readonly ProfileConfiguration[]): boolean =>
  profiles.some(({ plugins }) => Object.values(plugins).some(({ enabled }) => enabled.some((plugin) => plugin.name === name)));

/** The user's come last of all but the one that binds whatever comes to it; and one that sorts the queue takes the place of the one that does. */
function defaultPlugins(own: readonly KnownPlugin[], custom: readonly KnownPlugin[]): KnownPlugin[] {
  const sorts = custom.some(({ points }) => points.includes('queueSort'));
  const binds = ({ points }: KnownPlugin): boolean => points.includes('bind');
  const first = own.filter((plugin) => !binds(plugin) && !(sorts && plugin.points.includes('queueSort')));
  return [...first, ...custom, ...own.filter(binds)];
}

function needed(enabled: EnabledPlugins, known: ReadonlyMap<string, KnownPlugin>, path: FieldPath): Cause[] {
  return Object.entries(NEEDS).flatMap(([point, need]) =>
    enabled[point as ExtensionPoint].flatMap(({ name }) => {
      const implementsIt = known.get(name)?.points.includes(need);
      if (!implementsIt || enabled[need].some((plugin) => plugin.name === name)) return [];
      return [forbiddenField(path.child(need), `${name} needs what it finds out here at ${point}: disable it at both or at none`)];
    }),
  );
}

const unknownArgs = ({ args }: ProfileConfiguration, known: ReadonlyMap<string, KnownPlugin>, path: FieldPath): Cause[] =>
  [...args.keys()].flatMap((name, i) =>
    known.has(name) ? [] : [invalidValue(path.index(i).child('name'), name, 'there is no such plug-in')],
  );

/** All profiles share one queue. */
function oneQueue(profiles: readonly ResolvedProfile[]): Cause[] {
  const sortOf = ({ enabled, args }: ResolvedProfile) => {
    const name = enabled.queueSort[0]?.name ?? '';
    return JSON.stringify([name, args.get(name)]);
  };
  return profiles.flatMap((profile, i) => {
    const first = profiles[0];
    if (!first || sortOf(profile) === sortOf(first)) return [];
    const path = fieldPath('profiles').index(i).child('plugins', 'queueSort');
    return [invalidValue(path, profile.enabled.queueSort[0]?.name ?? '', 'queueSort must be the same for all profiles')];
  });
}
