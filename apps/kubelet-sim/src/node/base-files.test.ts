import { SteppedClock } from '@kubernats/clock';
import { createMemoryFiles } from '@kubernats/files';
import { expect, it } from 'vitest';
import { bytes, text } from '../../test/volumes.fixture.ts';
import { layBaseFiles } from './base-files.ts';

const node = { name: 'node7', ip: '10.0.0.7' };

it('V2: a node has the files that every machine has', async () => {
  const disk = createMemoryFiles(new SteppedClock());
  await layBaseFiles(disk, node);
  expect(await text(disk, '/etc/hostname')).toBe('node7\n');
  expect(await text(disk, '/etc/hosts')).toContain('10.0.0.7\tnode7\n');
  expect(await text(disk, '/etc/os-release')).toContain('ID=kubernats\n');
  expect(await disk.list('/var')).toEqual(['lib', 'log', 'run', 'tmp']);
  expect((await disk.stat('/var/run'))?.kind).toBe('directory');
  expect((await disk.stat('/tmp'))?.mode).toBe(0o1777);
});

it('and keeps what a person has made of them', async () => {
  const disk = createMemoryFiles(new SteppedClock());
  await disk.mkdir('/etc');
  await disk.write('/etc/hostname', bytes('mine\n'));
  await disk.symlink('/nowhere', '/srv');
  await layBaseFiles(disk, node);
  await layBaseFiles(disk, node);
  expect(await text(disk, '/etc/hostname')).toBe('mine\n');
  expect(await disk.readlink('/srv')).toBe('/nowhere');
});
