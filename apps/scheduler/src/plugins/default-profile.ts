import { emptyProfile, resolveProfiles } from '../config/resolve-profiles.ts';
import { createProfile } from '../framework/create-profile.ts';
import type { Profile } from '../framework/profile.ts';
import { PLUGIN_TABLE, type PluginDeps } from './plugin-table.ts';

/** Kube-scheduler's plug-ins, in its order and with its weights. */
export function defaultProfile(schedulerName: string, deps: PluginDeps): Profile {
  const [profile] = resolveProfiles({ file: 'default profile', profiles: [emptyProfile(schedulerName)] }, PLUGIN_TABLE, []);
  if (!profile) throw new Error('there is no default profile');
  return createProfile(profile, PLUGIN_TABLE, deps);
}
