import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FilesError } from '@kubernats/files';
import { type NodeLink, nodeLinksSchema } from './node-links.ts';

/** Reads the links of a cluster's nodes, from beside the folder of their disks. Looked at whenever a hostPath is mounted, as a person may have changed it. No file: no links. Throws `FilesError`. */
export function linksBeside(nodesFolder: string): () => NodeLink[] {
  const file = join(nodesFolder, '..', 'node-links.json');
  return () => {
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch {
      return [];
    }
    try {
      return nodeLinksSchema.parse(JSON.parse(text));
    } catch {
      throw new FilesError('EINVAL', file, `${file} is damaged: it is not what kubernats wrote`);
    }
  };
}
