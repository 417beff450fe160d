import { expect, test } from 'vitest';
import { clusterOfFile } from './support/cluster-of-file.ts';
import { manifests, pathOf } from './support/manifests.ts';

const { door, namespace } = await clusterOfFile();
const { admin } = door;

test('what the examples hold is applied, and applied again it is not written', async () => {
  const applied: string[] = [];
  const spaces = new Map<string, string>();
  for (const { file, row, object } of await manifests()) {
    const { kind, metadata = {} } = object;
    let space = spaces.get(file);
    if (!space) spaces.set(file, (space = (await namespace()).ns));
    const { namespace: _, ...rest } = metadata;
    const send = () =>
      admin.send('PATCH', `${pathOf(row, space)}/${metadata.name}?fieldManager=kubectl&force=true`, {
        body: { ...object, metadata: rest },
        headers: { 'content-type': 'application/apply-patch+yaml' },
      });
    const first = await send();
    // Some show what is refused.
    if (first.code === 422) continue;
    expect({ file, kind, text: first.code < 300 ? '' : first.text }).toEqual({ file, kind, text: '' });
    const second = await send();
    // The server itself says more of these a moment later.
    if (!['CustomResourceDefinition', 'APIService'].includes(kind ?? ''))
      expect({ file, ...second.json() }).toEqual({ file, ...first.json() });
    applied.push(row.kind);
  }
  expect(new Set(applied).size).toBeGreaterThan(8);
});
