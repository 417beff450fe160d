import { realClock } from '@kubernats/clock';
import { createMemoryFiles, type Files } from '@kubernats/files';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Pod } from './shell.fixture.ts';

const SIZE_BYTES = 8192;

describe('a volume that is full', () => {
  let pod: Pod;
  let disk: Files;
  beforeAll(async () => {
    pod = await Pod.create();
  });
  beforeEach(async () => {
    const files = createMemoryFiles(realClock);
    await files.mkdir('/disk');
    disk = files.scope('/disk', { quotaBytes: SIZE_BYTES });
  });
  afterAll(() => pod[Symbol.asyncDispose]());

  const run = (script: string) => pod.run(script, { mounts: [{ path: '/data', files: disk, readOnly: false }] });

  // As BusyBox 1.35 says it.
  test.each([
    ['cat /dev/zero > /data/f', 'cat: write error: No space left on device'],
    ['head -c 9000 /dev/zero > /data/f', 'head: standard output: No space left on device'],
    ['dd if=/dev/zero of=/data/f bs=1k', "dd: error writing '/data/f': No space left on device"],
    ['dd if=/dev/zero bs=1k > /data/f', "dd: error writing 'standard output': No space left on device"],
    ['head -c 9000 /dev/zero > /tmp/big; cp /tmp/big /data/f', 'cp: write error: No space left on device'],
    ['head -c 9000 /dev/zero > /tmp/big; mv /tmp/big /data/f', 'mv: write error: No space left on device'],
    [
      'head -c 9000 /dev/zero > /tmp/big; tar cf /data/f /tmp/big 2>&1 | grep -v removing >&2; exit 1',
      'tar: write error: No space left on device',
    ],
    ['head -c 8192 /dev/zero > /data/f; echo x > /data/g', 'sh: write error: No space left on device'],
    ['head -c 9000 /dev/zero | tee /data/f > /dev/null', 'tee: /data/f: No space left on device'],
  ])('%s', async (script, err) => {
    expect(await run(script)).toMatchObject({ status: 1, err: `${err}\n` });
  });

  test('holds what fitted, and df shows its size and what of it is taken', async () => {
    const { out } = await run('head -c 3000 /dev/zero > /data/a; cat /dev/zero > /data/b; wc -c /data/b; df -h /data; df /data');
    expect(out.split('\n').map((line) => line.trim())).toEqual([
      '5192 /data/b',
      'Filesystem                Size      Used Available Use% Mounted on',
      'kubernats                 8.0K      8.0K         0 100% /data',
      'Filesystem           1K-blocks      Used Available Use% Mounted on',
      'kubernats                    8         8         0 100% /data',
      '',
    ]);
  });
});
