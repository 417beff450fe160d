import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { VERSION } from '@kubernats/runtime/version';
import * as z from 'zod';
import { Failure } from '../failure.ts';
import { readJsonFile, writeJsonFile } from '../state/json-file.ts';
import type { ClusterPaths } from '../state/paths.ts';

/** How the folders of a cluster of containers are laid out; a change that an older kubernats cannot read counts one up. */
export const LAYOUT = 1;

const schema = z.object({ layout: z.number().int(), version: z.string() });

/** Refuses the folder of a newer kubernats, or one that is none of ours; marks a new one. */
export function claimLayout(paths: ClusterPaths): void {
  const file = join(paths.folder, 'layout.json');
  const found = readJsonFile(file, schema);
  if (!found && existsSync(paths.nats)) {
    throw new Failure(
      `${paths.folder} holds the keys of a cluster that another kind of set-up made: ${file} is missing. Choose an empty folder.`,
    );
  }
  if (found && found.layout > LAYOUT) {
    throw new Failure(
      `${paths.folder} was written by kubernats ${found.version} (layout ${found.layout}); this is ${VERSION}, which knows layouts up to ${LAYOUT}.\n` +
        'Run that version or a later one, or remove the volumes to begin anew.',
    );
  }
  writeJsonFile(file, { layout: LAYOUT, version: VERSION });
}
