import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ClusterPaths, clusterPaths } from './paths.ts';
import { purge } from './purge.ts';
import { claimSlot, releaseSlot } from './slot.ts';

let home: string;
let paths: ClusterPaths;
let slots: string | undefined;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'kubernats-purge-'));
  slots = process.env.KUBERNATS_SLOTS;
  process.env.KUBERNATS_SLOTS = join(home, 'slots');
  paths = clusterPaths('mine', home);
  for (const folder of [paths.nats, paths.logs, paths.run, join(paths.nodes, 'node1/data'), paths.storage])
    mkdirSync(folder, { recursive: true });
  for (const file of [paths.kubeconfig, paths.slotFile, paths.settingsFile, `${paths.settingsFile}.new`]) writeFileSync(file, '0\n');
});
afterEach(() => {
  if (slots === undefined) delete process.env.KUBERNATS_SLOTS;
  else process.env.KUBERNATS_SLOTS = slots;
  rmSync(home, { recursive: true });
});

test('removes a cluster and nothing beside it', async () => {
  mkdirSync(join(home, 'tools'));
  mkdirSync(join(home, 'other'));
  const { removed, left } = await purge(paths);
  expect(removed.at(-1)).toBe(paths.folder);
  expect(removed).toContain(paths.nodes);
  expect(left).toEqual([]);
  expect(readdirSync(home).sort()).toEqual(['other', 'tools']);
  expect(await purge(paths)).toEqual({ removed: [], left: [] });
});

test('knows every path that a cluster has', async () => {
  const files = Object.entries(paths).flatMap(([name, value]) => (typeof value === 'string' && name !== 'cluster' ? [value] : []));
  for (const path of files) if (!existsSync(path)) mkdirSync(path, { recursive: true });
  const { left } = await purge(paths);
  expect(left).toEqual([]);
});

test('follows no link, wherever it lies', async () => {
  const outside = join(home, 'outside');
  mkdirSync(join(outside, 'logs'), { recursive: true });
  writeFileSync(join(outside, 'file'), 'kept');
  symlinkSync(outside, join(paths.nodes, 'node1/data/absolute'));
  symlinkSync('../../../../outside', join(paths.nodes, 'node1/data/relative'));
  rmSync(paths.logs, { recursive: true });
  symlinkSync(join(outside, 'logs'), paths.logs);
  await purge(paths);
  expect(existsSync(paths.folder)).toBe(false);
  expect(readFileSync(join(outside, 'file'), 'utf8')).toBe('kept');
  expect(readdirSync(outside).sort()).toEqual(['file', 'logs']);
});

test('removes what a container has closed to everybody', async () => {
  writeFileSync(join(paths.nodes, 'node1/data/x'), '');
  chmodSync(join(paths.nodes, 'node1/data'), 0o000);
  await purge(paths);
  expect(existsSync(paths.folder)).toBe(false);
});

test("leaves and names what is not the cluster's", async () => {
  writeFileSync(join(paths.folder, 'notes.txt'), 'mine');
  const { left } = await purge(paths);
  expect(left).toEqual([join(paths.folder, 'notes.txt')]);
  expect(readdirSync(paths.folder)).toEqual(['notes.txt']);
});

test('refuses a folder that is a link, and a cluster that is being started', async () => {
  symlinkSync(paths.folder, join(home, 'linked'));
  await expect(purge(clusterPaths('linked', home))).rejects.toThrow('is no folder of its own');
  const slot = claimSlot(paths);
  await expect(purge(paths)).rejects.toThrow('cluster mine is being started: nothing was removed');
  releaseSlot(slot);
  await purge(paths);
  expect(existsSync(paths.folder)).toBe(false);
});
