import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withLink } from '@kubernats/kubelet-sim/links';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ClusterPaths, clusterPaths } from '../state/paths.ts';
import { writeSettings } from '../state/settings.ts';
import { NodeDisks } from './node-disks.ts';

let home: string;
let paths: ClusterPaths;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'kubernats-disks-'));
  paths = clusterPaths('mine', home);
  mkdirSync(paths.folder);
  writeSettings(paths, { nodes: 2, durability: 'default' });
});
afterEach(() => rmSync(home, { recursive: true }));

test('V2: a path is made on a node, once, also while the cluster does not run', async () => {
  const disks = new NodeDisks(paths);
  const place = await disks.make('node1', '/srv//data/');
  expect(place).toBe(join(paths.nodes, 'node1/srv/data'));
  expect(statSync(place).isDirectory()).toBe(true);
  writeFileSync(join(place, 'file'), 'x');
  expect(readFileSync(await disks.make('node1', '/srv/data/file'), 'utf8')).toBe('x');
});

test.each([
  ['node9', '/data', 'cluster mine has no node node9. It has: node1, node2'],
  ['__proto__', '/data', 'has no node __proto__'],
  ['node1', 'data', 'data: must be an absolute path'],
  ['node1', '/data/../../x', "must not contain '..'"],
  ['node1', '/file/x', 'node1:/file/x: something that is no folder is in the way'],
])('%s %s is refused', async (node, path, why) => {
  mkdirSync(join(paths.nodes, 'node1'), { recursive: true });
  writeFileSync(join(paths.nodes, 'node1/file'), '');
  await expect(new NodeDisks(paths).make(node, path)).rejects.toThrow(why);
});

test('a cluster that has never run has no nodes, and a damaged file of links is not taken for none', async () => {
  expect(() => new NodeDisks(clusterPaths('new', home))).toThrow('cluster new has no nodes yet');
  writeFileSync(paths.linksFile, '{}');
  await expect(new NodeDisks(paths).make('node1', '/x')).rejects.toThrow('is damaged');
});

test('V2: links that a container has planted do not lead out of the node', async () => {
  const disk = join(paths.nodes, 'node1');
  mkdirSync(disk, { recursive: true });
  symlinkSync(home, join(disk, 'absolute'));
  symlinkSync('../../..', join(disk, 'relative'));
  const disks = new NodeDisks(paths);
  expect(await disks.make('node1', '/relative/made')).toBe(join(disk, 'made'));
  // Absolute links start at the node's own root: there is no such folder to make one in.
  await expect(disks.make('node1', '/absolute/made')).rejects.toThrow('node1:/absolute/made');
  symlinkSync('self', join(disk, 'self'));
  await expect(disks.make('node1', '/self')).rejects.toThrow('node1:/self: ELOOP');
  expect(existsSync(join(home, 'made'))).toBe(false);
});

test('V2: a linked path is made where its bytes are', async () => {
  const disks = new NodeDisks(paths);
  const [shown, at] = [await disks.makeOwn(disks.parse('node1:/data')), await disks.makeOwn(disks.parse('node2:/mnt/data'))];
  disks.links = withLink(disks.links, shown, at);
  expect(await new NodeDisks(paths).make('node2', '/mnt/data/x')).toBe(join(paths.nodes, 'node1/data/x'));
});
