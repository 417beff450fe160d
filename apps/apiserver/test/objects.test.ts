import { ConfigMaps } from '@kubernats/api';
import { expect, test } from 'vitest';
import { startApiServer } from './api-server.fixture.ts';

test('an object is created, read, changed and deleted', async () => {
  await using fixture = await startApiServer();
  const maps = fixture.client.kind(ConfigMaps);
  const created = await maps.create({ metadata: { name: 'a', namespace: 'default' }, data: { x: '1' } });
  expect(created.metadata?.uid).toBeTruthy();
  const read = await maps.get('a', 'default');
  expect(read).toEqual(created);
  const updated = await maps.update({ ...read, data: { x: '2' } });
  expect(updated.data).toEqual({ x: '2' });
  await expect(maps.update({ ...read, data: { x: '3' } })).rejects.toThrow('the object has been modified');
  await maps.delete('a', 'default');
  await expect(maps.get('a', 'default')).rejects.toThrow('configmaps "a" not found');
});
