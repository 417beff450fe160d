import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod';
import type { Machine } from './choose-name.ts';

const schema = z.object({ owner: z.string().min(1), lastName: z.string().optional() });

/** What a machine remembers of itself between two starts: `FILE`, on its own disk. A file that is not there or damaged: a new machine. */
export function machineOf(file: string): Machine {
  try {
    const { owner, lastName } = schema.parse(JSON.parse(readFileSync(file, 'utf8')));
    return { owner, lastName };
  } catch {
    const machine = { owner: randomUUID(), lastName: undefined };
    remember(file, machine);
    return machine;
  }
}

export function remember(file: string, machine: Machine): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, `${JSON.stringify(machine)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
