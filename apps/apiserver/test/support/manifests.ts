import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KINDS, type KindRow, type KubeObject } from '@kubernats/api';
import { parseAllDocuments } from 'yaml';

const EXAMPLES = fileURLToPath(new URL('../../../../examples', import.meta.url));

/** An object of the examples, with the row of its kind. */
export interface Manifest {
  file: string;
  row: KindRow;
  object: KubeObject;
}

/** All objects of the examples that the server keeps. */
export async function manifests(): Promise<Manifest[]> {
  const files = (await readdir(EXAMPLES, { recursive: true })).filter((file) => file.endsWith('.yaml')).sort();
  const found: Manifest[] = [];
  for (const file of files) {
    for (const document of parseAllDocuments(await readFile(join(EXAMPLES, file), 'utf8'))) {
      const object = document.toJS() as KubeObject | null;
      if (!object?.kind || !object.metadata?.name) continue;
      const [version = '', group = ''] = (object.apiVersion ?? '').split('/').reverse();
      const row = KINDS.find((each) => each.group === group && each.version === version && each.kind === object.kind);
      if (row?.verbs.includes('patch')) found.push({ file, row, object });
    }
  }
  return found;
}

/** Where objects of a kind are, such as `/apis/apps/v1/namespaces/NS/deployments`. */
export function pathOf({ group, version, plural, namespaced }: KindRow, namespace: string): string {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  return `${root}/${namespaced ? `namespaces/${namespace}/` : ''}${plural}`;
}
