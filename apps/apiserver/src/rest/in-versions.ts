import type { KindRow } from '@kubernats/api';
import { converting } from '../conversion/row-conversion.ts';
import type { Core } from '../core.ts';

/** What `work` gives, which looks at objects in other versions of their kind, and has no effects: at once, where no webhook is needed for that. */
export function inVersions<T>({ conversions }: Core, row: KindRow, work: () => T): T | Promise<T> {
  return row.custom?.conversions ? converting(conversions, work) : work();
}
