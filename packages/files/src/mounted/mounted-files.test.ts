import { realClock } from '@kubernats/clock';
import { expect, test } from 'vitest';
import { createMemoryFiles } from '../adapters/memory.ts';
import { createMountedFiles } from './mounted-files.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('what is moved from one mount of a folder to another is not lost, and does not end in itself', async () => {
  const volume = createMemoryFiles(realClock);
  const [a, b] = [volume.scope('/', { readOnly: false }), volume.scope('/', { readOnly: false })];
  const tree = await createMountedFiles(
    async () => createMemoryFiles(realClock),
    [
      { path: '/a', files: a, readOnly: false },
      { path: '/b', files: b, readOnly: false },
    ],
  );
  await tree.write('/a/x', bytes('x'));
  await tree.rename('/a/x', '/b/x');
  expect(new TextDecoder().decode(await tree.read('/a/x'))).toBe('x');
  await tree.mkdir('/a/d/e', { recursive: true });
  await expect(tree.rename('/a/d', '/b/d/e/f')).rejects.toMatchObject({ code: 'EINVAL' });
  await tree.rename('/a/x', '/b/d/e/x');
  expect([await volume.list('/'), await volume.list('/d/e')]).toEqual([['d'], ['x']]);
});
