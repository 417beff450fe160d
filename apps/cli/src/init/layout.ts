import { existsSync } from 'node:fs';
import { VERSION } from '@kubernats/runtime/version';
import * as z from 'zod';
import { Failure } from '../failure.ts';
import { readJsonFile, writeJsonFile } from '../state/json-file.ts';
import type { ClusterPaths } from '../state/paths.ts';

/** How a cluster's folder is laid out; a change that an older kubernats cannot read counts one up, and brings the way from the last one here. */
export const LAYOUT = 1;

/** What makes a cluster's folder: the components of the one run on this machine, those of the other apart. */
export type Maker = 'up' | 'init';

// Of a newer one only these two are certain.
const schema = z.object({ layout: z.number().int(), version: z.string(), maker: z.enum(['up', 'init']).optional().catch(undefined) });

/**
 * Refuses the folder of a newer kubernats, or one that another kind of set-up made, before anything in it is touched; marks a new one. The first
 * version did not mark what `up` made, and did not tell of the maker: such a folder is brought up to date.
 */
export function claimLayout(paths: ClusterPaths, maker: Maker): void {
  const found = readJsonFile(paths.layoutFile, schema);
  if (found && found.layout > LAYOUT) {
    throw new Failure(
      `${paths.folder} was written by kubernats ${found.version} (layout ${found.layout}); this is ${VERSION}, which knows layouts up to ${LAYOUT}.\n` +
        `Run that version or a later one, or ${maker === 'up' ? 'begin anew after ./kubernats down --purge' : 'remove the volumes to begin anew'}.`,
    );
  }
  const foundMaker = found ? (found.maker ?? 'init') : existsSync(paths.nats) ? 'up' : maker;
  if (foundMaker !== maker) {
    throw new Failure(
      `${paths.folder} holds a cluster that another kind of set-up made (./kubernats ${foundMaker}, not ${maker}). Choose ${maker === 'up' ? 'another --name' : 'an empty folder'}.`,
    );
  }
  if (found?.maker !== maker || found.layout !== LAYOUT || found.version !== VERSION)
    writeJsonFile(paths.layoutFile, { layout: LAYOUT, version: VERSION, maker });
}
