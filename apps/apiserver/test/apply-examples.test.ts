import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KINDS, type KubeObject } from '@kubernats/api';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { clusterOfFile } from './support/cluster-of-file.ts';

const { door, namespace } = await clusterOfFile();
const { admin } = door;

const EXAMPLES = fileURLToPath(new URL('../../../examples', import.meta.url));

async function manifests(): Promise<{ file: string; object: KubeObject }[]> {
  const files = (await readdir(EXAMPLES, { recursive: true })).filter((file) => file.endsWith('.yaml')).sort();
  const found: { file: string; object: KubeObject }[] = [];
  for (const file of files) {
    for (const document of parseAllDocuments(await readFile(join(EXAMPLES, file), 'utf8'))) {
      const object = document.toJS() as KubeObject | null;
      if (object?.kind && object.metadata?.name) found.push({ file, object });
    }
  }
  return found;
}

test('what the examples hold is applied, and applied again it is not written', async () => {
  const applied: string[] = [];
  const spaces = new Map<string, string>();
  for (const { file, object } of await manifests()) {
    const { apiVersion = '', kind = '', metadata = {} } = object;
    const [version = '', group = ''] = apiVersion.split('/').reverse();
    const row = KINDS.find((each) => each.group === group && each.version === version && each.kind === kind);
    if (!row?.verbs.includes('patch')) continue;
    let space = spaces.get(file);
    if (!space) spaces.set(file, (space = (await namespace()).ns));
    const { namespace: _, ...rest } = metadata;
    const root = group === '' ? `/api/${version}` : `/apis/${apiVersion}`;
    const path = `${root}/${row.namespaced ? `namespaces/${space}/` : ''}${row.plural}/${metadata.name}`;
    const send = () =>
      admin.send('PATCH', `${path}?fieldManager=kubectl&force=true`, {
        body: { ...object, metadata: rest },
        headers: { 'content-type': 'application/apply-patch+yaml' },
      });
    const first = await send();
    // Some show what is refused.
    if (first.code === 422) continue;
    expect({ file, kind, text: first.code < 300 ? '' : first.text }).toEqual({ file, kind, text: '' });
    expect({ file, ...(await send()).json() }).toEqual({ file, ...first.json() });
    applied.push(kind);
  }
  expect(new Set(applied).size).toBeGreaterThan(8);
});
