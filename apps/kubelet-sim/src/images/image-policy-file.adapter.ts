import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import * as z from 'zod';
import { type ImagePolicy, imagePolicy, imagePolicySchema } from './image-policy.ts';

/** Reads the file of `--image-policy`: a YAML list. Throws an Error that says what is wrong, and where. */
export async function readImagePolicy(path: string): Promise<ImagePolicy> {
  try {
    const rows: unknown = parse(await readFile(path, 'utf8'));
    return imagePolicy(imagePolicySchema.parse(rows ?? []));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : String(error);
    throw new Error(`--image-policy ${path}: ${why}`);
  }
}
