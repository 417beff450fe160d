import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clusterPaths } from './paths.ts';
import { identityOf } from './process-identity.ts';
import { claimSlot, releaseSlot, SLOTS } from './slot.ts';

describe('slots of addresses', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kubernats-test-'));
    process.env.KUBERNATS_SLOTS = join(folder, 'slots');
    mkdirSync(join(folder, 'slots'));
  });
  afterEach(() => {
    delete process.env.KUBERNATS_SLOTS;
    rmSync(folder, { recursive: true });
  });

  const cluster = (name: string) => {
    const paths = clusterPaths(name, folder);
    mkdirSync(paths.folder, { recursive: true });
    return paths;
  };
  const heldBy = (slot: number, holder: { folder: string; pid: number; startTime: string }): void =>
    writeFileSync(join(folder, 'slots', `${slot}.json`), JSON.stringify(holder));
  const me = () => identityOf(process.pid) ?? { pid: 0, startTime: '' };
  const DEAD = { pid: 999_999_999, startTime: '1' };

  test('a new cluster gets the lowest free one, and the same again later', () => {
    heldBy(0, { folder: '/elsewhere', ...me() });
    expect(claimSlot(cluster('a'))).toBe(1);
    releaseSlot(1);
    rmSync(join(folder, 'slots', '0.json'));
    expect(claimSlot(cluster('a'))).toBe(1);
  });

  test('a stopped cluster that still exists keeps its slot from a new one while others are free', () => {
    heldBy(0, { folder: cluster('stopped').folder, ...DEAD });
    expect(claimSlot(cluster('new'))).toBe(1);
  });

  test('so does one that was stopped in order; when all others are in use, its slot is taken', () => {
    const stopped = cluster('stopped');
    expect(claimSlot(stopped)).toBe(0);
    releaseSlot(0);
    expect(claimSlot(cluster('new'))).toBe(1);
    for (let slot = 2; slot < SLOTS; slot++) heldBy(slot, { folder: '/x', ...me() });
    expect(claimSlot(cluster('newest'))).toBe(0);
    releaseSlot(0);
    rmSync(cluster('newest').folder, { recursive: true });
    expect(claimSlot(cluster('last'))).toBe(0);
  });

  test('the slot of a cluster that died is taken over by itself, and that of one that is no more by anyone', () => {
    const paths = cluster('a');
    heldBy(0, { folder: paths.folder, ...DEAD });
    expect(claimSlot(paths)).toBe(0);
    heldBy(0, { folder: '/gone', ...DEAD });
    expect(claimSlot(cluster('b'))).toBe(0);
  });

  test('a slot that a running cluster uses now is refused by its name', () => {
    const paths = cluster('a');
    writeFileSync(paths.slotFile, '3\n');
    heldBy(3, { folder: '/other/cluster', ...me() });
    expect(() => claimSlot(paths)).toThrow(/slot 3, which \/other\/cluster \(process \d+\) uses now/);
  });

  test('when all are in use the message says what to do', () => {
    for (let slot = 0; slot < SLOTS; slot++) heldBy(slot, { folder: '/x', ...me() });
    expect(() => claimSlot(cluster('a'))).toThrow(/all 8 slots .* \.\/kubernats down/);
  });

  test('a lock file or a memory that is damaged is taken over or named', () => {
    writeFileSync(join(folder, 'slots', '0.json'), '{"fol');
    expect(claimSlot(cluster('a'))).toBe(0);
    const paths = cluster('b');
    writeFileSync(paths.slotFile, 'many');
    expect(() => claimSlot(paths)).toThrow(paths.slotFile);
  });
});

test('a process is known by its number and its start', async () => {
  const child = spawn('sleep', ['60']);
  const identity = identityOf(child.pid ?? 0);
  expect(identity?.startTime).toMatch(/^\d+$/);
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
  expect(identityOf(child.pid ?? 0)).toBeUndefined();
});
