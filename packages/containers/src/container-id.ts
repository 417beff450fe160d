import type { Ids } from '@kubernats/clock';

/** 64 hexadecimal digits, as container runtimes name things. */
export function containerId(ids: Ids): string {
  return (ids.uid() + ids.uid()).replaceAll('-', '');
}
