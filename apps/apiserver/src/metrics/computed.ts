import { Buffer } from 'node:buffer';
import type { KubeObject } from '@kubernats/api';
import { Stored } from '../cache/stored.ts';

/** An object that was made for one answer, in the form in which answers are put together. */
export function shown(namespace: string, name: string, object: KubeObject): Stored {
  return Stored.unwritten(namespace, name, Buffer.from(JSON.stringify(object)));
}
