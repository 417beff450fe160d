import { accessSync, chmodSync, constants, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import * as z from 'zod';
import { Failure } from '../failure.ts';
import { readJsonFile } from './json-file.ts';
import type { ClusterPaths } from './paths.ts';
import { identityOf, isAlive } from './process-identity.ts';

/** How many clusters one machine holds: each has its own ranges in 127.0.0.0/8 (DESIGN, section 6). */
export const SLOTS = 8;

const holder = z.object({ folder: z.string(), pid: z.number(), startTime: z.string() });
type Holder = z.infer<typeof holder>;

const registry = (): string => join(process.env.KUBERNATS_SLOTS ?? join(tmpdir(), 'kubernats-slots'));
const fileOf = (slot: number): string => join(registry(), `${slot}.json`);
/** A file for each user, as only its owner can write it: the folder of that user's cluster that had the slot last, and was stopped. */
const lastOf = (slot: number, user: number | string): string => join(registry(), `${slot}.last-${user}`);

/**
 * Claims a slot for this process. A cluster keeps its slot for life, as its state is full of the slot's addresses; a new one gets
 * the lowest that no running cluster holds, preferring those that no stopped cluster will want back.
 */
export function claimSlot(paths: ClusterPaths): number {
  openRegistry();
  const remembered = rememberedSlot(paths);
  if (remembered !== undefined) {
    const taken = tryClaim(remembered, paths, true);
    if (taken === undefined) return remembered;
    throw new Failure(
      `cluster ${paths.cluster} lives on the addresses of slot ${remembered}, which ${taken.folder} (process ${taken.pid}) uses now.\n` +
        `Stop that cluster first, or start a new one with --name.`,
    );
  }
  for (const mayTakeStopped of [false, true]) {
    for (let slot = 0; slot < SLOTS; slot++) {
      if (!mayTakeStopped && stoppedClusterWants(slot)) continue;
      if (tryClaim(slot, paths, mayTakeStopped) !== undefined) continue;
      writeFileSync(paths.slotFile, `${slot}\n`);
      return slot;
    }
  }
  throw new Failure(`all ${SLOTS} slots of addresses are in use by running clusters. Stop one with: ./kubernats down --name NAME`);
}

/** All users of the machine share the addresses, and so the registry; each may take away only their own claims. */
function openRegistry(): void {
  mkdirSync(registry(), { recursive: true });
  try {
    chmodSync(registry(), 0o1777);
  } catch {
    // Its owner has done so.
  }
  try {
    accessSync(registry(), constants.W_OK);
  } catch {
    throw new Failure(`${registry()} cannot be written by this user. Its owner can open it: chmod 1777 ${registry()}`);
  }
}

/** Gives the slot back. A new cluster takes another one, while there is one: this cluster's state still remembers it. */
export function releaseSlot(slot: number): void {
  const current = readHolder(slot);
  if (current?.pid !== process.pid) return;
  writeFileSync(lastOf(slot, process.getuid?.() ?? ''), current.folder);
  rmSync(fileOf(slot), { force: true });
}

function stoppedClusterWants(slot: number): boolean {
  return readdirSync(registry()).some((name) => {
    if (!name.startsWith(basename(lastOf(slot, '')))) return false;
    try {
      return existsSync(readFileSync(join(registry(), name), 'utf8'));
    } catch {
      // Another user's, who keeps it private.
      return false;
    }
  });
}

/** Whether a process that lives holds a slot for this cluster: it runs, or is being started. */
export function slotIsHeld(paths: ClusterPaths): boolean {
  for (let slot = 0; slot < SLOTS; slot++) {
    const current = readHolder(slot);
    if (current?.folder === paths.folder && isAlive(current)) return true;
  }
  return false;
}

function rememberedSlot(paths: ClusterPaths): number | undefined {
  if (!existsSync(paths.slotFile)) return undefined;
  const slot = Number.parseInt(readFileSync(paths.slotFile, 'utf8'), 10);
  if (Number.isInteger(slot) && slot >= 0 && slot < SLOTS) return slot;
  throw new Failure(`${paths.slotFile} is damaged: it should hold a number from 0 to ${SLOTS - 1}`);
}

/** Undefined when the slot is ours now, else who has it. */
function tryClaim(slot: number, paths: ClusterPaths, mayTakeStopped: boolean): Holder | undefined {
  const me = identityOf(process.pid);
  if (!me) throw new Failure('/proc is not mounted: kubernats tells processes apart by it');
  const content = JSON.stringify({ folder: paths.folder, ...me });
  for (;;) {
    try {
      writeFileSync(fileOf(slot), content, { flag: 'wx' });
      return undefined;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const current = readHolder(slot);
    if (current && (isAlive(current) || (!mayTakeStopped && current.folder !== paths.folder && existsSync(current.folder)))) return current;
    try {
      rmSync(fileOf(slot), { force: true });
    } catch {
      // another user's file in a sticky folder: the slot is not ours to take
      return current ?? { folder: 'another user', pid: 0, startTime: '' };
    }
  }
}

function readHolder(slot: number): Holder | undefined {
  try {
    return readJsonFile(fileOf(slot), holder);
  } catch {
    return undefined;
  }
}
