import { readFile } from 'node:fs/promises';
import type { NatsSigner } from '@kubernats/bus';
import { UsageError } from '@kubernats/runtime';
import * as z from 'zod';

const schema = z.object({ account: z.string().startsWith('A'), seed: z.string().startsWith('SA') });

/** The key that signs credentials of machines that join, from its file; undefined without one. Throws a UsageError that does not show what is in it. */
export async function readSigner(file: string | undefined): Promise<NatsSigner | undefined> {
  if (file === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    const why =
      error instanceof Error && 'code' in error ? error.message : 'not a JSON object with an account and the seed of its signing key';
    throw new UsageError(`--nats-signer ${file}: ${why}`);
  }
}
