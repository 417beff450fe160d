import { createClient } from '@kubernats/client';
import { SteppedClock } from '@kubernats/clock';
import { expect } from 'vitest';
import type { ClusterView } from '../src/framework/plugin.ts';
import { WaitingPods } from '../src/framework/waiting-pods.ts';
import type { PluginDeps } from '../src/plugins/plugin-table.ts';
import type { VolumeWorld } from '../src/plugins/volume-needs.ts';

const unreachable = (): never => expect.unreachable();

/** There are no volumes at all. */
export const noVolumes: VolumeWorld = {
  claim: () => undefined,
  volume: () => undefined,
  storageClass: () => undefined,
  candidates: () => [],
  isInUse: () => false,
};

/** For plug-ins that decide and do nothing. */
export const pluginDeps = (cluster: ClusterView): PluginDeps => ({
  client: createClient({ request: unreachable, follow: unreachable }),
  binder: { assume: unreachable, bind: unreachable, restore: unreachable },
  waiting: new WaitingPods(new SteppedClock()),
  cluster,
});
